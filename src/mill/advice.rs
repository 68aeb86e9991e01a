//! An error of a lower room -> its text and what to do about it. The lower rooms say what happened; only
//! here the keys of `feeds.toml` are known.

use crate::{fetch, net, output, store};
use std::fmt::Display;
use std::io::ErrorKind;

const URL: &str = "; check the URL in feeds.toml";

/// A visit that brought nothing.
pub(super) fn on_visit(error: &fetch::Error) -> String {
    let advice = match error {
        fetch::Error::Net(error) => return on_request(error),
        fetch::Error::Status { status, .. } => on_status(*status),
        fetch::Error::Robots => {
            "; ask its owner for a feed, or write robots = false if you have their leave"
        }
        fetch::Error::Redirect(_) => URL,
        fetch::Error::File { cause, .. } if cause.kind() == ErrorKind::PermissionDenied => {
            "; make it readable for this user"
        }
        fetch::Error::File { .. } => "; check the path in feeds.toml",
        fetch::Error::LargeFile { .. } => "; raise it in [fetch] if that is right",
        fetch::Error::NoRobots { .. } | fetch::Error::Header(_) => "",
    };
    with(error, advice)
}

/// A request without an answer.
pub(super) fn on_request(error: &net::Error) -> String {
    let advice = match error {
        net::Error::Private { .. } => "; if it is yours, add it to allow in [fetch]",
        net::Error::TimedOut => "; raise timeout in [fetch] if the server is merely slow",
        net::Error::UnknownHost => URL,
        net::Error::Unconnected(_) => "; it may be down, or the URL in feeds.toml wrong",
        net::Error::Tls(cause) if cause.contains("UnknownIssuer") => {
            "; if the certificate is from an authority of your own, name its file as ca in [fetch]; else its owner has to repair that"
        }
        // What `openssl req -x509` makes unless it is told otherwise.
        net::Error::Tls(cause) if cause.contains("CaUsedAsEndEntity") => {
            "; the server shows the certificate of an authority (CA:TRUE) as its own; give it one that is signed by the authority, or made with CA:FALSE"
        }
        net::Error::Tls(_) => "; its owner has to repair that, or the URL in feeds.toml is wrong",
        net::Error::Scheme(_)
        | net::Error::SetUp(_)
        | net::Error::Transport(_)
        | net::Error::Request(_)
        | net::Error::Held { .. }
        | net::Error::Closed => "",
    };
    with(error, advice)
}

/// A store that cannot be used.
pub(super) fn on_store(error: &store::Error) -> String {
    let advice = match error {
        store::Error::Folder { .. } => ", or choose another with `state` in feeds.toml",
        _ => "",
    };
    with(error, advice)
}

/// A file that cannot be published.
pub(super) fn on_output(error: &output::Error) -> String {
    use ErrorKind::{
        AlreadyExists, IsADirectory, NotADirectory, PermissionDenied, ReadOnlyFilesystem,
    };
    let reason = match error {
        output::Error::Io { reason, .. } => Some(reason.kind()),
        output::Error::Name { .. } => None,
    };
    let advice = match reason {
        Some(
            PermissionDenied | ReadOnlyFilesystem | AlreadyExists | IsADirectory | NotADirectory,
        ) => ", or choose another folder with `output` in feeds.toml",
        _ => "",
    };
    with(error, advice)
}

const fn on_status(status: u16) -> &'static str {
    match status {
        401 => "; set headers = { Authorization = \"env:NAME\" }",
        403 => "; set contact in [fetch] if there is none, or ask its owner to let feedmill in",
        404 => URL,
        429 => "; raise every for this source",
        _ => "",
    }
}

fn with(error: &impl Display, advice: &str) -> String {
    format!("{error}{advice}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::path::PathBuf;

    #[test]
    fn the_key_that_helps_is_named_behind_what_happened() {
        let status = |status| {
            on_visit(&fetch::Error::Status {
                status,
                retry_after: None,
            })
        };
        assert_eq!(
            status(404),
            "server answered 404; check the URL in feeds.toml"
        );
        assert_eq!(status(500), "server answered 500");
        let file = |kind: ErrorKind| {
            on_visit(&fetch::Error::File {
                path: "a.xml".to_owned(),
                cause: io::Error::from(kind),
            })
        };
        assert!(file(ErrorKind::PermissionDenied).ends_with("; make it readable for this user"));
        assert!(file(ErrorKind::NotFound).ends_with("; check the path in feeds.toml"));
        assert_eq!(
            on_visit(&net::Error::UnknownHost.into()),
            "the name of its host is not known; check the URL in feeds.toml"
        );
    }

    #[test]
    fn another_folder_is_offered_where_that_helps() {
        let failed = |kind: ErrorKind| {
            on_output(&output::Error::Io {
                action: "write",
                path: PathBuf::from("output/x"),
                reason: io::Error::from(kind),
            })
        };
        assert!(failed(ErrorKind::PermissionDenied).ends_with(
            "; make the output folder writable for this user, or choose another folder with `output` in feeds.toml"
        ));
        assert!(!failed(ErrorKind::StorageFull).contains("feeds.toml"));
        let store = store::Error::Folder {
            path: PathBuf::from("state"),
            cause: io::Error::from(ErrorKind::PermissionDenied),
        };
        assert!(
            on_store(&store)
                .ends_with("; check its permissions, or choose another with `state` in feeds.toml")
        );
    }
}
