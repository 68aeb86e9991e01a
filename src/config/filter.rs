//! The keys `filter` and `filter_...` of a source or a theme -> a checked filter.

use super::check::Check;
use super::{raw, units};
use crate::model::Filter;
use std::time::Duration;
use toml::Spanned;

/// The shortest `filter_timeout`: a program needs a moment to start.
const LEAST_TIMEOUT: Duration = Duration::from_secs(1);
/// The largest `filter_batch`: its items are in memory at the same time.
const MAX_BATCH: usize = 1000;

impl Check<'_> {
    /// A program that items pass through, and how it is run.
    pub(super) fn filter(&mut self, raw: raw::Filter) -> Option<Filter> {
        let raw::Filter {
            command,
            environment,
            timeout,
            batch,
        } = raw;
        for name in &environment {
            if name.get_ref().is_empty() || name.get_ref().contains(['=', '\0']) {
                let text = "this is not the name of a variable; write the name only";
                self.error(name.span(), text);
            }
        }
        if let Some(word) = &batch
            && !(1..=MAX_BATCH).contains(word.get_ref())
        {
            let text = format!("filter_batch must be between 1 and {MAX_BATCH}");
            self.error(word.span(), text);
        }
        let given = [
            (environment.first().map(Spanned::span), "filter_env"),
            (timeout.as_ref().map(Spanned::span), "filter_timeout"),
            (batch.as_ref().map(Spanned::span), "filter_batch"),
        ];
        let timeout = self.value(timeout.as_ref(), |text| {
            units::duration_from(LEAST_TIMEOUT, text)
        });
        let Some(command) = command else {
            for (span, key) in given {
                if let Some(span) = span {
                    let text = format!("{key} without filter; add filter = [\"./PROGRAM\"]");
                    self.error(span, text);
                }
            }
            return None;
        };
        let program = command.get_ref().first().map(String::as_str);
        let has_nul = command.get_ref().iter().any(|word| word.contains('\0'));
        if program.is_none_or(str::is_empty) || has_nul {
            let text =
                "filter must name a program, then its arguments: [\"./PROGRAM\", \"ARGUMENT\"]";
            self.error(command.span(), text);
        }
        Some(Filter {
            command: command.into_inner(),
            environment: environment.into_iter().map(Spanned::into_inner).collect(),
            folder: self.folder.clone(),
            timeout: timeout.unwrap_or(Filter::TIMEOUT),
            batch: batch.map_or(Filter::BATCH, Spanned::into_inner),
        })
    }
}
