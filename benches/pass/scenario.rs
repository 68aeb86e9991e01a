//! The scenarios: which passes are made in which order, and what each must have done.

use crate::common::corpus::{self, ITEMS, Moment};
use crate::common::server::Server;
use crate::options::{Kind, Options, Paths, Size};
use crate::serving::move_to;
use crate::table::{self, Row};
use crate::workplace::{Pass, Workplace};

/// Measures all that the options name.
pub(crate) fn compare(options: &Options) {
    table::print_binaries(&options.binaries);
    if let Some(table) = &options.tsv {
        table::begin(table);
    }
    for &kind in &options.kinds {
        for &themes in &options.themes {
            for &feeds in &options.feeds {
                let size = Size {
                    feeds,
                    themes,
                    kind,
                };
                if options.stored.is_empty() {
                    by_feeds(options, size);
                }
                for &stored in &options.stored {
                    by_stored(options, size, stored);
                }
            }
        }
    }
}

/// All passes with so many feeds.
fn by_feeds(options: &Options, size: Size) {
    let server = start(options, size.feeds);
    let paths = if options.corpus.is_some() {
        Paths::Files
    } else {
        Paths::Numbers
    };
    // Nothing is deleted before all is measured.
    let (mut bench, mut kept) = (Bench::new(options, &server, size), Vec::new());
    let cold = (0..options.runs).flat_map(|_| {
        kept.append(&mut bench.places);
        bench.places = options
            .binaries
            .iter()
            .map(|binary| Workplace::new(binary, &server, paths, &size))
            .collect();
        let passes = bench.places.iter().map(|place| place.pass(&server, true));
        passes.collect::<Vec<_>>()
    });
    let cold: Vec<Pass> = cold.collect();
    let in_themes = cold[0].count("new_by_theme") as f64 / cold[0].count("new_stories") as f64;
    let Size {
        feeds,
        themes,
        kind,
    } = size;
    table::print_head(&format!(
        "\n{feeds} feeds, {themes} {} themes, {} items, {} stories; a story is in {in_themes:.1} themes",
        kind.name(),
        cold[0].count("new_items"),
        cold[0].count("new_stories"),
    ));
    if options.corpus.is_none() {
        for pass in &cold {
            assert_cold(pass, size);
        }
    }
    bench.report("cold", 0, &cold);
    bench.later(cold[0].count("new_items"), 0);
    let idle = bench.in_turn(|place| place.pass(&server, false));
    for pass in &idle {
        let asked = pass.count("asked");
        assert!(
            asked <= pass.count("failed"),
            "{asked} sources were due: more than those that fail"
        );
    }
    bench.report("idle", cold[0].count("new_items"), &idle);
    let versions = bench.in_turn(Workplace::version);
    bench.report_rows(|turn| {
        let of_one: Vec<_> = versions
            .iter()
            .skip(turn)
            .step_by(options.binaries.len())
            .copied()
            .collect();
        Row::of_usages("version", size, &of_one)
    });
}

/// Passes over a store that many epochs have filled.
fn by_stored(options: &Options, size: Size, stored: usize) {
    assert!(
        options.corpus.is_none(),
        "--stored needs the corpus of the bench"
    );
    let server = start(options, size.feeds);
    let epochs = stored.div_ceil(ITEMS * size.feeds);
    let mut bench = Bench::new(options, &server, size);
    bench.places = options
        .binaries
        .iter()
        .map(|binary| Workplace::new(binary, &server, Paths::Numbers, &size))
        .collect();
    let (mut items, mut last) = (0, Vec::new());
    for epoch in 0..epochs {
        move_to(
            &server,
            Moment {
                epoch,
                epochs,
                round: 0,
            },
        );
        last = bench
            .places
            .iter()
            .map(|place| place.pass(&server, true))
            .collect();
        for pass in &last {
            assert_cold(pass, size);
        }
        items += last[0].count("new_items");
    }
    let Size {
        feeds,
        themes,
        kind,
    } = size;
    table::print_head(&format!(
        "\n{items} items stored, {feeds} feeds, {themes} {} themes",
        kind.name()
    ));
    bench.report("renewed", items, &last);
    bench.epochs = epochs;
    bench.later(items, epochs - 1);
}

fn start(options: &Options, feeds: usize) -> Server {
    let feeds = feeds.to_string();
    let mut arguments = vec!["serve", &feeds];
    let corpus = options
        .corpus
        .as_ref()
        .map(|folder| folder.display().to_string());
    arguments.extend(corpus.as_deref());
    Server::start(&arguments)
}

/// Programs that take turns.
struct Bench<'a> {
    options: &'a Options,
    server: &'a Server,
    size: Size,
    epochs: usize,
    places: Vec<Workplace>,
}

impl<'a> Bench<'a> {
    fn new(options: &'a Options, server: &'a Server, size: Size) -> Self {
        Self {
            options,
            server,
            size,
            epochs: 1,
            places: Vec::new(),
        }
    }

    /// So many runs as wanted, of each program in turn.
    fn in_turn<T>(&self, run: impl Fn(&Workplace) -> T) -> Vec<T> {
        let runs = (0..self.options.runs).flat_map(|_| self.places.iter());
        runs.map(run).collect()
    }

    /// Passes over what is known, without and with something new.
    fn later(&self, stored: usize, epoch: usize) {
        let pass = |place: &Workplace| place.pass(self.server, true);
        // A first one may still put something in order.
        for first in self.places.iter().map(pass) {
            self.assert_unchanged(&first);
        }
        let unchanged = self.in_turn(pass);
        for pass in &unchanged {
            self.assert_unchanged(pass);
        }
        self.report("unchanged", stored, &unchanged);
        if self.options.corpus.is_some() {
            return;
        }
        let changed = (1..=self.options.runs).flat_map(|round| {
            move_to(
                self.server,
                Moment {
                    epoch,
                    epochs: self.epochs,
                    round,
                },
            );
            let passes: Vec<_> = self.places.iter().map(pass).collect();
            for pass in &passes {
                assert_changed(pass, self.size, round);
            }
            passes
        });
        let changed: Vec<_> = changed.collect();
        self.report("changed", stored, &changed);
    }

    /// Nearly every server said 304, and nothing was written.
    fn assert_unchanged(&self, pass: &Pass) {
        let feeds = self.size.feeds;
        assert_eq!(pass.count("asked"), feeds);
        assert_eq!(pass.count("new_items") + pass.count("written"), 0);
        if self.options.corpus.is_none() {
            assert_eq!(pass.count("failed"), corpus::broken(feeds), "failed");
            assert!(pass.count("modified") <= corpus::cut(feeds), "modified");
        }
    }

    /// Prints the medians of passes that were made in turn.
    fn report(&self, name: &'static str, stored: usize, passes: &[Pass]) {
        self.report_rows(|turn| {
            let of_one: Vec<_> = passes
                .iter()
                .skip(turn)
                .step_by(self.options.binaries.len())
                .cloned()
                .collect();
            Row::of(name, self.size, stored, &of_one)
        });
    }

    fn report_rows(&self, row: impl Fn(usize) -> Row) {
        let rows: Vec<_> = (0..self.options.binaries.len()).map(row).collect();
        for (row, binary) in rows.iter().zip(&self.options.binaries) {
            row.print(binary, (rows.len() > 1).then(|| &rows[0]));
            if let Some(table) = &self.options.tsv {
                row.add(table, binary);
            }
        }
    }
}

/// All items came, about a fifth of them repeated a story, and every theme was written.
fn assert_cold(pass: &Pass, size: Size) {
    let Size {
        feeds,
        themes,
        kind,
    } = size;
    assert_eq!(pass.count("asked"), feeds);
    assert_eq!(pass.count("failed"), corpus::broken(feeds), "failed");
    let (items, stories) = (pass.count("new_items"), pass.count("new_stories"));
    assert!(items * 100 >= ITEMS * feeds * 95, "{items} items");
    assert_eq!(items - pass.count("merged_items"), stories, "stories");
    if feeds >= 1_000 {
        assert!(
            (10..=25).contains(&(pass.count("merged_items") * 100 / items)),
            "{stories} stories of {items} items"
        );
    }
    let wanted = match kind {
        Kind::Narrow => 1.0,
        Kind::Wide => 0.45 * themes as f64,
    };
    let entries = pass.count("new_by_theme") as f64 / stories as f64;
    assert!(
        (0.7..1.4).contains(&(entries / wanted)),
        "a story is in {entries} themes, not {wanted}"
    );
    // RSS, Atom, JSON Feed and a page.
    assert!(pass.count("written") >= 4 * themes, "files");
    assert!(pass.usage.written > 0, "TMPDIR is not on a disk");
}

/// One feed of a hundred brought something, and files were written if a theme takes it.
fn assert_changed(pass: &Pass, size: Size, round: usize) {
    let feeds = size.feeds;
    let with_news = (0..feeds).filter(|feed| corpus::has_news(*feed, round));
    let most = with_news.count();
    let least = most.saturating_sub(corpus::broken(feeds));
    assert_eq!(pass.count("asked"), feeds);
    let (modified, items) = (pass.count("modified"), pass.count("new_items"));
    assert!(
        (least..=most + corpus::cut(feeds)).contains(&modified),
        "{modified} modified"
    );
    assert!((least..=3 * most).contains(&items), "{items} items");
    assert!(
        pass.count("new_by_theme") == 0 || pass.count("written") > 0,
        "files"
    );
}
