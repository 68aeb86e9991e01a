//! Strings in, strings out: HTML made safe or plain, character references, words, language tags,
//! MIME types, XML-clean text.
//! Knows nothing of feeds.

pub mod entities;
pub mod html;
pub mod language;
pub mod mime;
pub mod words;
pub mod xml;
