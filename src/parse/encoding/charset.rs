//! The label of an encoding -> how to decode it.
//!
//! Known are the labels of the Encoding Standard, other names that people use for them, and the
//! code pages of DOS. The standard leaves these out, but old generators still declare them.

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};
use oem_cp::code_table::DECODING_TABLE_CP_MAP;
use oem_cp::code_table_type::TableType;
use std::borrow::Cow;

/// Other names of encodings -> their labels in the Encoding Standard.
const ALIASES: [(&str, &str); 12] = [
    ("cp_is", "cp861"),
    ("mac-cyrillic", "x-mac-cyrillic"),
    ("mac-roman", "macintosh"),
    ("maccyrillic", "x-mac-cyrillic"),
    ("macroman", "macintosh"),
    ("ms-ansi", "windows-1252"),
    ("ms-arab", "windows-1256"),
    ("ms-cyrl", "windows-1251"),
    ("ms-ee", "windows-1250"),
    ("ms-greek", "windows-1253"),
    ("ms-hebr", "windows-1255"),
    ("ms-turk", "windows-1254"),
];

/// An encoding that is not UTF-16 or UTF-32.
#[derive(Clone, Copy)]
pub(super) enum Charset {
    /// One of the Encoding Standard.
    Standard(&'static Encoding),
    /// A code page of DOS.
    CodePage(&'static TableType),
}

impl Charset {
    /// An encoding by its label; underscores may replace hyphens. None for UTF-16: a document
    /// in UTF-16 was recognized before, so such a label is wrong.
    pub(super) fn of_label(label: &str) -> Option<Self> {
        let label = label.trim().to_ascii_lowercase();
        let alias = ALIASES.iter().find(|(alias, _)| *alias == label);
        let label = alias.map_or(label.as_str(), |(_, known)| known);
        Encoding::for_label(label.as_bytes())
            .or_else(|| Encoding::for_label(label.replace('_', "-").as_bytes()))
            .filter(|&found| found != UTF_16BE && found != UTF_16LE)
            .map(Self::Standard)
            .or_else(|| code_page(label).map(Self::CodePage))
    }

    /// Whether a text in this encoding may consist of ASCII bytes only, and so look like UTF-8.
    pub(super) fn looks_like_ascii(self) -> bool {
        matches!(self, Self::Standard(encoding) if encoding == ISO_2022_JP)
    }

    /// The text; none where the bytes are not valid in this encoding. None for UTF-8 too, which the
    /// caller has tried before.
    pub(in crate::parse) fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Self::Standard(encoding) if encoding == UTF_8 => None,
            Self::Standard(encoding) => {
                encoding.decode_without_bom_handling_and_without_replacement(bytes)
            }
            Self::CodePage(table) => table.decode_string_checked(bytes).map(Cow::Owned),
        }
    }
}

/// `cp437`, `437`, `IBM850`, `csIBM855`, `csPC8CodePage437`: three digits, alone or after a usual
/// prefix.
fn code_page(label: &str) -> Option<&'static TableType> {
    let is_code_page = ["cp", "ibm", "cs", "dos", "oem"]
        .iter()
        .any(|start| label.starts_with(start))
        || label.bytes().all(|byte| byte.is_ascii_digit());
    let number = label
        .split(|c: char| !c.is_ascii_digit())
        .find(|digits| digits.len() == 3)?;
    DECODING_TABLE_CP_MAP
        .get(&number.parse().ok()?)
        .filter(|_| is_code_page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_of_upper_half(label: &str) -> Option<String> {
        Some(Charset::of_label(label)?.decode(b"\x80")?.into_owned())
    }

    #[test]
    fn labels_of_all_kinds_are_understood() {
        for (label, letter) in [
            ("windows_1251", "Ђ"),
            ("cp437", "Ç"),
            ("csPC8CodePage437", "Ç"),
            ("737", "Α"),
            ("IBM775", "Ć"),
            ("csPC862LatinHebrew", "א"),
            ("MacCyrillic", "А"),
            (" ms-ee ", "€"),
        ] {
            assert_eq!(
                first_of_upper_half(label).as_deref(),
                Some(letter),
                "{label}"
            );
        }
    }

    #[test]
    fn nobody_knows_these() {
        for label in ["", "iso-9999", "utf-16", "cp999", "latin437"] {
            assert!(Charset::of_label(label).is_none(), "{label}");
        }
    }
}
