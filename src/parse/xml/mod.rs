//! Text -> tags, texts and what an element inherits. Never fails: published XML is often not
//! well-formed.

pub(super) mod element;
pub(super) mod entities;
pub(super) mod namespaces;
pub(super) mod notation;
pub(super) mod scope;
pub(super) mod tokens;
