//! Tokens -> [`Feed`], with an element stack that tolerates what XML forbids.
//!
//! An end tag closes the nearest open element of its name and all that is in it; one without a
//! start tag is ignored. A start tag that cannot be part of a text closes a text that was left
//! open. Other markup inside a text belongs to the text. So a document with a missing tag loses one
//! field at most, and never its items.

mod channel;
mod composites;
mod elements;
mod episode;
mod item;
mod link;
mod person;
mod pictures;
mod ranked;
mod text;

use super::xml::element::{Closed, Element, MAX_TEXT};
use super::xml::entities::{self, Flaw, unescape_into};
use super::xml::namespaces::{Namespace, lower_case};
use super::xml::notation::Notation;
use super::xml::scope::Scopes;
use super::xml::tokens::{Tag, Token, Tokens, split_name};
use crate::model::{Feed, Format, TextKind, Warning};
use crate::text::words::clip;
use channel::ChannelDraft;
use composites::{AlternateEnclosure, Media, Person, Picture, Source};
use elements::{Field, Role};
use item::ItemDraft;
pub(super) use item::web_address;
use url::Url;

/// Depth of open elements; deeper ones are skipped.
const MAX_DEPTH: usize = 256;

/// Items of one document.
const MAX_ITEMS: usize = 50_000;

/// Warnings of one document; further ones are dropped.
const MAX_WARNINGS: usize = 50;

/// The rank of authors of the feed that an item was taken from.
const SOURCE_RANK: u8 = 9;

/// Bytes of an element's name in a warning.
const MAX_NAME: usize = 64;

/// Reads a feed from a decoded document. The error is the name of the document's root element, if
/// it has one.
pub(super) fn read(input: &str, document: Option<&Url>) -> Result<Feed, Option<String>> {
    let input = entities::expand_declared(input);
    let mut reader = Reader::new(&input, document);
    reader.run();
    reader.finish()
}

struct Reader<'a> {
    input: &'a str,
    tokens: Tokens<'a>,
    scopes: Scopes<'a>,
    stack: Vec<Frame<'a>>,
    /// The number of elements open beyond [`MAX_DEPTH`].
    deeper: usize,
    /// The text being read: that of the innermost frame.
    element: Option<Element<'a>>,
    channel: ChannelDraft,
    /// Boxed, because it is large and is moved.
    item: Option<Box<ItemDraft>>,
    person: Option<Person>,
    picture: Option<Picture>,
    media: Option<Media>,
    /// The number of `media:group` elements so far.
    media_groups: u32,
    alternate: Option<AlternateEnclosure>,
    source: Option<Source>,
    /// The name of the root element, whatever it is.
    root: Option<&'a str>,
    /// Whether a feed was found.
    found: bool,
    /// Whether an ampersand that is not escaped was warned of.
    ampersand_told: bool,
    /// The offset up to which lines were counted, and the line there.
    line: (usize, u32),
}

/// An open element.
struct Frame<'a> {
    name: &'a str,
    role: Role,
    /// Whether it declared something in [`Scopes`].
    scoped: bool,
}

impl<'a> Reader<'a> {
    fn new(input: &'a str, document: Option<&'a Url>) -> Self {
        Self {
            input,
            tokens: Tokens::new(input),
            scopes: Scopes::new(document),
            stack: Vec::new(),
            deeper: 0,
            element: None,
            channel: ChannelDraft::default(),
            item: None,
            person: None,
            picture: None,
            media: None,
            media_groups: 0,
            alternate: None,
            source: None,
            root: None,
            found: false,
            ampersand_told: false,
            line: (0, 1),
        }
    }

    fn run(&mut self) {
        loop {
            let open = self.element.as_ref().map(|element| element.tag.name);
            match self.tokens.next(open) {
                Token::Open(tag) => self.open(tag),
                Token::Close(name) => self.close(name),
                Token::Text(text) => self.text(text),
                Token::CData(text) => self.cdata(text),
                Token::DocType => {}
                Token::Malformed(what) => self.warn(what),
                Token::End => return,
            }
            if !self.found
                && self.root.is_some_and(|root| {
                    // A drawing may describe itself in RDF.
                    ["html", "svg"].iter().any(|r| root.eq_ignore_ascii_case(r))
                })
            {
                return;
            }
        }
    }

    fn finish(mut self) -> Result<Feed, Option<String>> {
        if !self.found {
            return Err(self.root.map(str::to_owned));
        }
        // Unknown elements after the feed may stay open: the feed is complete.
        if self.stack.iter().any(|frame| frame.role != Role::Foreign) {
            self.channel.feed.cut = true;
            self.warn("the document ends before its root element does");
            // The last item may be incomplete. It is dropped: a later fetch brings it whole.
            self.element = None;
            self.item = None;
        }
        let feed = self.channel.finish();
        let is_bare = feed.items.is_empty() && feed.title.is_none() && feed.home_page_url.is_none();
        if feed.format == Format::Rdf && is_bare {
            // RDF describes anything: people, licences, pictures.
            return Err(self.root.map(str::to_owned));
        }
        Ok(feed)
    }

    fn open(&mut self, tag: Tag<'a>) {
        self.warn_of(entities::flaw(tag.attributes));
        if self.element.is_some() && !self.open_in_text(tag) {
            return;
        }
        if self.stack.len() >= MAX_DEPTH {
            self.deeper += usize::from(!tag.empty);
            return;
        }
        let mut scoped = self.scopes.enter(tag);
        let (namespace, local) = self.resolve(tag.name);
        let local = lower_case(local);
        let role = self.role_of(namespace, &local);
        if role == Role::Item && self.item.is_some() {
            // The open item ends first, and with it what it declared.
            if scoped {
                self.scopes.leave();
            }
            self.close_open_item();
            scoped = self.scopes.enter(tag);
        }
        self.root.get_or_insert(tag.name);
        self.stack.push(Frame {
            name: tag.name,
            role,
            scoped,
        });
        self.begin(role, tag, namespace, &local);
        if tag.empty {
            self.pop();
        }
    }

    /// A start tag inside a text is part of it, unless it shows that the text ended. True when the
    /// tag must still be opened.
    fn open_in_text(&mut self, tag: Tag<'a>) -> bool {
        let (namespace, local) = self.resolve(tag.name);
        let parent = self.parent_role();
        let Some(element) = &mut self.element else {
            return true;
        };
        let Some(Frame {
            role: Role::Value(field),
            ..
        }) = self.stack.last()
        else {
            return true;
        };
        if !element.is_xml() && elements::ends_text(*field, parent, namespace, &lower_case(local)) {
            // Podcasts have categories inside categories; their attributes hold everything.
            if *field != Field::Category {
                self.warn("element without end tag");
            }
            self.pop();
            return true;
        }
        element.push_open(tag, namespace == Namespace::Xhtml);
        false
    }

    fn close(&mut self, name: &'a str) {
        if let Some(element) = &mut self.element
            && element.has_open()
        {
            let (prefix, _) = split_name(name);
            let is_html = self.scopes.namespace(prefix) == Namespace::Xhtml;
            if element.push_close(name, is_html) == Closed::Inside {
                return;
            }
        }
        let found = self
            .stack
            .iter()
            .rposition(|frame| frame.name.eq_ignore_ascii_case(name));
        if self.deeper > 0 && found.is_none_or(|at| self.stack[at].role == Role::Foreign) {
            self.deeper -= 1;
            return;
        }
        let Some(at) = found else {
            let is_category = split_name(name).1.eq_ignore_ascii_case("category");
            if self.element.is_none() && !is_category {
                self.warn("end tag without start tag");
            }
            return;
        };
        self.deeper = 0;
        if at + 1 < self.stack.len() {
            self.warn("element without end tag");
        }
        while self.stack.len() > at {
            self.pop();
        }
    }

    /// Begins what an element of this role needs.
    fn begin(&mut self, role: Role, tag: Tag<'a>, namespace: Namespace, local: &str) {
        match role {
            Role::Channel => self.begin_channel(tag, namespace, local),
            Role::Item => self.begin_item(tag, local),
            Role::Person => self.person = Some(Person::default()),
            Role::Picture => self.picture = Some(Picture::new(tag, &self.scopes)),
            Role::Source => self.source = Some(Source::new(tag, &self.scopes)),
            Role::MediaContent => {
                let is_in_group = self.parent_role() == Role::MediaGroup;
                let group = is_in_group.then_some(self.media_groups);
                self.media = Some(Media::new(tag, &self.scopes, group));
            }
            Role::MediaGroup => self.media_groups = self.media_groups.saturating_add(1),
            Role::AlternateEnclosure => self.alternate = Some(AlternateEnclosure::new(tag)),
            Role::Value(field) => self.begin_value(field, tag, namespace, local),
            Role::Markup | Role::SkipList | Role::Foreign => {}
        }
    }

    fn begin_channel(&mut self, tag: Tag<'a>, namespace: Namespace, local: &str) {
        if !self.found {
            self.found = true;
            self.channel.feed.format = match local {
                "feed" => Format::Atom,
                "rdf" => Format::Rdf,
                _ => Format::Rss,
            };
        }
        let (prefix, _) = split_name(tag.name);
        if !namespace.is_core() && (local != "rdf" || prefix.is_empty()) {
            let core = if local == "feed" {
                Namespace::Atom
            } else {
                Namespace::Rss
            };
            self.scopes.bind_to(prefix, core);
        }
        self.channel.open(tag, &self.scopes);
    }

    fn begin_item(&mut self, tag: Tag<'a>, local: &str) {
        if !self.found {
            self.found = true;
            self.channel.feed.format = if local == "entry" {
                Format::Atom
            } else {
                Format::Rss
            };
        }
        self.item = Some(Box::new(ItemDraft::new(tag, &self.scopes)));
    }

    fn begin_value(&mut self, field: Field, tag: Tag<'a>, namespace: Namespace, local: &str) {
        let is_text = matches!(
            field,
            Field::Title(_)
                | Field::Content
                | Field::Description(_)
                | Field::Summary(_)
                | Field::Rights
        );
        let mut notation = Notation::Characters(TextKind::Plain);
        if is_text {
            // An RSS feed may have Atom's namespace as its default, and may use Atom's elements by
            // a prefix.
            let is_prefixed_atom = namespace == Namespace::Atom && tag.name.contains(':');
            let is_own = namespace.is_core() && self.channel.feed.format == Format::Atom;
            let is_atom = is_prefixed_atom || is_own;
            let is_body = matches!(namespace, Namespace::Content | Namespace::Xhtml)
                || matches!(local, "encoded" | "fullitem" | "body");
            let default = text::default_kind(is_atom, is_body);
            notation = Notation::Characters(default);
            if !tag.attributes.is_empty() {
                let [kind, mode] = tag.values(["type", "mode"]);
                notation = Notation::of(kind.as_deref(), mode.as_deref(), default);
            }
        }
        self.element = Some(Element::new(tag, notation));
    }

    /// Ends the innermost element.
    fn pop(&mut self) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        match frame.role {
            Role::Value(field) => {
                if let Some(element) = self.element.take() {
                    self.set(field, element);
                }
            }
            Role::Item => self.end_item(),
            Role::Person => self.end_person(),
            Role::Picture => self.end_picture(),
            Role::Source => self.end_source(),
            Role::MediaContent => self.end_media(),
            Role::AlternateEnclosure => self.end_alternate(),
            Role::Channel | Role::MediaGroup | Role::Markup | Role::SkipList | Role::Foreign => {}
        }
        if frame.scoped {
            self.scopes.leave();
        }
    }

    /// Gives a value to the innermost thing that is being read.
    fn set(&mut self, field: Field, mut element: Element<'a>) {
        if element.text.len() >= MAX_TEXT {
            self.warn("the text is too long and was cut");
        }
        if matches!(field, Field::Content | Field::Summary(_)) && text::is_untyped_html(&element) {
            element.notation = Notation::Characters(TextKind::Html);
            self.warn("untyped text is HTML, read as such");
        }
        let scopes = &self.scopes;
        match self.innermost() {
            Role::Person => {
                if let Some(person) = &mut self.person {
                    person.set(field, element, scopes);
                }
            }
            Role::Source => {
                if let Some(source) = &mut self.source {
                    source.set(field, element, scopes);
                }
            }
            Role::Picture => {
                if let Some(picture) = &mut self.picture {
                    picture.set(element, scopes);
                }
            }
            Role::AlternateEnclosure => {
                if let Some(alternate) = &mut self.alternate {
                    alternate.set(field, element.tag, scopes);
                }
            }
            Role::MediaContent
                if matches!(field, Field::Caption | Field::Player | Field::Credit) =>
            {
                if let Some(media) = &mut self.media {
                    media.set(field, element, scopes);
                }
            }
            _ => match &mut self.item {
                Some(item) => item.set(field, element, scopes),
                None => self.channel.set(field, element, scopes),
            },
        }
    }

    fn end_item(&mut self) {
        let Some(item) = self.item.take() else { return };
        if self.channel.feed.items.len() < MAX_ITEMS {
            let item = item.finish(&self.scopes);
            self.channel.feed.items.push(item);
        } else if self.channel.feed.items.len() == MAX_ITEMS {
            self.warn("too many items; the rest is left out");
        }
    }

    fn end_person(&mut self) {
        let author = self.person.take().and_then(Person::finish);
        match (&mut self.source, &mut self.item) {
            (Some(source), _) => source.add_author(author),
            (None, Some(item)) => item.add_author(0, author),
            (None, None) => self.channel.add_author(0, author),
        }
    }

    fn end_picture(&mut self) {
        let picture = self.picture.take();
        let image = picture.and_then(|picture| picture.finish(&self.scopes));
        match (image, &mut self.item) {
            (Some(image), Some(item)) => item.add_image(3, image),
            (Some(image), None) => self.channel.add_picture(image.url),
            (None, _) => {}
        }
    }

    fn end_source(&mut self) {
        if let (Some(mut source), Some(item)) = (self.source.take(), &mut self.item) {
            for author in source.take_authors() {
                item.add_author(SOURCE_RANK, Some(author));
            }
            item.set_source(source.finish());
        }
    }

    fn end_media(&mut self) {
        if let (Some(media), Some(item)) = (self.media.take(), &mut self.item) {
            media.finish(item);
        }
    }

    fn end_alternate(&mut self) {
        let file = self.alternate.take().and_then(AlternateEnclosure::finish);
        if let (Some(file), Some(item)) = (file, &mut self.item) {
            item.add_alternate(file);
        }
    }

    /// Closes an item that was left open when the next one begins.
    fn close_open_item(&mut self) {
        let open = self
            .stack
            .iter()
            .rposition(|frame| frame.role == Role::Item);
        if let Some(at) = open {
            self.warn("item without end tag");
            while self.stack.len() > at {
                self.pop();
            }
        }
    }

    fn text(&mut self, text: &'a str) {
        let flaw = if let Some(element) = &mut self.element {
            element.push(text)
        } else if self.loose_text().is_some() {
            let mut replaced = String::new();
            let flaw = unescape_into(text, &mut replaced);
            if let Some(target) = self.loose_text() {
                target.push_str(&replaced);
            }
            flaw
        } else {
            entities::flaw(text)
        };
        self.warn_of(flaw);
    }

    fn warn_of(&mut self, flaw: Option<Flaw>) {
        match flaw {
            Some(Flaw::Unknown) => self.warn("unknown entity"),
            // Once: a generator that does not escape does it everywhere.
            Some(Flaw::Ampersand) if !self.ampersand_told => {
                self.ampersand_told = true;
                self.warn("an ampersand is not escaped");
            }
            Some(Flaw::Ampersand) | None => {}
        }
    }

    fn cdata(&mut self, text: &'a str) {
        if let Some(element) = &mut self.element {
            element.push_cdata(text);
        } else if let Some(target) = self.loose_text() {
            target.push_str(text);
        }
    }

    /// Where characters outside of values go: to the elements that may hold a text or elements.
    fn loose_text(&mut self) -> Option<&mut String> {
        match self.innermost() {
            Role::Person | Role::Markup => self.person.as_mut().map(|person| &mut person.text),
            Role::Source => self.source.as_mut().map(|source| &mut source.text),
            Role::Picture => self.picture.as_mut().map(|picture| &mut picture.text),
            _ => None,
        }
    }

    /// What a tag means at this place in the document.
    fn role_of(&self, namespace: Namespace, local: &str) -> Role {
        let parent = self.innermost();
        let landmark = elements::landmark(namespace, local)
            .or_else(|| (!self.found).then(|| root(local)).flatten());
        match landmark {
            // An item may be anywhere, but not in an unknown element inside an item.
            Some(role) if self.item.is_none() => role,
            Some(Role::Item) if parent != Role::Foreign => Role::Item,
            _ => elements::role(parent, namespace, local),
        }
    }

    fn resolve(&self, name: &'a str) -> (Namespace, &'a str) {
        let (prefix, local) = split_name(name);
        (self.scopes.namespace(prefix), local)
    }

    fn innermost(&self) -> Role {
        self.stack.last().map_or(Role::Foreign, |frame| frame.role)
    }

    /// The role of the element around the innermost one.
    fn parent_role(&self) -> Role {
        self.stack
            .iter()
            .rev()
            .nth(1)
            .map_or(Role::Foreign, |frame| frame.role)
    }

    fn warn(&mut self, text: &str) {
        if self.channel.feed.warnings.len() >= MAX_WARNINGS {
            return;
        }
        let path: Vec<_> = self
            .stack
            .iter()
            .rev()
            .take(2)
            .map(|frame| clip(frame.name, MAX_NAME))
            .collect();
        let element = path.into_iter().rev().collect::<Vec<_>>().join("/");
        let line = self.line();
        self.channel.feed.warnings.push(Warning {
            line: Some(line),
            element: (!element.is_empty()).then_some(element),
            text: text.to_owned(),
        });
    }

    /// The line being read. Lines are counted only when a warning needs them, each byte once.
    fn line(&mut self) -> u32 {
        let (from, line) = self.line;
        let to = self.tokens.position();
        if to > from {
            let read = &self.input.as_bytes()[from..to];
            let lines = read.split(|&byte| byte == b'\n').skip(1).count();
            self.line = (
                to,
                line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX)),
            );
        }
        self.line.1
    }
}

/// A root element of any namespace.
fn root(local: &str) -> Option<Role> {
    match local {
        "rss" | "rdf" | "feed" | "channel" => Some(Role::Channel),
        "entry" | "item" => Some(Role::Item),
        _ => None,
    }
}
