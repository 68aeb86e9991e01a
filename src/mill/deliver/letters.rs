//! A story -> the messages of one destination.

use crate::deliver::Letter;
use crate::digest::Digest;
use crate::message::{self, Extent, Form, Message, Occasion, Template, TemplateFault, Words};
use crate::mill::Telling;
use crate::model::{Cursor, Delivery, DeliveryText, Notice, ShownStory};
use crate::publish::InMessages;
use crate::publish::json_feed::JsonFeedItem;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;

/// Messages that the full text of a story may take.
const MAX_MESSAGES: usize = 5;

/// How stories are put into words.
pub(super) struct Wording {
    pub(super) form: Form,
    template: Option<Template>,
}

impl Wording {
    /// As the platform and the table ask for.
    pub(super) fn new(mut form: Form, delivery: &Delivery) -> Result<Self, TemplateFault> {
        set_layout(&mut form, delivery);
        let words = InMessages::of(&delivery.language);
        form.words = Words {
            also_in: words.also_in.to_owned(),
            picture: words.picture.to_owned(),
        };
        let template = delivery.template.as_ref();
        let mut dated = form.clone();
        dated.layout.date = Some(delivery.timezone);
        let template = template.map(|text| Template::new(text, dated));
        Ok(Self {
            template: template.transpose()?,
            form,
        })
    }

    /// The shortest: what a platform takes if it takes anything.
    pub(super) fn shortest(&self) -> Self {
        let mut form = self.form.clone();
        form.layout.extent = Extent::Headline;
        form.layout.tags = false;
        form.layout.picture = false;
        form.layout.messages = 1;
        Self {
            form,
            template: None,
        }
    }

    fn messages(
        &self,
        story: &ShownStory,
        occasion: &Occasion,
    ) -> Result<Vec<Message>, TemplateFault> {
        match &self.template {
            Some(template) => Ok(vec![template.compose(story, occasion)?]),
            None => Ok(message::compose(story, &self.form)),
        }
    }
}

/// Puts into a form what a table asks for.
fn set_layout(form: &mut Form, delivery: &Delivery) {
    let wanted = delivery.layout;
    let layout = &mut form.layout;
    layout.sources = wanted.sources;
    layout.tags = wanted.tags;
    layout.picture = wanted.picture;
    (layout.extent, layout.messages) = match wanted.text {
        DeliveryText::Headline => (Extent::Headline, 1),
        DeliveryText::Summary => (Extent::Summary, 1),
        DeliveryText::Full => (Extent::Full, MAX_MESSAGES),
    };
}

/// The messages that tell a notice; none if its story is gone.
pub(super) fn of(
    telling: &Telling,
    cursor: &Cursor,
    wording: &Wording,
    name: &str,
) -> Result<Vec<Letter>, TemplateFault> {
    let Some(story) = &telling.story else {
        return Ok(Vec::new());
    };
    let occasion = Occasion {
        notice: Some(telling.notice.kind),
        cursor: Some(cursor.clone()),
    };
    let item = JsonFeedItem::from_notice(&telling.notice, cursor, Some(story), &telling.themes);
    let fields = item.fields();
    let item = serde_json::to_value(item).unwrap_or_default();
    let messages = wording.messages(story, &occasion)?.into_iter();
    let letters = messages.zip(0_u64..).map(|(message, part)| Letter {
        message,
        key: key(cursor, name, part),
        item: item.clone(),
        fields: fields.clone(),
        notice: telling.notice.kind.as_str(),
        ..about(story)
    });
    Ok(letters.collect())
}

/// A message about a story that is gone, for the requests that take another one back.
pub(super) fn of_gone(telling: &Telling, cursor: &Cursor, name: &str) -> Letter {
    let item = JsonFeedItem::from_notice(&telling.notice, cursor, None, &[]);
    Letter {
        key: key(cursor, name, 0),
        fields: item.fields(),
        item: serde_json::to_value(item).unwrap_or_default(),
        notice: telling.notice.kind.as_str(),
        ..Letter::default()
    }
}

/// A message in words of our own.
pub(super) fn of_text(text: &str, cursor: &Cursor, form: &Form, name: &str) -> Option<Letter> {
    Some(Letter {
        message: message::notice(text, form)?,
        key: key(cursor, name, 0),
        title: text.to_owned(),
        fields: vec![
            ("FEEDMILL_TITLE", text.to_owned()),
            ("FEEDMILL_NOTICE", "note".to_owned()),
        ],
        notice: "note",
        ..Letter::default()
    })
}

/// A message of a digest. It has the same key as long as it lists the same stories.
pub(super) fn of_digest(
    message: Message,
    (title, at): (&str, DateTime<Utc>),
    told: &[Notice],
    (store, name): (&str, &str),
) -> Letter {
    let mut digest = Digest::new("digest", 1);
    digest.add(store).add(name).add(&at);
    digest.add_all(told.iter().map(|notice| notice.number));
    let last = told.last().map_or(0, |notice| notice.number);
    Letter {
        message,
        key: format!("fm-{:016x}-{last}", digest.finish()),
        title: title.to_owned(),
        item: json!({ "title": title, "date_published": at.to_rfc3339_opts(SecondsFormat::Secs, true) }),
        fields: vec![
            ("FEEDMILL_TITLE", title.to_owned()),
            ("FEEDMILL_NOTICE", "digest".to_owned()),
        ],
        notice: "digest",
        ..Letter::default()
    }
}

fn about(story: &ShownStory) -> Letter {
    Letter {
        title: message::line(&story.title),
        url: story.url.clone(),
        summary: story.summary.as_deref().map(message::line),
        picture: story.image.as_ref().map(|image| image.url.clone()),
        language: story.language.clone(),
        ..Letter::default()
    }
}

/// The same for each try, and after a crash.
fn key(cursor: &Cursor, name: &str, part: u64) -> String {
    let mut digest = Digest::new("message", 1);
    digest
        .add(&cursor.store)
        .add(&cursor.number)
        .add(name)
        .add(&part);
    format!("fm-{:016x}-{}", digest.finish(), cursor.number)
}
