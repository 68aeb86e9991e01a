//! A table `[deliver.NAME]` -> a checked destination.

use super::check::Check;
use super::error::suggest;
use super::raw::{self, Word};
use super::rule_names::RuleNames;
use super::values::{language, web_url, without_password, zone};
use super::written::Written;
use super::{hours, secret, units};
use crate::deliver::platform;
use crate::message::{Form, Kind, Template, TemplateFault};
use crate::model::{Delivery, DeliveryLayout, Destination, Platform, Secret, Site, Theme, ThemeId};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use toml::Spanned;
use url::Url;

/// Stories that are posted at once, if `burst` is not set: more is a flood.
const BURST: u32 = 10;
/// The same for a digest, in which a story is a line.
const DIGEST_BURST: u32 = 100;
/// What `show` may name.
const PARTS: [&str; 3] = ["sources", "tags", "picture"];

impl Check<'_> {
    pub(super) fn delivery(
        &mut self,
        id: &Word,
        raw: raw::Deliver,
        (names, rules): (&BTreeSet<String>, &RuleNames),
        (themes, site): (&[Arc<Theme>], &Site),
    ) -> Option<Delivery> {
        let before = self.errors.len();
        self.id(id);
        let destination = self.destination(id, &raw);
        let form = match platform::of(&destination) {
            Ok(platform) => Some(platform.form()),
            Err(missing) => {
                if self.errors.len() == before {
                    self.error(id.span(), missing.to_string());
                }
                None
            }
        };
        let template = self.message_template(&raw, form);
        self.check_digest(&raw);
        let followed = raw.themes.map(|words| self.followed(&words, names));
        let rule = self.rule(raw.rule.as_ref(), rules);
        let max_age = self.value(raw.max_age.as_ref(), |text| {
            units::duration_from(Duration::from_secs(1), text)
        });
        let pace = self.value(raw.pace.as_ref(), |text| {
            units::duration_from(Duration::ZERO, text)
        });
        let digest = self.value(raw.digest.as_ref(), hours::digest);
        let quiet = self.value(raw.quiet.as_ref(), hours::quiet);
        let usual = if digest.is_some() {
            DIGEST_BURST
        } else {
            BURST
        };
        let burst = self.bound(raw.burst.as_ref(), "burst", 1, Some(usual));
        let timezone = self.value(raw.timezone.as_ref(), zone);
        let language = self.value(raw.language.as_ref(), language);
        let is_meant = |theme: &&Arc<Theme>| match &followed {
            None => true,
            Some(ids) => ids.contains(&theme.id),
        };
        let meant: Vec<_> = themes.iter().filter(is_meant).collect();
        let timezone = timezone.or_else(|| common(meant.iter().map(|theme| theme.timezone)));
        let language =
            language.or_else(|| common(meant.iter().map(|theme| theme.language.clone())));
        let shown = self.shown(raw.show);
        (self.errors.len() == before).then(|| Delivery {
            name: id.get_ref().clone(),
            destination,
            themes: followed,
            rule,
            max_age,
            burst,
            layout: DeliveryLayout {
                text: raw.text,
                sources: shown.contains("sources"),
                tags: shown.contains("tags"),
                picture: shown.contains("picture"),
            },
            template,
            edit: raw.edit.unwrap_or(true),
            pace,
            digest,
            quiet,
            timezone: timezone.unwrap_or(crate::date::Tz::UTC),
            language: language.unwrap_or_else(|| site.language.clone()),
        })
    }

    /// A digest has lines, and not messages or documents of stories.
    fn check_digest(&mut self, raw: &raw::Deliver) {
        let Some(digest) = &raw.digest else {
            return;
        };
        if raw.to == Platform::Webhook {
            let text = "a webhook gets a document for each story; remove digest";
            self.error(digest.span(), text);
        }
        if let Some(template) = &raw.template {
            let text =
                "a digest has a line for each story, and no message; remove template or digest";
            self.error(template.span(), text);
        }
    }

    fn destination(&mut self, id: &Word, raw: &raw::Deliver) -> Destination {
        let words = [&raw.url, &raw.token];
        let named = words.into_iter().flatten().map(Spanned::get_ref);
        let named = named.filter(|text| secret::is_reference(text)).cloned();
        Destination {
            name: id.get_ref().clone(),
            platform: raw.to,
            secrets: named.collect(),
            has_secret_url: raw
                .url
                .as_ref()
                .is_some_and(|word| secret::is_reference(word.get_ref())),
            url: self.delivery_url(raw.to, raw.url.as_ref()),
            token: self.token(raw.token.as_ref()),
            user: raw.user.as_ref().map(|word| word.get_ref().clone()),
            from: raw.from.as_ref().map(|word| word.get_ref().clone()),
            channel: raw.channel.as_ref().map(|word| word.get_ref().clone()),
            thread: raw.thread.as_ref().map(|word| word.get_ref().clone()),
            silent: raw.silent,
            markup: self.value(raw.markup.as_ref(), markup),
            command: raw.command.clone(),
            folder: self.folder.clone(),
        }
    }

    /// An address that is a secret, or one that anybody may know.
    fn delivery_url(&mut self, to: Platform, word: Option<&Word>) -> Option<Secret> {
        let folder = self.folder.clone();
        self.value(word, |text| {
            let is_secret = secret::is_reference(text);
            let address = if is_secret {
                secret::resolve(text, &folder)?
            } else {
                Secret::new(text.to_owned())
            };
            let (checked, kind) = match to {
                Platform::Mail => (mail_url(address.reveal()), "mail server's"),
                _ => (web_url(address.reveal()).map(|_| ()), "http(s)"),
            };
            checked.map_err(|error| {
                if is_secret {
                    format!("the secret is not a valid {kind} address")
                } else {
                    error
                }
            })?;
            Ok(address)
        })
    }

    fn token(&mut self, word: Option<&Word>) -> Option<Secret> {
        let folder = self.folder.clone();
        self.value(word, |text| secret::resolve(text, &folder))
    }

    fn followed(&mut self, words: &[Word], themes: &BTreeSet<String>) -> Vec<ThemeId> {
        for word in words {
            if !themes.contains(word.get_ref()) {
                let hint = suggest(word.get_ref(), themes.iter().map(String::as_str));
                self.error(
                    word.span(),
                    format!("unknown theme \"{}\"{hint}", word.get_ref()),
                );
            }
        }
        words
            .iter()
            .map(|word| ThemeId::new(word.get_ref()))
            .collect()
    }

    /// The template of messages, tried out in the form of the platform.
    fn message_template(&mut self, raw: &raw::Deliver, form: Option<Form>) -> Option<String> {
        let word = raw.template.as_ref()?;
        if raw.to == Platform::Webhook {
            let text = "a webhook gets a document for each story, and no text; remove template";
            self.error(word.span(), text);
        } else if let Some(form) = form
            && let Err(fault) = Template::new(word.get_ref(), form)
        {
            let at = Written::of(self.text(), word).place(&fault.place(word.get_ref()));
            let reason = TemplateFault {
                line: None,
                ..fault
            };
            self.error(at, format!("template: {}", reason.advice()));
        }
        Some(word.get_ref().clone())
    }

    /// The parts of a message, or the usual ones.
    fn shown(&mut self, words: Option<Spanned<Vec<Word>>>) -> BTreeSet<String> {
        let Some(words) = words else {
            return BTreeSet::from(["sources".to_owned()]);
        };
        let words = words.into_inner();
        for word in &words {
            if !PARTS.contains(&word.get_ref().as_str()) {
                let hint = suggest(word.get_ref(), PARTS.into_iter());
                let text = format!(
                    "show has no \"{}\"{hint}; it may have {}",
                    word.get_ref(),
                    PARTS.join(", ")
                );
                self.error(word.span(), text);
            }
        }
        words.into_iter().map(Spanned::into_inner).collect()
    }
}

/// The address of a mail server. What is in it otherwise is checked by what speaks to it.
fn mail_url(text: &str) -> Result<(), String> {
    let url = Url::parse(text).map_err(|error| {
        format!("this is not a valid address: {error}; write e.g. \"smtp://mail.example.org:587\"")
    })?;
    without_password(url)
        .map(|_| ())
        .map_err(|_| "a login must not be written here; use the keys user and token".to_owned())
}

/// What all of them are, if they are all the same.
fn common<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// The name of a markup.
fn markup(name: &str) -> Result<String, String> {
    if Kind::named(name).is_some() {
        return Ok(name.to_owned());
    }
    let names = Kind::ALL.map(Kind::name);
    let hint = suggest(name, names.into_iter());
    Err(format!(
        "there is no markup \"{name}\"{hint}; there are {}",
        names.join(", ")
    ))
}
