//! Whole passes: over files, over servers, after one another, at odd times, and killed.

mod bounded;
mod clock;
mod died;
mod etiquette;
mod full_text;
mod growth;
mod http;
mod killed;
mod later;
mod local;
mod tls;
mod websub;
mod year;
