//! Rules of themes: in passes, on the command line, and as the documents have them.

mod command_line;
mod passes;
mod recipes;
