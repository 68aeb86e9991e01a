//! Whether and how text is coloured: where cargo and clap would do it.

use super::border;

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

/// Whether messages are coloured.
pub(super) fn stderr_has_colour() -> bool {
    is_coloured(border::stderr_is_terminal(), variable)
}

/// Whether data for people are coloured.
pub(super) fn stdout_has_colour() -> bool {
    is_coloured(border::stdout_is_terminal(), variable)
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// As anstream decides, which cargo and clap ask: `NO_COLOR` wins over `CLICOLOR_FORCE`, that over
/// `CLICOLOR`; without them a terminal that is not `dumb` has colours.
fn is_coloured(on_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
    let clicolor = variable("CLICOLOR").map(|value| value != "0");
    if is_set("NO_COLOR") {
        false
    } else if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        true
    } else if clicolor == Some(false) {
        false
    } else {
        let knows_colour = variable("TERM").is_some_and(|term| term != "dumb");
        on_terminal && (knows_colour || clicolor == Some(true) || variable("CI").is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_where_cargo_would_colour() {
        const XTERM: (&str, &str) = ("TERM", "xterm");
        for (on_terminal, variables, coloured) in [
            (true, vec![XTERM], true),
            (false, vec![XTERM], false),
            (true, vec![], false),
            (true, vec![("TERM", "dumb")], false),
            (true, vec![("TERM", "dumb"), ("CLICOLOR", "1")], true),
            (true, vec![XTERM, ("NO_COLOR", "1")], false),
            (true, vec![XTERM, ("NO_COLOR", "")], true),
            (true, vec![XTERM, ("CLICOLOR", "0")], false),
            (false, vec![("CLICOLOR_FORCE", "1")], true),
            (false, vec![XTERM, ("CLICOLOR_FORCE", "0")], false),
            (
                false,
                vec![("CLICOLOR", "0"), ("CLICOLOR_FORCE", "1")],
                true,
            ),
            (
                true,
                vec![XTERM, ("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")],
                false,
            ),
        ] {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(
                is_coloured(on_terminal, variable),
                coloured,
                "{variables:?}"
            );
        }
    }
}
