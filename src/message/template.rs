//! A template of the user and a story -> a message. Values are escaped for the kind of the message, so a
//! template can be wrong, but a story cannot break it. Too long ones are made again with less text.

use super::block::Block;
use super::draft::Draft;
use super::{Extent, Form, Kind, Layout, Message, TextLink, clean, cut, honest, markup};
use crate::model::{AlsoIn, Author, Cursor, Image, ItemSource, NoticeKind, ShownStory};
use crate::text::html::{from_text, to_text};
use chrono::{DateTime, SecondsFormat};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, context};
use std::error::Error as _;
use std::ops::Range;
use std::sync::Arc;

/// What templates are given.
const VALUES: [&str; 22] = [
    "title",
    "summary",
    "text",
    "headline",
    "url",
    "external_url",
    "source",
    "sources",
    "also",
    "date",
    "date_published",
    "tags",
    "authors",
    "picture",
    "caption",
    "language",
    "id",
    "seq",
    "rev",
    "editors_choice",
    "notice",
    "cursor",
];

/// The name of the template in its environment.
const NAME: &str = "message";

/// Steps that one message may take, and for each 64 bytes of data. A loop over a story takes some hundreds.
const FUEL: u64 = 100_000;

/// Bytes that a template may write: more than any platform takes, and a full text in a file.
const MAX_OUTPUT: usize = 1 << 20;

/// A template ([minijinja](https://docs.rs/minijinja)), compiled and tried out, and the form of its messages.
///
/// | value | what it is |
/// |---|---|
/// | `title` `summary` `source` | plain text |
/// | `sources` | `Post, also in Courier` |
/// | `url` `external_url` `picture` | addresses, or none |
/// | `headline` `text` | the linked title, the full text: in the markup of the kind |
/// | `date` `date_published` | `2024-06-14 09:30` in the zone of the layout; RFC 3339 |
/// | `also` | a list of the other sources, each with `source`, `title` and `url` |
/// | `tags` `authors` | lists of plain text |
/// | `caption` `language` `id` | plain text |
/// | `seq` `rev` `editors_choice` | numbers, a truth value |
/// | `notice` `cursor` | `entered` or `changed`, and the place in the streams, or none ([`Occasion`]) |
///
/// Each kind has a filter of its name, `{{ title | telegram }}`. All values are escaped for the kind of the
/// message without one; a filter of another kind makes text that is escaped again.
#[derive(Debug)]
pub struct Template {
    environment: Environment<'static>,
    form: Form,
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", place(*line, *column))]
pub struct TemplateFault {
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// The character in it, from 1, where it is known.
    pub column: Option<usize>,
    /// In a few words.
    pub reason: String,
}

/// Why a story is told.
#[derive(Clone, Debug, Default)]
pub struct Occasion {
    /// What happened to it; none where stories are only listed.
    pub notice: Option<NoticeKind>,
    /// Where in the streams that is.
    pub cursor: Option<Cursor>,
}

impl TemplateFault {
    /// The bytes of the template that it is about: the line, where nothing else is known.
    pub fn place(&self, source: &str) -> Range<usize> {
        let before = self.line.map_or(0, |line| line.saturating_sub(1));
        let lines = source.split_inclusive('\n');
        let start: usize = lines.take(before).map(str::len).sum();
        let line = source.get(start..).unwrap_or_default();
        let line = line.lines().next().unwrap_or_default();
        let skipped = self.column.map_or(0, |column| column.saturating_sub(1));
        let within = line.char_indices().nth(skipped);
        start + within.map_or(0, |(byte, _)| byte)..start + line.len()
    }

    /// The fault, and what a template may use.
    pub fn advice(&self) -> String {
        format!(
            "{self}; there are {}: see docs/DELIVER.md",
            VALUES.join(", ")
        )
    }
}

impl Template {
    /// Compiles a template, and tries it out with a story that has all fields and one that has none: an
    /// unknown name is found now and not by a story.
    ///
    /// ```
    /// use feedmill::message::{Form, Kind, Template};
    ///
    /// let fault = Template::new("{{ title }}\n  {{ tilte }}", Form::of(Kind::Slack)).unwrap_err();
    /// assert_eq!(fault.to_string(), "line 2, column 6: `tilte` is undefined");
    /// ```
    pub fn new(source: &str, form: Form) -> Result<Self, TemplateFault> {
        let template = Self {
            environment: environment(source, form.kind)?,
            form,
        };
        for (story, occasion) in [sample(true), sample(false)] {
            let draft = Draft::of(&story, &template.form);
            template.render((&story, &occasion), &draft, &draft.body)?;
        }
        Ok(template)
    }

    /// The message of a story. What is too long is made with less text, then with less of the title. If the
    /// template writes nothing, or too much without any text, the message is that of [`super::compose`].
    pub fn compose(
        &self,
        story: &ShownStory,
        occasion: &Occasion,
    ) -> Result<Message, TemplateFault> {
        let about = (story, occasion);
        let form = &self.form;
        // The values hold the summary and the full text, whatever the form shows.
        let summary = self.values(story, Extent::Summary);
        let full = self.values(story, Extent::Full);
        let made = |draft: &Draft, chars: usize| {
            let values = Draft {
                body: shortened(&full.body, chars),
                ..draft.clone()
            };
            self.render(about, &values, &shortened(&summary.body, chars))
        };
        let whole = self.render(about, &full, &summary.body)?;
        if self.is_good(&whole) {
            return Ok(whole);
        }
        let most = form.limit.max.min(MAX_OUTPUT);
        if let Some(message) = longest(most, |chars| made(&full, chars), |m| self.is_good(m))? {
            return Ok(message);
        }
        let titled = |chars: usize| {
            let title = shortened(&[Block::text(full.title.clone())], chars);
            let title = title.iter().flat_map(|block| &block.spans);
            let title: String = title.map(|span| span.text.as_str()).collect();
            let less = Draft {
                title: if title.is_empty() {
                    "…".to_owned()
                } else {
                    title
                },
                ..full.clone()
            };
            made(&less, 0)
        };
        if let Some(message) = longest(most, titled, |message| self.is_good(message))? {
            return Ok(message);
        }
        let mut messages = super::compose(story, form);
        Ok(messages.swap_remove(0))
    }

    fn is_good(&self, message: &Message) -> bool {
        !message.text.is_empty() && cut::fits(&self.form, message)
    }

    fn values(&self, story: &ShownStory, extent: Extent) -> Draft {
        let form = Form {
            layout: Layout {
                extent,
                date: self.form.layout.date.or(Some(crate::date::Tz::UTC)),
                sources: true,
                ..self.form.layout
            },
            ..self.form.clone()
        };
        Draft::of(story, &form)
    }

    fn render(
        &self,
        about: (&ShownStory, &Occasion),
        draft: &Draft,
        summary: &[Block],
    ) -> Result<Message, TemplateFault> {
        let kind = self.form.kind;
        let template = self.environment.get_template(NAME);
        let template = template.map_err(|error| fault(&error, ""))?;
        let text = template
            .render(context(about, draft, summary, kind))
            .map_err(|error| fault(&error, template.source()))?;
        if text.len() > MAX_OUTPUT {
            return Err(TemplateFault {
                line: None,
                column: None,
                reason: format!("writes more than {MAX_OUTPUT} bytes"),
            });
        }
        let text = match kind {
            Kind::Line => text.split_whitespace().collect::<Vec<_>>().join(" "),
            _ => text.trim().to_owned(),
        };
        // The user may write a command, a story may not.
        let text = if template.source().trim_start().starts_with('/') {
            text
        } else {
            markup::no_command(kind, text)
        };
        Ok(Message {
            plain: matches!(kind, Kind::Matrix | Kind::Mail).then(|| to_text(&text)),
            links: links(kind, &text, draft.url.as_deref()),
            text,
        })
    }
}

fn environment(source: &str, kind: Kind) -> Result<Environment<'static>, TemplateFault> {
    let mut environment = Environment::new();
    environment.set_debug(true); // errors know their column
    environment.set_fuel(Some(FUEL));
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build();
    environment.set_syntax(syntax.map_err(|error| fault(&error, ""))?);
    environment.set_auto_escape_callback(move |_| AutoEscape::Custom(kind.name().into()));
    environment.set_formatter(move |out, state, value| {
        let text = if value.is_none() || value.is_undefined() {
            return Ok(());
        } else if value.is_safe() || *state.auto_escape() == AutoEscape::None {
            value.to_string()
        } else {
            escaped(kind, value)
        };
        out.write_str(&text).map_err(Error::from)
    });
    for own in Kind::ALL {
        environment.add_filter(own.name(), move |value: Value| filtered(own, kind, &value));
    }
    for name in ["e", "escape"] {
        environment.add_filter(name, move |value: Value| filtered(kind, kind, &value));
    }
    environment
        .add_template_owned(NAME, source.to_owned())
        .map_err(|error| fault(&error, source))?;
    Ok(environment)
}

/// A value in a markup. It is not escaped again if that is the markup of the message.
fn filtered(own: Kind, kind: Kind, value: &Value) -> Value {
    if value.is_safe() || value.is_none() {
        return value.clone();
    }
    let escaped = escaped(own, value);
    if own == kind {
        Value::from_safe_string(escaped)
    } else {
        Value::from(escaped)
    }
}

fn escaped(kind: Kind, value: &Value) -> String {
    match value.kind() {
        ValueKind::Number | ValueKind::Bool => value.to_string(),
        _ => markup::escape(kind, &clean::text(&value.to_string())),
    }
}

/// What templates see of a story.
fn context(
    (story, occasion): (&ShownStory, &Occasion),
    draft: &Draft,
    summary: &[Block],
    kind: Kind,
) -> Value {
    let address = |url: Option<&String>| {
        let address = url.and_then(|url| honest::address(url));
        address.map(|url| Value::from_safe_string(markup::address(kind, &url)))
    };
    let written = |blocks: &[Block]| Value::from_safe_string(markup::write(kind, blocks).text);
    let plain = |blocks: &[Block]| {
        let paragraphs = blocks.iter().map(|block| {
            let spans = block.spans.iter().map(|span| span.text.as_str());
            spans.collect::<String>()
        });
        paragraphs.collect::<Vec<_>>().join("\n\n")
    };
    let lines = |texts: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        let lines = texts.map(clean::line);
        lines.filter(|line| !line.is_empty()).collect()
    };
    let also: Vec<Value> = story
        .also
        .iter()
        .map(|also| {
            context! {
                source => clean::line(&also.source.title),
                title => also.title.as_deref().map(clean::line),
                url => address(also.url.as_ref()),
            }
        })
        .collect();
    let image = story.image.as_ref();
    context! {
        title => &draft.title,
        url => address(draft.url.as_ref()),
        external_url => address(story.external_url.as_ref()),
        headline => written(&[Block::of(vec![draft.headline(kind)])]),
        summary => plain(summary),
        text => written(&draft.body),
        source => clean::line(&story.source.title),
        sources => &draft.sources,
        also,
        date => &draft.date,
        date_published => story.date_published.to_rfc3339_opts(SecondsFormat::Secs, true),
        tags => lines(&mut story.tags.iter().map(String::as_str)),
        authors => lines(&mut story.authors.iter().filter_map(|author| author.name.as_deref())),
        picture => address(image.map(|image| &image.url)),
        caption => image.and_then(|image| image.caption.as_deref()).map(clean::line),
        language => story.language.as_deref().map(clean::line),
        id => clean::line(story.id.as_str()),
        seq => story.seq,
        rev => story.rev,
        editors_choice => story.editors_choice,
        notice => occasion.notice.map(NoticeKind::as_str),
        cursor => occasion.cursor.as_ref().map(ToString::to_string),
    }
}

/// The places of the story's address, where a platform does not find addresses itself.
fn links(kind: Kind, text: &str, url: Option<&str>) -> Vec<TextLink> {
    let Some(url) = url.filter(|_| kind == Kind::Bluesky) else {
        return Vec::new();
    };
    let places = text.match_indices(url).map(|(start, _)| TextLink {
        start,
        end: start + url.len(),
        url: url.to_owned(),
    });
    places.collect()
}

/// The beginning of blocks, of so many characters.
fn shortened(blocks: &[Block], chars: usize) -> Vec<Block> {
    let count = |blocks: &[Block]| -> usize {
        let spans = blocks.iter().flat_map(|block| &block.spans);
        spans.map(|span| span.text.chars().count()).sum()
    };
    if count(blocks) <= chars {
        return blocks.to_vec();
    }
    let part = cut::longest(blocks, chars, |part| count(part) <= chars);
    part.map_or_else(Vec::new, |(part, _)| part)
}

/// The good message with the most characters of text, of at most so many.
fn longest(
    most: usize,
    made: impl Fn(usize) -> Result<Message, TemplateFault>,
    is_good: impl Fn(&Message) -> bool,
) -> Result<Option<Message>, TemplateFault> {
    let mut best = Some(made(0)?).filter(&is_good);
    if best.is_none() {
        return Ok(None);
    }
    let (mut low, mut high) = (0, most.saturating_add(1));
    while high - low > 1 {
        let middle = low.midpoint(high);
        let message = made(middle)?;
        if is_good(&message) {
            best = Some(message);
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(best)
}

/// A story with a value in each field that templates see, or in as few as possible.
fn sample(full: bool) -> (ShownStory, Occasion) {
    let source = Arc::new(ItemSource {
        title: "Source".to_owned(),
        ..ItemSource::default()
    });
    let mut story = ShownStory::new(
        "tag:example.org,2024:1",
        Arc::clone(&source),
        DateTime::UNIX_EPOCH,
    );
    "Title".clone_into(&mut story.title);
    if !full {
        return (story, Occasion::default());
    }
    let address = || Some("https://example.org/".to_owned());
    story.url = address();
    story.external_url = address();
    story.summary = Some("Summary".to_owned());
    story.content = Some(from_text("Text"));
    story.tags = vec!["tag".to_owned()];
    story.language = Some("en".to_owned());
    story.authors = vec![Author {
        name: Some("Author".to_owned()),
        ..Author::default()
    }];
    story.image = Some(Image {
        url: "https://example.org/picture".to_owned(),
        caption: Some("Caption".to_owned()),
        width: None,
        height: None,
    });
    story.also = vec![AlsoIn {
        source,
        title: Some("Title".to_owned()),
        url: address(),
        why: String::new(),
    }];
    let occasion = Occasion {
        notice: Some(NoticeKind::Entered),
        cursor: Some(Cursor {
            store: "0".to_owned(),
            number: 0,
        }),
    };
    (story, occasion)
}

fn fault(error: &Error, source: &str) -> TemplateFault {
    let mut innermost = error;
    while let Some(cause) = innermost.source().and_then(|cause| cause.downcast_ref()) {
        innermost = cause;
    }
    let before = innermost
        .range()
        .and_then(|range| source.get(..range.start));
    let column = before.map(|before| {
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.chars().count() + 1
    });
    let reason = match innermost.detail() {
        Some(detail) => detail.to_owned(),
        None => innermost.kind().to_string(),
    };
    TemplateFault {
        line: innermost.line(),
        column,
        reason,
    }
}

fn place(line: Option<usize>, column: Option<usize>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!("line {line}, column {column}: "),
        (Some(line), None) => format!("line {line}: "),
        (None, _) => String::new(),
    }
}
