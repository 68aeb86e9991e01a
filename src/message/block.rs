//! A message before it has a markup: blocks of spans. What is cut is cut here, so no markup is ever
//! broken.

/// A paragraph or the like.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Block {
    pub kind: BlockKind,
    pub spans: Vec<Span>,
    /// Whether it is quoted from somebody.
    pub is_quote: bool,
    /// Whether it is a line right below the block before it.
    pub is_tight: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum BlockKind {
    #[default]
    Paragraph,
    /// An item of a list, with its number if it has one.
    Item(Option<usize>),
    /// Preformatted.
    Code,
}

/// A piece of text that looks the same throughout. Clean: its only control character is the newline.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Span {
    pub text: String,
    pub style: Style,
    /// Where it leads to: an `http(s)` address. Its text equals the address where that is to be shown.
    pub link: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is on or off, whatever the others are"
)]
pub(super) struct Style {
    pub bold: bool,
    pub italic: bool,
    pub struck: bool,
    pub code: bool,
}

impl Block {
    /// A paragraph of one piece of text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::of(vec![Span::text(text)])
    }

    pub(super) fn of(spans: Vec<Span>) -> Self {
        Self {
            spans,
            ..Self::default()
        }
    }

    pub(super) fn tight(self) -> Self {
        Self {
            is_tight: true,
            ..self
        }
    }

    pub(super) fn is_item(&self) -> bool {
        matches!(self.kind, BlockKind::Item(_))
    }
}

impl Span {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// A link that shows its address.
    pub(super) fn address(url: &str) -> Self {
        Self {
            text: url.to_owned(),
            link: Some(url.to_owned()),
            ..Self::default()
        }
    }

    /// Whether it is a link that shows its address.
    pub(super) fn is_address(&self) -> bool {
        self.link.as_ref() == Some(&self.text)
    }
}
