//! Strings -> strings: HTML to safe HTML or plain text, character references, words, language tags,
//! MIME types, text that is valid in XML, direction of writing. Nothing here depends on feeds.

pub mod bidi;
pub mod entities;
pub mod forms;
pub mod html;
pub mod language;
pub mod mime;
pub mod words;
pub mod xml;
