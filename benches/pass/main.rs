//! What whole passes cost: `cargo bench --bench pass`. Linux only.
//!
//! The program itself is run, with a store on disk and all that it publishes, against a server of its own
//! on this machine (`benches/common/corpus/` says what is served). Passes are:
//!
//! - `cold`: a first pass, in a folder that never held anything;
//! - `unchanged`: every feed is requested, and every server answers 304;
//! - `changed`: one feed of a hundred has one to three new items;
//! - `idle`: nothing is due; `version`: the program starts and ends.
//!
//! Medians are printed: seconds of processor time, from start to end, memory at the peak, bytes that came
//! over the network, bytes that went to the disk, files of the output folder that were written. Each pass is
//! asked what it did, so that none can be fast by doing nothing. `--help` lists the options. The
//! temporary folder (`TMPDIR`) must be on a disk: a cold pass of 1,000 feeds writes a gigabyte there.

#[path = "../common/mod.rs"]
mod common;

#[cfg(target_os = "linux")]
mod options;
#[cfg(target_os = "linux")]
mod scenario;
#[cfg(target_os = "linux")]
mod serving;
#[cfg(target_os = "linux")]
mod table;
#[cfg(target_os = "linux")]
mod workplace;

#[cfg(target_os = "linux")]
fn main() {
    use options::Task;

    // `cargo bench` says so to each bench.
    let arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    match options::read(arguments) {
        Task::Compare(options) => scenario::compare(&options),
        Task::Serve { feeds, folder } => serving::serve(feeds, folder.as_deref()),
        Task::Configure {
            folder,
            address,
            paths,
            size,
        } => workplace::configure(&folder, &address, paths, &size),
        Task::Measure { command } => table::print_usage(&command),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("this bench reads /proc: it needs Linux");
}
