//! The JSON Schema of `feeds.toml`, for editors.

/// `docs/feeds.schema.json`.
pub const SCHEMA: &str = include_str!("../../docs/feeds.schema.json");
