//! The name of an element and its parent -> its meaning. The whole vocabulary is in this file.
//!
//! RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0 and CDF are one vocabulary: an element means the same in
//! each of them. So a document may mix them, and many do.

use crate::parse::xml::namespaces::Namespace::{
    self, Content, Dublin, Feedburner, Itunes, Media, Podcast, Rdf, Syndication, Xhtml,
};

/// The meaning of an open element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// `rss`, `RDF`, `feed`, `channel`: the feed itself.
    Channel,
    /// `item`, `entry`.
    Item,
    /// The feed that an item was taken from.
    Source,
    /// `image` with an `url` in it.
    Picture,
    /// `author` with a text or with `name`, `uri`, `email` in it.
    Person,
    /// `skipHours`, `skipDays`.
    SkipList,
    /// Markup in the text of a person.
    Markup,
    /// `media:group`.
    MediaGroup,
    /// `media:content`.
    MediaContent,
    /// `podcast:alternateEnclosure`.
    AlternateEnclosure,
    /// One value, in its text or its attributes.
    Value(Field),
    /// An unknown element; all that is in it is ignored.
    Foreign,
}

/// A value of a feed or an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// `title`; the number is its rank, the lowest wins.
    Title(u8),
    /// `link`, as RSS or as Atom writes it.
    Link,
    /// The link that a service replaced by its own.
    OriginalLink,
    /// `guid`, `id`.
    Id,
    /// `dc:identifier`: the id when there is no better one.
    Identifier,
    /// A full text.
    Content,
    /// RSS `description` and similar elements, by rank.
    Description(u8),
    /// An element whose name says that the text is short, by rank.
    Summary(u8),
    /// When it was published, by rank.
    Published(u8),
    /// When it was changed, by rank.
    Modified(u8),
    /// An author in one line, by rank: all of the best rank are kept.
    Author(u8),
    /// `media:credit`: somebody who had a part in a medium.
    Credit,
    /// The name, the URL or the email address of a person.
    PersonName,
    /// See [`Field::PersonName`].
    PersonUrl,
    /// See [`Field::PersonName`].
    PersonEmail,
    /// One tag.
    Category,
    /// Tags between commas.
    Keywords,
    /// A language.
    Language,
    /// A copyright line.
    Rights,
    /// A file.
    Enclosure,
    /// The file that a service replaced by its own.
    OriginalEnclosure,
    /// `media:player`: a page that plays a medium.
    Player,
    /// Seconds, or `HH:MM:SS`.
    Duration,
    /// A value of an episode of a podcast.
    Episode(EpisodePart),
    /// `url` of a picture.
    PictureUrl,
    /// A picture of the feed, as a text or in `href`, by rank.
    Icon(u8),
    /// `media:thumbnail`.
    Thumbnail,
    /// `media:title` or `media:description` of one file: its caption.
    Caption,
    /// `podcast:source`: where a file is.
    FileSource,
    /// Minutes.
    Ttl,
    /// An hour of `skipHours`.
    SkipHour,
    /// A day of `skipDays`.
    SkipDay,
    /// `sy:updatePeriod`.
    UpdatePeriod,
    /// `sy:updateFrequency`.
    UpdateFrequency,
}

/// A value of an episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EpisodePart {
    /// `itunes:episode`.
    Number,
    /// `itunes:season`.
    Season,
    /// `itunes:episodeType`.
    Kind,
    /// `itunes:explicit`.
    Explicit,
    /// `podcast:chapters`.
    Chapters,
    /// `podcast:transcript`.
    Transcript,
    /// `podcast:person`.
    Person,
}

/// The role of an element that begins a feed or an item at any place in the document.
pub(in crate::parse) fn landmark(namespace: Namespace, local: &str) -> Option<Role> {
    match local {
        "item" | "entry" if namespace.is_core() || namespace == Rdf => Some(Role::Item),
        "channel" | "feed" if namespace.is_core() || namespace == Rdf => Some(Role::Channel),
        "rss" | "rdf" => Some(Role::Channel),
        _ => None,
    }
}

/// The role of an element inside one of the role `parent`.
pub(in crate::parse) fn role(parent: Role, namespace: Namespace, local: &str) -> Role {
    match parent {
        Role::Channel => in_channel(namespace, local),
        Role::Item => in_item(namespace, local),
        Role::Source => in_source(namespace, local),
        Role::Picture if local == "url" => Role::Value(Field::PictureUrl),
        Role::Person => in_person(local),
        Role::Markup => Role::Markup,
        Role::SkipList if local == "hour" => Role::Value(Field::SkipHour),
        Role::SkipList if local == "day" => Role::Value(Field::SkipDay),
        Role::MediaGroup => match (namespace, local) {
            (Media, _) => in_item(namespace, local),
            _ => Role::Foreign,
        },
        Role::MediaContent => match (namespace, local) {
            (Media, "title" | "description") => Role::Value(Field::Caption),
            (Media, "player") => Role::Value(Field::Player),
            (Media, _) => in_item(namespace, local),
            _ => Role::Foreign,
        },
        Role::AlternateEnclosure if (namespace, local) == (Podcast, "source") => {
            Role::Value(Field::FileSource)
        }
        _ => Role::Foreign,
    }
}

fn in_channel(namespace: Namespace, local: &str) -> Role {
    let field = match (namespace, local) {
        (Dublin, "title") => Field::Title(1),
        (_, "skiphours" | "skipdays") if namespace.is_core() => return Role::SkipList,
        (_, "author" | "owner") if namespace.is_core() => return Role::Person,
        (_, "image") if namespace.is_core() => return Role::Picture,
        (_, local) if namespace.is_core() => match local {
            "title" => Field::Title(0),
            "link" => Field::Link,
            "id" => Field::Id,
            "description" | "subtitle" | "tagline" | "abstract" => Field::Description(0),
            // Atom 0.3: a notice for people who see the feed in a browser.
            "info" => Field::Description(4),
            "language" => Field::Language,
            "copyright" | "rights" => Field::Rights,
            "lastbuilddate" | "updated" | "modified" => Field::Modified(0),
            "pubdate" | "published" => Field::Modified(1),
            "managingeditor" => Field::Author(1),
            "logo" => Field::Icon(0),
            "icon" => Field::Icon(2),
            "ttl" => Field::Ttl,
            _ => return Role::Foreign,
        },
        (Dublin, "description") => Field::Description(1),
        (Dublin, "creator" | "author") => Field::Author(1),
        (Dublin, "language") => Field::Language,
        (Dublin, "rights") => Field::Rights,
        (Dublin, "date" | "modified" | "issued" | "created") => Field::Modified(2),
        (Itunes, "author") => Field::Author(2),
        (Itunes, "subtitle") => Field::Description(2),
        (Itunes, "summary") => Field::Description(3),
        (Itunes, "image" | "link") => Field::Icon(3),
        (Syndication, "updateperiod") => Field::UpdatePeriod,
        (Syndication, "updatefrequency") => Field::UpdateFrequency,
        _ => return Role::Foreign,
    };
    Role::Value(field)
}

fn in_item(namespace: Namespace, local: &str) -> Role {
    let field = match (namespace, local) {
        (_, "author") if namespace.is_core() => return Role::Person,
        (_, "source") if namespace.is_core() => return Role::Source,
        (_, "image") if namespace.is_core() => return Role::Picture,
        (_, local) if namespace.is_core() => match local {
            "title" => Field::Title(0),
            "link" => Field::Link,
            "guid" | "id" => Field::Id,
            "description" | "abstract" => Field::Description(0),
            "summary" => Field::Summary(0),
            "content" | "encoded" | "fullitem" | "body" => Field::Content,
            "pubdate" | "published" => Field::Published(0),
            "issued" => Field::Published(1),
            "created" => Field::Published(2),
            "updated" | "modified" => Field::Modified(0),
            "category" => Field::Category,
            "tags" => Field::Keywords,
            "enclosure" => Field::Enclosure,
            "language" => Field::Language,
            _ => return Role::Foreign,
        },
        (Content, "encoded") | (Xhtml, "body" | "div") => Field::Content,
        (Dublin, "title") => Field::Title(2),
        (Dublin, "description") => Field::Description(1),
        (Dublin, "creator" | "author") => Field::Author(1),
        (Dublin, "language") => Field::Language,
        (Dublin, "identifier") => Field::Identifier,
        (Dublin, "date" | "issued" | "available") => Field::Published(1),
        (Dublin, "created") => Field::Published(2),
        (Dublin, "modified") => Field::Modified(1),
        (Itunes, "author") => Field::Author(2),
        (Itunes, "title") => Field::Title(3),
        (Itunes, "summary") => Field::Summary(1),
        (Itunes, "subtitle") => Field::Summary(2),
        (Itunes | Media, "keywords") => Field::Keywords,
        (Itunes | Media, "category") | (Dublin, "subject") => Field::Category,
        (Itunes, "duration") => Field::Duration,
        (Itunes, "image" | "link") => Field::Icon(4),
        (Itunes | Podcast, "episode") => Field::Episode(EpisodePart::Number),
        (Itunes | Podcast, "season") => Field::Episode(EpisodePart::Season),
        (Itunes, "episodetype") => Field::Episode(EpisodePart::Kind),
        (Itunes, "explicit") => Field::Episode(EpisodePart::Explicit),
        (Podcast, "chapters") => Field::Episode(EpisodePart::Chapters),
        (Podcast, "transcript") => Field::Episode(EpisodePart::Transcript),
        (Podcast, "person") => Field::Episode(EpisodePart::Person),
        (Media, "title") => Field::Title(1),
        (Media, "description") => Field::Description(2),
        (Media, "credit") => Field::Credit,
        (Media, "thumbnail") => Field::Thumbnail,
        (Media, "group") => return Role::MediaGroup,
        (Media, "content") => return Role::MediaContent,
        (Media, "player") => Field::Player,
        (Podcast, "alternateenclosure") => return Role::AlternateEnclosure,
        (Feedburner, "origlink") => Field::OriginalLink,
        (Feedburner, "origenclosurelink") => Field::OriginalEnclosure,
        _ => return Role::Foreign,
    };
    Role::Value(field)
}

fn in_source(namespace: Namespace, local: &str) -> Role {
    match local {
        "title" if namespace.is_core() => Role::Value(Field::Title(0)),
        "id" if namespace.is_core() => Role::Value(Field::Id),
        "link" if namespace.is_core() => Role::Value(Field::Link),
        "author" if namespace.is_core() => Role::Person,
        _ => Role::Foreign,
    }
}

fn in_person(local: &str) -> Role {
    match local {
        "name" => Role::Value(Field::PersonName),
        "uri" | "url" | "homepage" => Role::Value(Field::PersonUrl),
        "email" => Role::Value(Field::PersonEmail),
        _ => Role::Markup,
    }
}

/// Whether the start of an element shows that the text around it was never closed.
pub(super) fn ends_text(field: Field, parent: Role, namespace: Namespace, local: &str) -> bool {
    if landmark(namespace, local) == Some(Role::Item) {
        return true;
    }
    let is_known = role(parent, namespace, local) != Role::Foreign;
    match field {
        Field::Content | Field::Description(_) | Field::Summary(_) => {
            let unlike_html = matches!(
                local,
                "pubdate" | "guid" | "enclosure" | "category" | "updated" | "published" | "issued"
            );
            is_known && (unlike_html || !namespace.is_core() && namespace != Xhtml)
        }
        Field::Title(_) => is_known && namespace != Xhtml && local != "title",
        _ => is_known && namespace != Xhtml,
    }
}
