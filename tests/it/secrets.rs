//! Canaries: keys in every place where a source may have one, repeated by its server in every place of
//! a document where an address may stand. Every command is run on every kind of answer, and no canary
//! may be in what is printed or in any file but the store.

use crate::common::House;
use crate::common::files_in;
use crate::common::server::{Act, Server};
use std::fmt::Write as _;
use std::process::Command;

/// Where a source has its key; in the address, but for the last three.
const PLACES: [&str; 7] = [
    "user", "password", "query", "path", "header", "cookie", "basic",
];

/// How its document is written.
const FORMATS: [&str; 3] = ["rss", "atom", "json"];

/// A source with a canary.
struct Source {
    id: String,
    canary: String,
    /// What its server is asked for.
    path: String,
    /// With user and password, as the environment gives it.
    address: String,
    table: String,
}

/// The variable of a source.
fn variable(id: &str) -> String {
    format!("CANARY_{}", id.replace('-', "_").to_uppercase())
}

fn source(server: &str, n: usize, place: &str, format: &str, has_public_url: bool) -> Source {
    let id = format!(
        "{place}-{format}-{}",
        if has_public_url { "shown" } else { "hidden" }
    );
    // No two alike, and none part of another one.
    let canary = format!("T0P{n:02}S3CR3T{n:02}x");
    let host = server.strip_prefix("http://").unwrap();
    let path = match place {
        "query" => format!("/{id}?b=2&token={canary}&a=1"),
        "path" => format!("/{id}/{canary}/feed"),
        _ => format!("/{id}"),
    };
    let (login, own, header) = match place {
        "user" => (format!("{canary}@"), true, None),
        "password" => (format!("me:{canary}@"), true, None),
        "query" | "path" => (String::new(), true, None),
        "header" => (String::new(), false, Some(("X-Api-Key", canary.clone()))),
        "cookie" => {
            let cookie = format!("theme=dark; session={canary}");
            (String::new(), false, Some(("Cookie", cookie)))
        }
        _ => (
            String::new(),
            false,
            Some(("basic_auth", format!("me:{canary}"))),
        ),
    };
    let address = format!("http://{login}{host}{path}");
    let mut table = format!("[sources.{id}]\npages = 2\n");
    let variable = variable(&id);
    if own {
        let _ = writeln!(table, "url = \"env:{variable}\"");
    } else {
        let _ = writeln!(table, "url = \"{address}\"");
    }
    if has_public_url {
        let _ = writeln!(table, "public_url = \"https://pub.example/{id}\"");
    }
    match &header {
        Some(("basic_auth", _)) => {
            let _ = writeln!(table, "basic_auth = \"env:{variable}\"");
        }
        Some((name, _)) => {
            let _ = writeln!(table, "headers = {{ {name} = \"env:{variable}\" }}");
        }
        None => {}
    }
    let address = header.map_or(address, |(_, value)| value);
    Source {
        id,
        canary,
        path,
        address,
        table,
    }
}

/// Forms in which a document may repeat a key.
fn forms(source: &Source, server: &str) -> Vec<String> {
    let canary = &source.canary;
    let mut encoded = String::new();
    for byte in canary.bytes() {
        let _ = write!(encoded, "%{byte:02x}");
    }
    vec![
        format!("{server}{}", source.path),
        format!("https://me:{canary}@files.example/a.mp3"),
        format!("https://files.example/{canary}/a.jpg"),
        format!("https://{canary}.example/a.mp3"),
        format!("https://files.example/a.jpg?a=1&token={canary}&b=2#x"),
        format!("https://files.example/{encoded}/b.jpg"),
        format!("https://share.example/?u=http%253A%252F%252Ffiles.example%252F{encoded}"),
        format!("/new?token={canary}"),
        format!("tag:files.example,2024:{canary}"),
    ]
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

/// Content with an address in every place of HTML.
fn html(address: &str) -> String {
    let a = escaped(address);
    format!(
        "<p style=\"background:url({a})\">Listen <a href=\"{a}\" title='see {a}'>here</a> \
         <a href='{a}'>or</a> <a href={a}>there</a>; its text is {address} or ({a}), {a}.</p>\
         <img src=\"{a}\" srcset=\"{a} 1x, {a} 2x\" alt=\"{a}\" data-src=\"{a}\" longdesc=\"{a}\">\
         <video src=\"{a}\" poster=\"{a}\"><source src=\"{a}\"></video><audio src=\"{a}\"></audio>\
         <iframe src=\"{a}\"></iframe><object data=\"{a}\"></object><blockquote cite=\"{a}\">q</blockquote>\
         <style>p {{ background: url({a}) }}</style><base href=\"{a}\"><!-- {a} -->\
         <a href=\"https://open.example/kept\">open</a>"
    )
}

fn rss(source: &Source, server: &str) -> String {
    let own = escaped(&forms(source, server)[0]);
    let mut items = String::new();
    for (n, form) in forms(source, server).iter().enumerate() {
        let (f, id) = (escaped(form), &source.id);
        let content = html(form);
        let _ = write!(
            items,
            "<item xml:base=\"{f}\"><title>{id} {n} see {f}</title><link>{f}</link><guid>{f}</guid>\
             <comments>{f}</comments><author>{f}</author><dc:creator>{f}</dc:creator><category>{f}</category>\
             <pubDate>{f}</pubDate><source url=\"{f}\">{f}</source>\
             <enclosure url=\"{f}\" length=\"1\" type=\"audio/mpeg\"/>\
             <media:content url=\"{f}\" medium=\"image\"><media:title>{f}</media:title>\
             <media:credit>{f}</media:credit></media:content><media:thumbnail url=\"{f}\"/>\
             <itunes:image href=\"{f}\"/><wfw:commentRss>{f}</wfw:commentRss>\
             <description><![CDATA[{id} {n} {f}]]></description>\
             <content:encoded><![CDATA[{content}]]></content:encoded></item>"
        );
    }
    format!(
        "<?xml version=\"1.0\"?><?xml-stylesheet href=\"{own}\"?><rss version=\"2.0\" xml:base=\"{own}\" \
         xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" xmlns:wfw=\"http://wellformedweb.org/CommentAPI/\">\
         <channel><title>{0} of {own}</title><link>{own}</link><description>{own}</description>\
         <copyright>{own}</copyright><generator>{own}</generator><docs>{own}</docs><managingEditor>{own}</managingEditor>\
         <language>{own}</language><lastBuildDate>{own}</lastBuildDate><ttl>{own}</ttl>\
         <image><url>{own}</url><link>{own}</link><title>{own}</title></image>\
         <itunes:new-feed-url>{own}</itunes:new-feed-url><itunes:image href=\"{own}\"/>{1}{items}</channel></rss>",
        source.id,
        links(source),
    )
}

/// Links of a feed to itself and its neighbours.
fn links(source: &Source) -> String {
    let own = escaped(&source.path);
    let next = escaped(&next_path(source));
    [
        "self",
        "hub",
        "via",
        "prev",
        "prev-archive",
        "first",
        "alternate",
        "replies",
    ]
    .iter()
    .map(|rel| format!("<atom:link rel=\"{rel}\" href=\"{own}\"/>"))
    .chain([format!("<atom:link rel=\"next\" href=\"{next}\"/>")])
    .collect()
}

/// A page that is not there.
fn next_path(source: &Source) -> String {
    format!("/next/{}?page=2", source.canary)
}

fn atom(source: &Source, server: &str) -> String {
    let own = escaped(&forms(source, server)[0]);
    let mut entries = String::new();
    for (n, form) in forms(source, server).iter().enumerate() {
        let (f, id) = (escaped(form), &source.id);
        let content = escaped(&html(form));
        let _ = write!(
            entries,
            "<entry xml:base=\"{f}\"><id>{f}</id><title type=\"html\">{id} {n} at {f}</title>\
             <link href=\"{f}\"/><link rel=\"related\" href=\"{f}\"/><link rel=\"enclosure\" href=\"{f}\" title=\"{f}\"/>\
             <link rel=\"via\" href=\"{f}\"/><author><name>{f}</name><uri>{f}</uri><email>{f}</email></author>\
             <category term=\"{f}\" label=\"{f}\"/><updated>2024-06-14T09:00:00Z</updated><published>{f}</published>\
             <rights>{f}</rights><source><id>{f}</id><title>{f}</title><link rel=\"self\" href=\"{f}\"/></source>\
             <summary>{id} {n} {f}</summary><content type=\"html\">{content}</content></entry>"
        );
    }
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:atom=\"http://www.w3.org/2005/Atom\" xml:base=\"{own}\">\
         <id>{own}</id><title>{0}</title><subtitle>{own}</subtitle><icon>{own}</icon><logo>{own}</logo><rights>{own}</rights>\
         <generator uri=\"{own}\">{own}</generator><author><name>{own}</name><uri>{own}</uri></author>\
         <updated>{own}</updated>{1}{entries}</feed>",
        source.id,
        links(source),
    )
}

fn json(source: &Source, server: &str) -> String {
    let forms = forms(source, server);
    let own = &forms[0];
    let items: Vec<_> = (0..)
        .zip(&forms)
        .map(|(n, f): (usize, _)| {
            serde_json::json!({
                "id": f, "url": f, "external_url": f, "title": format!("{} {n} in {f}", source.id),
                "image": f, "banner_image": f, "content_html": html(f), "summary": format!("{} {n} {f}", source.id),
                "authors": [{"name": f, "url": f, "avatar": f}], "tags": [f], "date_published": f, "language": f,
                "attachments": [{"url": f, "mime_type": f, "title": f}],
            })
        })
        .collect();
    serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1", "title": source.id, "home_page_url": own, "feed_url": own,
        "description": own, "user_comment": own, "icon": own, "favicon": own, "language": own,
        "next_url": format!("{server}{}", next_path(source)),
        "hubs": [{"type": "WebSub", "url": own}], "authors": [{"name": own, "url": own}], "items": items,
    })
    .to_string()
}

/// How the servers answer in one round, and what the round is called.
fn answer(round: &str, source: &Source, server: &str) -> Vec<Act> {
    let canary = &source.canary;
    let whole = |head: &str, body: &str| {
        let length = body.len();
        vec![crate::common::server::says(
            &format!(
                "{head}\r\nETag: \"{canary}\"\r\nServer: {canary}\r\nContent-Length: {length}"
            ),
            body.as_bytes(),
        )]
    };
    match round {
        "feed" => match source.id.split('-').nth(1) {
            Some("rss") => whole(
                "200 OK\r\nContent-Type: application/rss+xml",
                &rss(source, server),
            ),
            Some("atom") => whole(
                "200 OK\r\nContent-Type: application/atom+xml",
                &atom(source, server),
            ),
            _ => whole(
                "200 OK\r\nContent-Type: application/feed+json",
                &json(source, server),
            ),
        },
        "page" => whole(
            "200 OK\r\nContent-Type: text/html",
            &format!(
                "<html><head><title>Ask {canary}</title><link rel=alternate type='application/rss+xml' \
                 title='{canary}' href='/new?token={canary}'></head><body>Gone</body></html>"
            ),
        ),
        "login" => whole(
            "401 Unauthorized\r\nContent-Type: text/html\r\nWWW-Authenticate: Basic realm=\"secret\"",
            canary,
        ),
        "broken" => whole(
            "200 OK\r\nContent-Type: application/rss+xml",
            &format!("<{canary}><a href='{canary}'>"),
        ),
        "missing" => whole("404 Not Found", canary),
        "down" => whole("503 Service Unavailable\r\nRetry-After: 1", canary),
        "reset" => vec![Act::Reset],
        "slow" => vec![Act::Hang],
        "garbled" => vec![Act::Say(format!("{canary}\r\n\r\n").into_bytes())],
        "coded" => whole(&format!("200 OK\r\nContent-Encoding: {canary}"), canary),
        "astray" => whole(
            &format!("302 Found\r\nLocation: ftp://me:{canary}@files.example/{canary}"),
            "",
        ),
        "moved" => whole(
            &format!(
                "301 Moved Permanently\r\nLocation: /there/{}?token={canary}",
                source.id
            ),
            "",
        ),
        "gone" => whole("410 Gone", canary),
        other => unreachable!("{other}"),
    }
}

/// The commands of the program and how they are run here; `SOURCE` and `ITEM` stand for one of each.
pub(crate) const COMMANDS: [(&str, &[&[&str]]); 30] = [
    (
        "run",
        &[
            &["run", "--all", "-vvv"],
            &["run", "--all", "-vvv", "--log", "json", "--json"],
            &["run", "--offline", "--rebuild", "--prune", "-v"],
            &["run", "--all", "--dry-run", "--json", "-vvv"],
        ],
    ),
    ("check", &[&["check", "-vvv"]]),
    (
        "items",
        &[
            &["items"],
            &["items", "--format", "text"],
            &["items", "--format", "markdown"],
            &["items", "--consumer", "bot", "--backfill", "99"],
            &["items", "--consumer", "bot", "--format", "tsv"],
        ],
    ),
    ("ack", &[&["ack", "bot", "0-0"]]),
    ("consumers", &[&["consumers"], &["consumers", "--json"]]),
    ("deliver", &[&["deliver"], &["deliver", "--dry-run"]]),
    ("backup", &[&["backup", "state/feedmill.db.copy"]]),
    ("vacuum", &[&["vacuum"]]),
    ("status", &[&["status"], &["status", "--json"]]),
    ("retry", &[&["retry", "SOURCE"]]),
    ("export", &[&["export"]]),
    ("parse", &[&["parse", "TYPED"]]),
    ("discover", &[&["discover", "TYPED"]]),
    (
        "doctor",
        &[&["doctor", "SOURCE", "-vvv"], &["doctor", "TYPED"]],
    ),
    ("explain", &[&["explain", "ITEM"]]),
    ("try", &[&["try", "-zebra"]]),
    ("dedupe", &[&["dedupe", "items.ndjson"]]),
    ("init", &[&["init", "new", "--url", "https://a.example/"]]),
    ("add", &[&["add", "TYPED"]]),
    ("remove", &[&["remove", "SOURCE", "--dry-run"]]),
    ("import", &[&["import", "TYPED"]]),
    ("pin", &[&["pin", "ITEM", "--dry-run"]]),
    ("unpin", &[&["unpin", "ITEM", "--dry-run"]]),
    (
        "hide",
        &[
            &["hide", "ITEM", "--dry-run"],
            &["hide", "SOURCE", "--dry-run"],
        ],
    ),
    ("unhide", &[&["unhide", "ITEM", "--dry-run"]]),
    ("merge", &[&["merge", "ITEM", "1", "--dry-run"]]),
    ("apart", &[&["apart", "ITEM", "--dry-run"]]),
    ("schema", &[&["schema"]]),
    ("completions", &[&["completions", "bash"]]),
    ("man", &[&["man", "manual"]]),
];

/// An address with a password that somebody types; nobody answers there with a feed.
fn typed(server: &str) -> String {
    let host = server.strip_prefix("http://").unwrap();
    format!("http://me:{TYPED}@{host}/typed")
}
const TYPED: &str = "T0P99S3CR3T99x";

/// A house with many such sources.
struct Canaries {
    house: House,
    server: Server,
    sources: Vec<Source>,
    secure: bool,
}

impl Canaries {
    async fn new() -> Self {
        let server = Server::start().await;
        let mut sources = Vec::new();
        for place in PLACES {
            for has_public_url in [false, true] {
                let n = sources.len();
                let format = FORMATS[n % FORMATS.len()];
                sources.push(source(&server.address, n, place, format, has_public_url));
            }
        }
        // A file that came from such an address.
        let canary = "T0P98S3CR3T98x".to_owned();
        let path = format!("/file?token={canary}");
        let address = format!("https://files.example{path}");
        sources.push(Source {
            id: "file".to_owned(),
            table: format!(
                "[sources.file]\npath = \"file.xml\"\nurl = \"{address}\"\npublic_url = \"https://pub.example/\"\n"
            ),
            canary,
            path,
            address,
        });
        let mut toml = "heartbeat = \"env:CANARY_HEARTBEAT\"\n[site]\nhealth = true\nbase_url = \"https://news.example/\"\n\
             story_pages = \"full\"\ncompress = [\"gzip\"]\n[fetch]\ngap = \"0 s\"\nper_host = 64\n\
             timeout = \"5 s\"\nallow = [\"127.0.0.0/8\"]\n"
            .to_owned();
        for source in &sources {
            toml += &source.table;
        }
        toml += "[sources.list]\npath = \"list.opml\"\nopml = true\n[sources.open]\npath = \"open.xml\"\n[themes.all]\nlimit = 1000\n";
        let house = House::new(&toml);
        // Others repeat it too: a list that names the source, and a feed that links to it.
        let mut outlines = String::new();
        let mut items = String::new();
        for source in &sources {
            let address = format!("{}/listed?x={}", server.address, source.canary);
            let a = escaped(&address);
            let _ = write!(
                outlines,
                "<outline type=\"rss\" text=\"{a}\" xmlUrl=\"{a}\"/>"
            );
            let _ = write!(
                outlines,
                "<outline text=\"{a}\" xmlUrl=\"http://me:{}@a.example/\"/>",
                source.canary
            );
            let _ = write!(
                items,
                "<item><title>Open {0} {a}</title><link>{a}</link><description>{1}</description></item>",
                source.id,
                escaped(&html(&address))
            );
        }
        house.write(
            "list.opml",
            &format!("<opml version=\"2.0\"><body>{outlines}</body></opml>"),
        );
        house.write(
            "open.xml",
            &format!("<rss version=\"2.0\"><channel><title>Open</title>{items}</channel></rss>"),
        );
        if let Some(file) = sources.last() {
            house.write("file.xml", &rss(file, "https://files.example"));
        }
        Self {
            house,
            server,
            sources,
            secure: false,
        }
    }

    /// Runs the program: what it printed to both.
    fn run(&self, arguments: &[&str]) -> (String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedmill"));
        command.args(arguments).current_dir(self.house.path(""));
        for source in &self.sources {
            let address = if self.secure {
                source.address.replacen("http:", "https:", 1)
            } else {
                source.address.clone()
            };
            command.env(variable(&source.id), address);
        }
        let heartbeat = format!("{}/beat/{TYPED}", self.server.address);
        command.env("CANARY_HEARTBEAT", heartbeat);
        let output = tokio::task::block_in_place(|| command.output()).unwrap();
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr))
    }

    /// Runs all commands, and looks for canaries.
    fn round(&self, round: &str) {
        for source in &self.sources {
            self.server
                .does(&source.path, answer(round, source, &self.server.address));
        }
        let typed = typed(&self.server.address);
        let mut item = String::from("https://a.example/none");
        for (_, ways) in COMMANDS {
            for way in ways {
                let names: Vec<&str> = if way.contains(&"SOURCE") {
                    // Some with and some without another address.
                    self.sources
                        .iter()
                        .step_by(3)
                        .map(|source| source.id.as_str())
                        .collect()
                } else {
                    vec![""]
                };
                for source in names {
                    let arguments: Vec<&str> = way
                        .iter()
                        .map(|word| match *word {
                            "SOURCE" => source,
                            "TYPED" => &typed,
                            "ITEM" => &item,
                            word => word,
                        })
                        .collect();
                    let (out, err) = self.run(&arguments);
                    let what = format!("{round}: {}", arguments.join(" "));
                    self.look(&format!("{what}: stdout"), &out);
                    self.look(&format!("{what}: stderr"), &err);
                    if *way == ["items"] {
                        self.house.write("items.ndjson", &out);
                        let first = out.lines().next().unwrap_or("{}");
                        let first: serde_json::Value = serde_json::from_str(first).unwrap();
                        item = first["id"].as_str().unwrap_or(&item).to_owned();
                    }
                }
            }
        }
        for (name, bytes) in files_in(&self.house.path("")) {
            let is_given =
                ["list.opml", "open.xml", "file.xml", "feeds.toml"].contains(&name.as_str());
            if !is_given && !name.starts_with("state/feedmill.db") {
                self.look(
                    &format!("{round}: {name}"),
                    &String::from_utf8_lossy(&bytes),
                );
            }
        }
    }

    /// Fails where a canary is in a text, in any form.
    fn look(&self, what: &str, text: &str) {
        let plain = decoded(text);
        for canary in self
            .sources
            .iter()
            .map(|s| s.canary.as_str())
            .chain([TYPED])
        {
            let canary = canary.to_lowercase();
            if let Some(at) = plain.find(&canary) {
                let around: String = plain[..at].chars().rev().take(160).collect();
                let around: String = around.chars().rev().collect();
                panic!("{what}: {canary} after {around:?}");
            }
        }
    }
}

/// Lower case, without the encodings of addresses and markup.
fn decoded(text: &str) -> String {
    let mut text = text.to_lowercase();
    for _ in 0..4 {
        let mut plain = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find('%') {
            plain.push_str(&rest[..at]);
            let code = rest
                .get(at + 1..at + 3)
                .and_then(|hex| u8::from_str_radix(hex, 16).ok());
            if let Some(byte) = code.filter(u8::is_ascii) {
                plain.push(char::from(byte).to_ascii_lowercase());
                rest = &rest[at + 3..];
            } else {
                plain.push('%');
                rest = &rest[at + 1..];
            }
        }
        plain.push_str(rest);
        let plain = plain.replace("&amp;", "&");
        if plain == text {
            break;
        }
        text = plain;
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn no_canary_is_in_what_a_document_brings() {
    let canaries = Canaries::new().await;
    // The second one is of what is known already.
    canaries.round("feed");
    let published = canaries.house.published().into_iter();
    let published: String = published
        .map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned())
        .collect();
    for source in &canaries.sources {
        assert!(
            published.contains(&source.id),
            "{} brought nothing",
            source.id
        );
    }
    assert!(published.contains("https://open.example/kept"));
    assert!(published.contains("here"));
    canaries.round("feed");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_canary_is_in_what_is_said_of_a_failure() {
    let canaries = Canaries::new().await;
    for round in ["page", "login", "broken", "missing", "down"] {
        canaries.round(round);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_canary_is_in_what_is_said_of_a_connection() {
    let mut canaries = Canaries::new().await;
    for round in ["reset", "garbled", "coded", "astray"] {
        canaries.round(round);
    }
    // A server without TLS waits for the end of a request.
    let toml = canaries.house.read("feeds.toml");
    let toml = toml.replace("timeout = \"5 s\"", "timeout = \"200 ms\"");
    canaries.house.write("feeds.toml", &toml);
    canaries.round("slow");
    canaries.secure = true;
    canaries.round("feed");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_canary_is_in_what_is_said_of_a_move() {
    let canaries = Canaries::new().await;
    for source in &canaries.sources {
        let there = format!("/there/{}?token={}", source.id, source.canary);
        canaries
            .server
            .does(&there, answer("feed", source, &canaries.server.address));
    }
    // From the third good visit on the new address is believed.
    canaries.round("moved");
    canaries.round("moved");
    let (status, _) = canaries.run(&["status", "--json"]);
    assert!(status.contains("moved_to"), "{status}");
    canaries.round("gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_is_tried() {
    let canaries = Canaries::new().await;
    let (help, _) = canaries.run(&["--help"]);
    let commands = help.split("Commands:").nth(1).unwrap();
    let commands = commands.split("Options:").next().unwrap();
    for line in commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
    {
        let name = line.split_whitespace().next().unwrap();
        let is_tried = COMMANDS.iter().any(|(command, _)| *command == name);
        assert!(is_tried || name == "help", "{name} is not tried");
    }
}
