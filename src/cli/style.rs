//! How text is coloured.

/// A colour of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Red,
    Green,
    Yellow,
    Blue,
}

impl Style {
    /// The text in this colour, if colours are wanted.
    pub(super) fn paint(self, text: &str, colour: bool) -> String {
        let code = match self {
            Self::Red => 31,
            Self::Green => 32,
            Self::Yellow => 33,
            Self::Blue => 34,
        };
        if colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// Likewise, bold.
    pub(super) fn bold(self, text: &str, colour: bool) -> String {
        if colour {
            format!("\u{1b}[1m{}", self.paint(text, colour))
        } else {
            text.to_owned()
        }
    }
}
