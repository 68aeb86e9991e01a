//! Strings -> strings: HTML to safe HTML or plain text, character references, words, language tags,
//! MIME types, text that is valid in XML. Nothing here depends on feeds.

pub mod entities;
pub mod html;
pub mod language;
pub mod mime;
pub mod words;
pub mod xml;
