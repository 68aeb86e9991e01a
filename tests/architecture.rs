//! The house stands: a room uses lower floors only, and the pure floors stay pure.
//!
//! Reads every file below `src/`, takes its paths apart (`use` lists, `super`, inline modules) and
//! compares them with one table. The reasons for the floors are in `docs/ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every room and its floor, top to bottom. A room that is missing here fails the test.
const FLOORS: &[(u8, &[&str])] = &[
    (9, &["cli"]),
    (8, &["daemon", "server"]),
    (7, &["mill"]),
    (6, &["config"]),
    (5, &["fetch", "store", "deliver", "output", "filter"]),
    (4, &["net", "program"]),
    (
        PURE,
        &[
            "parse",
            "normalize",
            "dedupe",
            "theme",
            "publish",
            "schedule",
            "message",
        ],
    ),
    (2, &["model"]),
    (1, &["text"]),
    (0, &["url", "date", "digest"]),
];

/// This floor and those below know no disk, no network, no clock and no chance.
const PURE: u8 = 3;

/// What the pure floors must not say, as consecutive parts of a path.
const IMPURE: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "net"],
    &["tokio"],
    &["tracing"],
    &["rand"],
    &["SystemTime", "now"],
    &["Instant", "now"],
    &["Utc", "now"],
    &["Local", "now"],
];

/// The two that stand outside: the door and the map.
const EXEMPT: &[&str] = &["main.rs", "lib.rs"];

#[test]
fn rooms_use_lower_floors_only() {
    report(&faults_of_the_house(floor_faults));
}

#[test]
fn the_pure_floors_know_no_disk_network_clock_or_chance() {
    report(&faults_of_the_house(purity_faults));
}

#[test]
fn use_goes_one_way_inside_each_folder() {
    report(&circle_faults(&sources()));
}

#[test]
fn advice_that_names_keys_of_feeds_toml_is_given_where_keys_are_known() {
    report(&faults_of_the_house(advice_faults));
}

#[test]
fn what_is_printed_passes_one_border() {
    report(&faults_of_the_house(border_faults));
}

#[test]
fn what_architecture_md_names_is_there() {
    report(&document_faults(&architecture(), &folders()));
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// Runs one check over every file below `src/`.
fn faults_of_the_house(check: fn(&str, &str) -> Vec<String>) -> Vec<String> {
    let sources = sources();
    let faults = sources.iter().flat_map(|(name, text)| check(name, text));
    faults.collect()
}

/// Every file below `src/`: its name there, and its text.
fn sources() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    assert!(!files.is_empty(), "no sources below {}", src.display());
    files.sort();
    let read = |file: &PathBuf| {
        let name = file.strip_prefix(&src).expect("collected below src");
        let name = name.to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(file).expect("sources are readable UTF-8");
        (name, text)
    };
    files.iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src can be listed") {
        let path = entry.expect("src can be listed").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// `docs/ARCHITECTURE.md`.
fn architecture() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ARCHITECTURE.md");
    fs::read_to_string(path).expect("it can be read")
}

/// Every folder below `src/`, down to the second level.
fn folders() -> Vec<String> {
    let names = sources().into_iter().filter_map(|(file, _)| {
        let (folder, _) = file.rsplit_once('/')?;
        let is_of_tests = folder.split('/').any(|name| name == "tests");
        (!is_of_tests).then_some(())?;
        Some(folder.split('/').take(2).collect::<Vec<_>>().join("/"))
    });
    let names: BTreeSet<_> = names.collect();
    names.into_iter().collect()
}

/// The document names files and folders that are not there, or its tree lacks a folder that is.
fn document_faults(document: &str, folders: &[String]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    for (line, text) in (1..).zip(document.lines()) {
        for name in text.split('`').skip(1).step_by(2) {
            let is_file = Path::new(name).extension().is_some_and(|e| e == "rs");
            let is_path = name.contains('/') && (is_file || name.ends_with('/'));
            let is_there = root.join(name).exists() || root.join("src").join(name).exists();
            if is_path && !name.contains([' ', '*']) && !is_there {
                faults.push(format!("docs/ARCHITECTURE.md:{line}: there is no {name}"));
            }
        }
    }
    let tree = tree_of(document);
    let missing = folders.iter().filter(|folder| !tree.contains(*folder));
    faults.extend(missing.map(|folder| format!("docs/ARCHITECTURE.md: its tree lacks {folder}/")));
    faults
}

/// The folders that the tree of the document shows, two levels deep.
fn tree_of(document: &str) -> Vec<String> {
    let tree = document
        .split("```")
        .find(|block| block.trim_start().starts_with("src/"));
    let mut room = String::new();
    let mut found = Vec::new();
    for line in tree.unwrap_or_default().lines() {
        let indent = line.len() - line.trim_start().len();
        let name = line.split_whitespace().next().unwrap_or_default();
        let Some(name) = name.strip_suffix('/') else {
            continue;
        };
        match indent {
            2 => {
                name.clone_into(&mut room);
                found.push(room.clone());
            }
            4 => found.push(format!("{room}/{name}")),
            _ => {}
        }
    }
    found
}

// ---- the checks: a file's name below src/ and its text -> faults as `file:line: what`

fn floor_faults(file: &str, text: &str) -> Vec<String> {
    if EXEMPT.contains(&file) {
        return Vec::new();
    }
    let module = module_of(file);
    let room = module[0].as_str();
    let Some(own) = floor(room) else {
        return vec![format!(
            "src/{file}:1: room `{room}` has no floor: give it one in tests/architecture.rs"
        )];
    };
    let mut faults = Vec::new();
    for Mention { line, path, .. } in mentions(text, &module) {
        let ["crate", other, ..] = path.iter().map(String::as_str).collect::<Vec<_>>()[..] else {
            continue;
        };
        match floor(other) {
            _ if other == room => {}
            Some(theirs) if theirs < own => {}
            Some(theirs) => faults.push(format!(
                "src/{file}:{line}: {room} (floor {own}) uses {other} (floor {theirs})"
            )),
            None => faults.push(format!(
                "src/{file}:{line}: {room} (floor {own}) uses `crate::{other}`, which is no room"
            )),
        }
    }
    faults.dedup();
    faults
}

fn purity_faults(file: &str, text: &str) -> Vec<String> {
    let module = module_of(file);
    if EXEMPT.contains(&file) || floor(&module[0]).is_none_or(|own| own > PURE) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for Mention { line, path, .. } in mentions(text, &module) {
        for impure in IMPURE {
            if path.windows(impure.len()).any(|part| part == *impure) {
                faults.push(format!(
                    "src/{file}:{line}: {} is pure and uses {}",
                    module[0],
                    impure.join("::")
                ));
            }
        }
    }
    faults
}

/// Standard output and standard error are written in one file, which takes secrets out.
fn border_faults(file: &str, text: &str) -> Vec<String> {
    const BORDER: &str = "cli/border.rs";
    const WAYS_OUT: [&str; 6] = [
        "stdout()",
        "stderr()",
        "println!",
        "eprintln!",
        "print!",
        "dbg!",
    ];
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let goes_out = |line: &str| {
        let elsewhere = line
            .replace("border::stdout()", "")
            .replace("border::stderr(", "");
        let elsewhere = elsewhere.replace("use_stderr()", "");
        WAYS_OUT.iter().any(|way| elsewhere.contains(way))
    };
    if file == BORDER {
        return Vec::new();
    }
    let lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| is_code(line) && goes_out(line));
    lines
        .map(|(line, _)| format!("src/{file}:{line}: prints, but not through src/{BORDER}"))
        .collect()
}

/// A module below `src/`, as the names that lead to it.
type Module = Vec<String>;

/// Who uses whom among the modules of one folder, and where each does so first.
type Uses = BTreeMap<String, BTreeMap<String, String>>;

/// Circles among modules that lie side by side. A folder counts as one module for its neighbours;
/// what it defines or exports in `mod.rs` may be used by all that is in it.
fn circle_faults(sources: &[(String, String)]) -> Vec<String> {
    let files: BTreeMap<Module, Vec<Mention>> = sources
        .iter()
        .filter(|(file, _)| !EXEMPT.contains(&file.as_str()))
        .map(|(file, text)| (module_of(file), mentions(text, &module_of(file))))
        .collect();
    let mut folders: BTreeMap<Module, Uses> = BTreeMap::new();
    for (file, _) in sources {
        let module = module_of(file);
        for mention in files.get(&module).into_iter().flatten() {
            let used = used_module(&files, &mention.path);
            let shared = module.iter().zip(&used).take_while(|(a, b)| a == b).count();
            if shared == 0 || shared == module.len() || shared == used.len() {
                // Another room, or a module and what it lies in.
                continue;
            }
            let uses = folders.entry(module[..shared].to_vec()).or_default();
            let place = format!("src/{file}:{}", mention.line);
            let by_one = uses.entry(module[shared].clone()).or_default();
            by_one.entry(used[shared].clone()).or_insert(place);
        }
    }
    let circles = folders.iter().filter_map(|(folder, uses)| {
        let circle = circle(uses)?;
        let arrows = circle.iter().zip(circle.iter().cycle().skip(1));
        let arrows = arrows.map(|(one, other)| {
            let place = &uses[*one][*other];
            format!("  {place}: {one} uses {other}")
        });
        let arrows: Vec<_> = arrows.collect();
        let folder = folder.join("/");
        Some(format!("src/{folder}: a circle:\n{}", arrows.join("\n")))
    });
    circles.collect()
}

/// The module in which lies what a path names, exports followed; empty for what is not ours.
fn used_module(files: &BTreeMap<Module, Vec<Mention>>, path: &[String]) -> Module {
    let ["crate", path @ ..] = &path.iter().map(String::as_str).collect::<Vec<_>>()[..] else {
        return Vec::new();
    };
    let mut module = Module::new();
    for name in path {
        let below: Module = module.iter().cloned().chain([(*name).to_owned()]).collect();
        if files.keys().any(|known| known.starts_with(&below)) {
            module = below;
            continue;
        }
        // Not a module, so an item; perhaps one that this module has from one inside it.
        while let Some(child) = exporter(files, &module, name) {
            module.push(child);
        }
        break;
    }
    module
}

/// The module inside `module` that it takes an item from.
fn exporter(files: &BTreeMap<Module, Vec<Mention>>, module: &Module, item: &str) -> Option<String> {
    let mentions = files.get(module)?;
    let mut imports = mentions.iter().filter(|mention| mention.is_import);
    let found = imports.find(|mention| {
        let [child, .., name] = &mention.path[..] else {
            return false;
        };
        let inside: Module = module.iter().cloned().chain([child.clone()]).collect();
        name == item && files.keys().any(|known| known.starts_with(&inside))
    });
    found.map(|mention| mention.path[0].clone())
}

/// Some circle, each of whose modules uses the next, and the last the first.
fn circle(uses: &Uses) -> Option<Vec<&str>> {
    fn follow<'a>(
        uses: &'a Uses,
        at: &'a str,
        way: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Option<Vec<&'a str>> {
        if let Some(start) = way.iter().position(|module| *module == at) {
            return Some(way[start..].to_vec());
        }
        if done.contains(at) {
            return None;
        }
        way.push(at);
        let next = uses.get(at).into_iter().flat_map(BTreeMap::keys);
        for module in next {
            if let Some(circle) = follow(uses, module, way, done) {
                return Some(circle);
            }
        }
        way.pop();
        done.insert(at);
        None
    }
    let mut done = BTreeSet::new();
    uses.keys()
        .find_map(|module| follow(uses, module, &mut Vec::new(), &mut done))
}

/// `config` knows the keys, and so do the rooms above it. Comments may name them anywhere.
fn advice_faults(file: &str, text: &str) -> Vec<String> {
    let module = module_of(file);
    if EXEMPT.contains(&file) || floor(&module[0]) >= floor("config") {
        return Vec::new();
    }
    let faults = (1..).zip(text.lines()).filter(|(_, line)| {
        let is_code = !line.trim_start().starts_with("//");
        let keys = [
            "feeds.toml",
            "[fetch]",
            "[site]",
            "[sources",
            "[themes",
            "[stories]",
        ];
        is_code && keys.iter().any(|key| line.contains(key))
    });
    faults
        .map(|(at, line)| {
            format!(
                "src/{file}:{at}: {} names a key: {}",
                module[0],
                line.trim()
            )
        })
        .collect()
}

fn floor(room: &str) -> Option<u8> {
    FLOORS
        .iter()
        .find(|(_, rooms)| rooms.contains(&room))
        .map(|(floor, _)| *floor)
}

/// `parse/rss.rs` is `parse::rss`, `parse/mod.rs` and `parse.rs` are `parse`.
fn module_of(file: &str) -> Vec<String> {
    let stem = file.trim_end_matches(".rs").trim_end_matches("/mod");
    stem.split('/').map(str::to_owned).collect()
}

// ---- Rust text -> the paths it mentions

/// A path as it is meant: `use super::{a, b}` inside `crate::x` gives `crate::a` and `crate::b`.
#[derive(Debug, PartialEq)]
struct Mention {
    line: usize,
    path: Vec<String>,
    /// It stands behind `use`.
    is_import: bool,
}

fn mentions(text: &str, module: &[String]) -> Vec<Mention> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    // The inline modules that we are in, each with the depth of braces outside it.
    let mut inline: Vec<(usize, String)> = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                inline.pop_if(|(outside, _)| *outside == depth);
            }
            "mod" if tokens.get(at + 2).is_some_and(|t| t.text == "{") => {
                inline.push((depth, tokens[at + 1].text.clone()));
                at += 1;
            }
            word if is_word(word) => {
                let here: Vec<String> = std::iter::once("crate".to_owned())
                    .chain(module.iter().cloned())
                    .chain(inline.iter().map(|(_, name)| name.clone()))
                    .collect();
                let first = found.len();
                let is_import = at > 0 && tokens[at - 1].text == "use";
                at = walk(&tokens, at, &here, Vec::new(), &mut found);
                for mention in &mut found[first..] {
                    mention.is_import = is_import;
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Follows one path or `use` tree from its word at `at`; gives the place behind it.
fn walk(
    tokens: &[Token],
    mut at: usize,
    here: &[String],
    mut path: Vec<String>,
    found: &mut Vec<Mention>,
) -> usize {
    let line = tokens[at].line;
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|t| t.text != "}") {
                    at = walk(tokens, at, here, path.clone(), found);
                    // Behind a branch: perhaps `as name`, then a comma or the end of the list.
                    while tokens
                        .get(at)
                        .is_some_and(|t| t.text != "," && t.text != "}")
                    {
                        at += 1;
                    }
                    if tokens.get(at).is_some_and(|t| t.text == ",") {
                        at += 1;
                    }
                }
                return at + 1;
            }
            "crate" => path = vec!["crate".to_owned()],
            "self" if path.is_empty() => path = here.to_vec(),
            "self" => {}
            "super" => {
                if path.is_empty() {
                    path = here.to_vec();
                }
                path.pop();
            }
            word if is_word(word) || word == "*" => path.push(word.to_owned()),
            _ => break,
        }
        at += 1;
        if tokens.get(at).is_none_or(|t| t.text != "::") {
            break;
        }
        at += 1;
    }
    found.push(Mention {
        line,
        path,
        is_import: false,
    });
    at
}

/// A word, a `::`, or any other character that is not blank.
#[derive(Debug)]
struct Token {
    line: usize,
    text: String,
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c == '_' || c.is_alphabetic())
}

/// Cuts Rust text up; comments, strings, characters and lifetimes say nothing about floors.
fn tokens(text: &str) -> Vec<Token> {
    let mut rest = text;
    let mut line = 1;
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        let length = silent_length(rest);
        let (length, speaks) = if length > 0 {
            (length, false)
        } else if rest.starts_with("::") {
            (2, true)
        } else if first == '_' || first.is_alphanumeric() {
            let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric());
            (end.unwrap_or(rest.len()), true)
        } else {
            (first.len_utf8(), !first.is_whitespace())
        };
        let (token, after) = rest.split_at(length);
        if speaks {
            tokens.push(Token {
                line,
                text: token.to_owned(),
            });
        }
        line += token.matches('\n').count();
        rest = after;
    }
    tokens
}

/// How many bytes of comment, string, character or lifetime `rest` begins with.
fn silent_length(rest: &str) -> usize {
    let until = |start: usize, end: &str| {
        rest[start..]
            .find(end)
            .map_or(rest.len(), |found| start + found + end.len())
    };
    if rest.starts_with("//") {
        return until(0, "\n");
    }
    if rest.starts_with("/*") {
        return block_comment_length(rest);
    }
    for prefix in ["r", "br", "cr"] {
        let Some(raw) = rest.strip_prefix(prefix) else {
            continue;
        };
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            return until(prefix.len() + hashes + 1, &end);
        }
    }
    if rest.starts_with('"') {
        return quoted_length(rest, '"');
    }
    let Some(quoted) = rest.strip_prefix('\'') else {
        return 0;
    };
    let mut chars = quoted.chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => quoted_length(rest, '\''),
        _ => {
            let end = quoted.find(|c: char| c != '_' && !c.is_alphanumeric());
            1 + end.unwrap_or(quoted.len())
        }
    }
}

/// Block comments nest.
fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + 1;
        }
    }
    rest.len()
}

// ---- the checks can fail: faults planted in strings

#[test]
fn a_plain_upward_import_is_found_with_its_line() {
    assert_eq!(
        floor_faults("parse/rss.rs", "//! Reads.\n\nuse crate::store::Store;\n"),
        ["src/parse/rss.rs:3: parse (floor 3) uses store (floor 5)"]
    );
}

#[test]
fn a_sideways_import_is_found() {
    assert_eq!(
        floor_faults("dedupe.rs", "use crate::parse::parse;"),
        ["src/dedupe.rs:1: dedupe (floor 3) uses parse (floor 3)"]
    );
}

#[test]
fn an_upward_import_hidden_in_a_list_is_found() {
    let text = "use crate::{\n    model::{Item, Story},\n    config::{self, Config},\n};\n";
    assert_eq!(
        floor_faults("fetch/http.rs", text),
        ["src/fetch/http.rs:3: fetch (floor 5) uses config (floor 6)"]
    );
}

#[test]
fn an_upward_path_in_the_middle_of_code_is_found() {
    let text = "fn f<'a>(x: &'a str) -> Vec<crate::mill::Report> { g('{', x) }";
    assert_eq!(
        floor_faults("net/mod.rs", text),
        ["src/net/mod.rs:1: net (floor 4) uses mill (floor 7)"]
    );
}

#[test]
fn an_upward_import_through_super_is_found() {
    assert_eq!(
        floor_faults("parse/rss.rs", "use super::super::store;"),
        ["src/parse/rss.rs:1: parse (floor 3) uses store (floor 5)"]
    );
    assert_eq!(
        floor_faults("theme.rs", "use super::{model::Story, super_duper, mill};").len(),
        2
    );
    assert_eq!(
        floor_faults("theme.rs", "use self::super::cli::run;"),
        ["src/theme.rs:1: theme (floor 3) uses cli (floor 9)"]
    );
}

#[test]
fn an_inline_module_counts_as_a_step() {
    let text =
        "mod tests {\n    use super::*;\n    use super::super::output;\n}\nuse super::fetch;";
    assert_eq!(
        floor_faults("publish.rs", text),
        [
            "src/publish.rs:3: publish (floor 3) uses output (floor 5)",
            "src/publish.rs:5: publish (floor 3) uses fetch (floor 5)",
        ]
    );
}

#[test]
fn a_glob_of_the_crate_root_is_no_way_around() {
    assert_eq!(
        floor_faults("date.rs", "use crate::*;"),
        ["src/date.rs:1: date (floor 0) uses `crate::*`, which is no room"]
    );
}

#[test]
fn a_room_without_a_floor_is_found() {
    assert_eq!(
        floor_faults("util/strings.rs", ""),
        ["src/util/strings.rs:1: room `util` has no floor: give it one in tests/architecture.rs"]
    );
}

#[test]
fn what_is_allowed_is_no_fault() {
    let text = r##"
        //! See [`crate::cli`].
        /* crate::mill /* crate::daemon */ crate::server */
        use super::feed;
        use ::url::Url;
        use crate::{date, model::*, text::html as safe};
        pub(crate) fn f<'a>() -> &'a str { "crate::store" }
        const RAW: &str = r#"use "crate::store";"#;
        const QUOTE: char = '"';
        fn g() { crate::url::resolve(None, b"crate::net"); }
    "##;
    assert_eq!(floor_faults("parse/rss.rs", text), [""; 0]);
    assert_eq!(purity_faults("parse/rss.rs", text), [""; 0]);
}

#[test]
fn what_is_printed_elsewhere_is_found() {
    let bad = "fn f() {\n    // println!\n    writeln!(std::io::stdout(), \"x\");\n    eprintln!(\"x\");\n}";
    assert_eq!(border_faults("cli/exit.rs", bad).len(), 2);
    assert_eq!(border_faults("cli/border.rs", bad).len(), 0);
    assert_eq!(
        border_faults("cli/exit.rs", "border::stdout().flush()").len(),
        0
    );
}

#[test]
fn impurity_is_found_in_lists_and_in_code() {
    let text = "use std::{collections::HashMap, fs};\nfn f() { let t = std::time::Instant::now(); }\n\
                use tokio::sync::mpsc;\nfn g() { chrono::Utc::now() }\nfn h() { ::std::net::lookup() }";
    assert_eq!(
        purity_faults("schedule.rs", text),
        [
            "src/schedule.rs:1: schedule is pure and uses std::fs",
            "src/schedule.rs:2: schedule is pure and uses Instant::now",
            "src/schedule.rs:3: schedule is pure and uses tokio",
            "src/schedule.rs:4: schedule is pure and uses Utc::now",
            "src/schedule.rs:5: schedule is pure and uses std::net",
        ]
    );
}

#[test]
fn a_key_is_found_in_a_message_and_not_in_a_comment() {
    let text = "/// A table of `feeds.toml`.\nfn f() { say(\"set timeout in [fetch]\") }";
    assert_eq!(
        advice_faults("net/mod.rs", text),
        ["src/net/mod.rs:2: net names a key: fn f() { say(\"set timeout in [fetch]\") }"]
    );
    assert_eq!(advice_faults("mill/advice.rs", text), [""; 0]);
}

#[test]
fn higher_floors_may_be_impure() {
    assert_eq!(
        purity_faults(
            "output.rs",
            "use std::collections::{BTreeMap, BTreeSet};
use std::fs; fn f() { Instant::now() }"
        ),
        [""; 0]
    );
}

fn planted(files: &[(&str, &str)]) -> Vec<String> {
    let owned = |&(name, text): &(&str, &str)| (name.to_owned(), text.to_owned());
    circle_faults(&files.iter().map(owned).collect::<Vec<_>>())
}

#[test]
fn a_circle_inside_a_room_is_found_with_its_places() {
    let files = [
        ("parse/a.rs", "use super::b::f;"),
        ("parse/b.rs", "//! B.\nfn f() { crate::parse::c::g() }"),
        ("parse/c.rs", "use super::{a, b};"),
    ];
    assert_eq!(
        planted(&files),
        ["src/parse: a circle:\n  \
          src/parse/a.rs:1: a uses b\n  \
          src/parse/b.rs:2: b uses c\n  \
          src/parse/c.rs:1: c uses a"]
    );
}

#[test]
fn a_circle_between_folders_is_found_behind_exports() {
    let files = [
        ("dedupe/mod.rs", "mod x;\nmod y;\npub use y::Thing;"),
        ("dedupe/x/inner.rs", "use crate::dedupe::Thing;"),
        ("dedupe/y/mod.rs", "mod deep;\npub use deep::Thing;"),
        ("dedupe/y/deep.rs", "use crate::dedupe::x::inner::f;"),
    ];
    assert_eq!(
        planted(&files),
        ["src/dedupe: a circle:\n  \
          src/dedupe/x/inner.rs:1: x uses y\n  \
          src/dedupe/y/deep.rs:1: y uses x"]
    );
}

#[test]
fn use_of_what_a_module_lies_in_is_no_circle() {
    let files = [
        (
            "mill/mod.rs",
            "mod a;\nmod b;\npub struct Error;\nfn f() { a::run(); }",
        ),
        ("mill/a.rs", "use super::Error;\nuse super::b::g;"),
        ("mill/b.rs", "use super::Error;\nuse crate::model::a;"),
    ];
    assert_eq!(planted(&files), [""; 0]);
}

#[test]
fn a_file_or_folder_that_is_not_there_is_found() {
    let document = "See `src/parse/` and `dedupe/nowhere.rs`.\n```\nsrc/\n  parse/   reads\n    xml/   tags\n```\n";
    let folders = ["parse", "parse/xml", "parse/json"].map(str::to_owned);
    assert_eq!(
        document_faults(document, &folders),
        [
            "docs/ARCHITECTURE.md:1: there is no dedupe/nowhere.rs",
            "docs/ARCHITECTURE.md: its tree lacks parse/json/",
        ]
    );
}
