//! A feed as RSS 2.0, Atom or RSS 1.0 (RDF).

use super::story::Item;
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt::Write;

/// What a document is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Rss,
    Atom,
    Rdf,
}

/// What stands above the items.
pub(crate) struct Head {
    pub(crate) kind: Kind,
    pub(crate) title: String,
    /// `https://HOST/`
    pub(crate) home: String,
    pub(crate) language: &'static str,
    pub(crate) encoding: &'static str,
    /// Items have their whole text, not the summary alone.
    pub(crate) is_full: bool,
    /// HTML stands in CDATA sections.
    pub(crate) has_cdata: bool,
    pub(crate) now: DateTime<Utc>,
}

impl Head {
    fn html(&self, html: &str) -> String {
        if self.has_cdata {
            format!("<![CDATA[{html}]]>")
        } else {
            escaped(html)
        }
    }

    fn date(&self, item: &Item) -> DateTime<Utc> {
        self.now - TimeDelta::minutes(i64::try_from(item.age).unwrap_or(0))
    }
}

/// The document.
pub(crate) fn write(head: &Head, items: &[Item]) -> String {
    let declaration = format!("<?xml version=\"1.0\" encoding=\"{}\"?>\n", head.encoding);
    let body = match head.kind {
        Kind::Rss => rss(head, items),
        Kind::Atom => atom(head, items),
        Kind::Rdf => rdf(head, items),
    };
    declaration + &body
}

fn rss(head: &Head, items: &[Item]) -> String {
    let (title, home, language) = (&head.title, &head.home, head.language);
    let mut out = format!(
        "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:media=\"http://search.yahoo.com/mrss/\">\n<channel>\n<title>{title}</title>\n<link>{home}</link>\n\
         <description>News of {title}</description>\n<language>{language}</language>\n<ttl>30</ttl>\n"
    );
    for item in items {
        let (url, id) = (escaped(&item.url), escaped(&item.id));
        let is_address = item.id.starts_with("http");
        let _ = write!(
            out,
            "<item>\n<title>{}</title>\n<link>{url}</link>\n<guid isPermaLink=\"{is_address}\">{id}</guid>\n<pubDate>{}</pubDate>\n\
             <dc:creator>{}</dc:creator>\n",
            escaped(&item.title),
            head.date(item).to_rfc2822(),
            item.author,
        );
        for tag in &item.tags {
            let _ = writeln!(out, "<category>{tag}</category>");
        }
        let summary = head.html(&format!("<p>{}</p>", item.summary));
        let _ = writeln!(out, "<description>{summary}</description>");
        if head.is_full {
            let _ = writeln!(
                out,
                "<content:encoded>{}</content:encoded>",
                head.html(&item.body)
            );
        }
        if let Some(picture) = &item.picture {
            let _ = write!(
                out,
                "<media:content url=\"{picture}\" medium=\"image\" width=\"800\" height=\"450\"/>\n\
                 <enclosure url=\"{picture}\" type=\"image/jpeg\" length=\"{}\"/>\n",
                50_000 + item.body.len(),
            );
        }
        out += "</item>\n";
    }
    out + "</channel>\n</rss>\n"
}

fn atom(head: &Head, items: &[Item]) -> String {
    let (title, home, language) = (&head.title, &head.home, head.language);
    let mut out = format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{language}\">\n<title>{title}</title>\n<link href=\"{home}\"/>\n\
         <id>{home}feed</id>\n<updated>{}</updated>\n",
        head.now.to_rfc3339(),
    );
    for item in items {
        let id = if item.id.starts_with("http") {
            escaped(&item.id)
        } else {
            format!("tag:news.example,2025:{}", escaped(&item.id))
        };
        let date = head.date(item);
        let _ = write!(
            out,
            "<entry>\n<title type=\"html\">{}</title>\n<link rel=\"alternate\" href=\"{}\"/>\n<id>{id}</id>\n<published>{}</published>\n\
             <updated>{}</updated>\n<author><name>{}</name></author>\n",
            // Escaped as HTML, and once more as XML.
            escaped(&escaped(&item.title)),
            escaped(&item.url),
            date.to_rfc3339(),
            (date + TimeDelta::minutes(1)).to_rfc3339(),
            item.author,
        );
        for tag in &item.tags {
            let _ = writeln!(out, "<category term=\"{tag}\"/>");
        }
        let summary = head.html(&format!("<p>{}</p>", item.summary));
        let _ = writeln!(out, "<summary type=\"html\">{summary}</summary>");
        if head.is_full {
            let _ = writeln!(
                out,
                "<content type=\"html\">{}</content>",
                head.html(&item.body)
            );
        }
        if let Some(picture) = &item.picture {
            let _ = writeln!(
                out,
                "<link rel=\"enclosure\" type=\"image/jpeg\" href=\"{picture}\"/>"
            );
        }
        out += "</entry>\n";
    }
    out + "</feed>\n"
}

fn rdf(head: &Head, items: &[Item]) -> String {
    let (title, home, language) = (&head.title, &head.home, head.language);
    let listed = items
        .iter()
        .map(|item| format!("<rdf:li rdf:resource=\"{}\"/>", escaped(&item.url)));
    let mut out = format!(
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n\
         <channel rdf:about=\"{home}\">\n<title>{title}</title>\n<link>{home}</link>\n<description>News of {title}</description>\n\
         <dc:language>{language}</dc:language>\n<items><rdf:Seq>{}</rdf:Seq></items>\n</channel>\n",
        listed.collect::<String>(),
    );
    for item in items {
        let url = escaped(&item.url);
        let _ = write!(
            out,
            "<item rdf:about=\"{url}\">\n<title>{}</title>\n<link>{url}</link>\n<dc:date>{}</dc:date>\n<dc:creator>{}</dc:creator>\n\
             <dc:subject>{}</dc:subject>\n<description>{}</description>\n",
            escaped(&item.title),
            head.date(item).to_rfc3339(),
            item.author,
            item.tags[0],
            head.html(&format!("<p>{}</p>", item.summary)),
        );
        if head.is_full {
            let _ = writeln!(
                out,
                "<content:encoded>{}</content:encoded>",
                head.html(&item.body)
            );
        }
        out += "</item>\n";
    }
    out + "</rdf:RDF>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
