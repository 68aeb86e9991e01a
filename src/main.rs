//! `feedmill`: argv -> [`feedmill::cli::run`] -> exit code.

fn main() -> std::process::ExitCode {
    feedmill::cli::run()
}
