//! A story or a notice -> what is printed of it: a line of a format, or what the template of the user makes of it.

use super::Arguments;
use super::form::{self, Format};
use crate::cli::exit::{Exit, Failure};
use crate::cli::message;
use crate::message::{Form, Occasion, Template};
use crate::mill::Telling;
use crate::model::{Cursor, ShownStory, ThemeId};
use crate::publish::json_feed::JsonFeedItem;

/// How stories are printed.
pub(super) struct Printer {
    format: Format,
    template: Option<Template>,
    /// A story could not be printed.
    has_failed: bool,
}

impl Printer {
    /// As the arguments ask for. A template writes text, unless a format says in which markup.
    pub(super) fn new(arguments: &Arguments) -> Result<Self, Failure> {
        let usage = |text: String| Failure::new(Exit::Usage, text);
        let (option, text) = match (&arguments.template, &arguments.template_file) {
            (None, None) => {
                return Ok(Self {
                    format: arguments.format.unwrap_or(Format::Ndjson),
                    template: None,
                    has_failed: false,
                });
            }
            (Some(text), _) => ("--template".to_owned(), text.clone()),
            (None, Some(path)) => {
                let read = std::fs::read_to_string(path);
                let name = path.display().to_string();
                let text = read.map_err(|cause| usage(format!("cannot read {name}: {cause}")))?;
                (name, text)
            }
        };
        let format = arguments.format.unwrap_or(Format::Text);
        let kind = format.kind().ok_or_else(|| {
            usage(
                "a template writes text; --format names its markup, and ndjson and tsv have none"
                    .to_owned(),
            )
        })?;
        let template = Template::new(&text, Form::of(kind));
        let template = template.map_err(|fault| usage(format!("{option}: {}", fault.advice())))?;
        Ok(Self {
            format,
            template: Some(template),
            has_failed: false,
        })
    }

    /// A story. None if the template fails on it, which is said: the others are printed all the same.
    pub(super) fn story(
        &mut self,
        story: &ShownStory,
        themes: &[ThemeId],
    ) -> Result<Option<String>, Failure> {
        match &self.template {
            Some(_) => Ok(self.by_template(story, &Occasion::default())),
            None => form::of_story(self.format, story, themes).map(Some),
        }
    }

    /// A notice. One of a story that is gone is a line of the format.
    pub(super) fn notice(
        &mut self,
        telling: &Telling,
        cursor: &Cursor,
    ) -> Result<Option<String>, Failure> {
        match (&self.template, &telling.story) {
            (Some(_), Some(story)) => {
                let occasion = Occasion {
                    notice: Some(telling.notice.kind),
                    cursor: Some(cursor.clone()),
                };
                Ok(self.by_template(story, &occasion))
            }
            _ => form::of_notice(self.format, telling, cursor).map(Some),
        }
    }

    /// That stories were left out.
    pub(super) fn left_out(&self, item: &JsonFeedItem, cursor: &Cursor) -> Result<String, Failure> {
        form::of_left_out(self.format, item, cursor)
    }

    /// How the command ends.
    pub(super) fn exit(&self) -> Exit {
        if self.has_failed {
            Exit::Failed
        } else {
            Exit::Success
        }
    }

    fn by_template(&mut self, story: &ShownStory, occasion: &Occasion) -> Option<String> {
        let made = self.template.as_ref()?.compose(story, occasion);
        made.map(|message| message.text)
            .map_err(|fault| {
                self.has_failed = true;
                message::warning(&format!("the template fails on {}: {fault}", story.id));
            })
            .ok()
    }
}
