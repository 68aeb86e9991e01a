//! What lies in the output folder: feeds, pages, archives, copies; and who can read it.

mod addresses;
mod archives;
mod files;
mod formats;
mod hostile_output;
mod hostile_pages;
mod html_pages;
mod owners;
mod places;
mod podcasts;
mod read_back;
mod samples;
mod stories;
mod summaries;
#[cfg(unix)]
mod theme_filters;
#[cfg(unix)]
mod unchanged;
mod updates;
mod whose;
