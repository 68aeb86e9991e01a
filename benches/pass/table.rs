//! Figures as lines: for people, and as a table with tabs.

use crate::common::child::{self, Usage};
use crate::options::Size;
use crate::workplace::Pass;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The medians of some passes of one kind.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) size: Size,
    /// Items in the store when the passes began.
    pub(crate) stored: usize,
    figures: Figures,
}

#[derive(Clone, Copy, Default)]
struct Figures {
    user: f64,
    system: f64,
    wall: f64,
    memory: f64,
    received: f64,
    written: f64,
    files: f64,
}

impl Row {
    /// The medians of passes.
    pub(crate) fn of(name: &'static str, size: Size, stored: usize, passes: &[Pass]) -> Self {
        let of = |pass: &Pass| Figures {
            received: pass.received as f64,
            files: pass.count("written") as f64,
            ..Figures::of(&pass.usage)
        };
        let figures = Figures::median(&passes.iter().map(of).collect::<Vec<_>>());
        Self {
            name,
            size,
            stored,
            figures,
        }
    }

    /// The medians of runs that are no passes.
    pub(crate) fn of_usages(name: &'static str, size: Size, usages: &[Usage]) -> Self {
        let figures = Figures::median(&usages.iter().map(Figures::of).collect::<Vec<_>>());
        Self {
            name,
            size,
            stored: 0,
            figures,
        }
    }

    /// What the passes took of the processor.
    pub(crate) fn cpu(&self) -> f64 {
        self.figures.user + self.figures.system
    }

    /// Prints it, with its ratio to the same row of the first program.
    pub(crate) fn print(&self, binary: &Path, first: Option<&Row>) {
        let Figures {
            user,
            system,
            wall,
            memory,
            received,
            written,
            files,
        } = self.figures;
        let ratio = first.map_or_else(String::new, |first| {
            format!("   {:.2}x  {}", self.cpu() / first.cpu(), binary.display())
        });
        println!(
            "  {:<10}{user:>9.3}{system:>9.3}{wall:>9.3}{:>9.1}{:>9.2}{:>9.2}{files:>8}{ratio}",
            self.name,
            memory / 1e6,
            received / 1e6,
            written / 1e6,
        );
    }

    /// Adds it to a table, with the name of the program without its folder.
    pub(crate) fn add(&self, table: &Path, binary: &Path) {
        let mut file = OpenOptions::new()
            .append(true)
            .open(table)
            .expect("a table");
        let name = binary.file_name().unwrap_or_default();
        let Size {
            feeds,
            themes,
            kind,
        } = self.size;
        let Figures {
            user,
            system,
            wall,
            memory,
            received,
            written,
            files,
        } = self.figures;
        writeln!(
            file,
            "{}\t{feeds}\t{themes}\t{}\t{}\t{user:.4}\t{system:.4}\t{wall:.4}\t{memory}\t{received}\t{written}\t{files}\t{}",
            self.name,
            kind.name(),
            self.stored,
            name.display(),
        )
        .expect("a disk with room");
    }
}

const COLUMNS: &str = "pass\tfeeds\tthemes\tkind\tstored\tuser\tsystem\twall\tmemory\treceived\twritten\tfiles\tbinary";

impl Figures {
    fn of(usage: &Usage) -> Self {
        Self {
            user: usage.user,
            system: usage.system,
            wall: usage.wall,
            memory: usage.memory as f64,
            written: usage.written as f64,
            ..Self::default()
        }
    }

    fn median(all: &[Self]) -> Self {
        let middle = |key: fn(&Self) -> f64| {
            let mut values: Vec<_> = all.iter().map(key).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        Self {
            user: middle(|f| f.user),
            system: middle(|f| f.system),
            wall: middle(|f| f.wall),
            memory: middle(|f| f.memory),
            received: middle(|f| f.received),
            written: middle(|f| f.written),
            files: middle(|f| f.files),
        }
    }
}

/// Prints what the columns of the rows below are.
/// A table without rows: those of an earlier run would be drawn as one curve with the new ones.
pub(crate) fn begin(table: &Path) {
    fs::write(table, format!("{COLUMNS}\n")).expect("a folder for the table");
}

pub(crate) fn print_head(title: &str) {
    println!("{title}");
    println!("              user s    sys s   wall s   MB top    MB in   MB out   files");
}

/// Prints which programs are compared.
pub(crate) fn print_binaries(binaries: &[PathBuf]) {
    for binary in binaries {
        println!("program: {}", binary.display());
    }
}

/// Runs a command and prints what it used, for scripts. What the command prints is dropped.
pub(crate) fn print_usage(command: &[String]) {
    let [program, arguments @ ..] = command else {
        return;
    };
    // Some programs fail when one feed of a thousand does.
    let (usage, _, status) = child::run(Command::new(program).args(arguments));
    let Usage {
        user,
        system,
        wall,
        memory,
        written,
    } = usage;
    let code = status.code().unwrap_or(-1);
    println!("{user:.3}\t{system:.3}\t{wall:.3}\t{memory}\t{written}\t{code}");
}
