//! Files as they are written, and what a refusal leaves behind.

use super::*;
use std::fs::File;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn one(root: &Path, name: &str, text: &str) -> Result<Written, Error> {
    write(root, vec![(name.to_owned(), text.as_bytes().to_vec())])
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn files_and_their_folders_are_made() {
    let root = folder();
    let root = root.path().join("deep/output");
    let files = [("a.rss", "one"), ("2024/06/b.html", "two")];
    let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    let done = write(&root, files.into()).unwrap();
    assert_eq!(done.written, ["a.rss", "2024/06/b.html"]);
    assert_eq!(
        fs::read_to_string(root.join("2024/06/b.html")).unwrap(),
        "two"
    );
    assert_eq!(names_in(&root), ["2024", "a.rss"]);
}

#[test]
fn an_unchanged_file_is_not_touched() {
    let root = folder();
    one(root.path(), "a.rss", "same").unwrap();
    let before = stat(root.path(), "a.rss").unwrap();
    let done = one(root.path(), "a.rss", "same").unwrap();
    assert_eq!((done.written.len(), done.unchanged), (0, 1));
    assert_eq!(stat(root.path(), "a.rss"), Some(before));
}

#[test]
fn a_changed_file_of_the_same_length_is_replaced() {
    let root = folder();
    one(root.path(), "a.rss", "old").unwrap();
    let done = one(root.path(), "a.rss", "new").unwrap();
    assert_eq!(done.written, ["a.rss"]);
    assert_eq!(
        fs::read_to_string(root.path().join("a.rss")).unwrap(),
        "new"
    );
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let root = folder();
    let bad = [
        "",
        "/etc/passwd",
        "../a",
        "a/../../b",
        "a//b",
        "a/",
        "./a",
        "a\0b",
        "a\\b",
        "C:a",
    ];
    for name in bad {
        let error = one(root.path(), name, "x").unwrap_err();
        assert!(matches!(error, Error::Name { .. }), "{name:?}: {error}");
        assert_eq!(stat(root.path(), name), None);
    }
    assert!(names_in(root.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn a_linked_folder_that_leads_out_is_refused() {
    let (root, outside) = (folder(), folder());
    std::os::unix::fs::symlink(outside.path(), root.path().join("out")).unwrap();
    assert!(matches!(
        one(root.path(), "out/a.rss", "x"),
        Err(Error::Name { .. })
    ));
    assert!(matches!(
        one(root.path(), "out/deep/a.rss", "x"),
        Err(Error::Name { .. })
    ));
    assert!(names_in(outside.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn a_linked_file_is_replaced_and_its_target_kept() {
    let (root, outside) = (folder(), folder());
    let target = outside.path().join("precious");
    fs::write(&target, "precious").unwrap();
    std::os::unix::fs::symlink(&target, root.path().join("a.rss")).unwrap();
    assert_eq!(stat(root.path(), "a.rss"), None);
    one(root.path(), "a.rss", "mine").unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
    assert_eq!(
        fs::read_to_string(root.path().join("a.rss")).unwrap(),
        "mine"
    );
}

#[cfg(unix)]
#[test]
fn the_output_folder_itself_may_be_a_link() {
    let (root, real) = (folder(), folder());
    let link = root.path().join("output");
    std::os::unix::fs::symlink(real.path(), &link).unwrap();
    one(&link, "sub/a.rss", "x").unwrap();
    assert!(real.path().join("sub/a.rss").is_file());
}

#[cfg(unix)]
#[test]
fn others_may_read_what_is_published() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = folder();
    one(root.path(), "a.rss", "x").unwrap();
    fs::write(root.path().join("plain"), "x").unwrap();
    let mode = |name| {
        fs::metadata(root.path().join(name))
            .unwrap()
            .permissions()
            .mode()
    };
    assert_eq!(mode("a.rss"), mode("plain"));
}

#[test]
fn a_file_that_cannot_be_replaced_leaves_no_litter_and_a_clear_error() {
    let root = folder();
    one(root.path(), "taken/inner.html", "x").unwrap();
    let error = one(root.path(), "taken", "x").unwrap_err().to_string();
    assert!(
        error.contains("taken") && error.contains("move away"),
        "{error}"
    );
    let error = one(root.path(), "taken/inner.html/a", "x")
        .unwrap_err()
        .to_string();
    assert!(error.contains("inner.html"), "{error}");
    assert_eq!(names_in(root.path()), ["taken"]);
}

#[test]
fn one_file_that_cannot_be_written_leaves_all_old_ones() {
    let root = folder();
    one(root.path(), "a.rss", "old").unwrap();
    fs::create_dir(root.path().join("b.html")).unwrap();
    let files = ["a.rss", "b.html"].map(|name| (name.to_owned(), b"new".to_vec()));
    write(root.path(), files.into()).unwrap_err();
    let kept = fs::read_to_string(root.path().join("a.rss")).unwrap();
    assert_eq!(kept, "old");
    assert_eq!(names_in(root.path()), ["a.rss", "b.html"]);
}

#[test]
fn a_file_in_place_of_the_output_folder_is_told() {
    let root = folder();
    let file = root.path().join("output");
    fs::write(&file, "x").unwrap();
    for root in [file.clone(), file.join("deep")] {
        let error = one(&root, "a.rss", "x").unwrap_err().to_string();
        assert!(error.contains("move away what is there"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_dangling_link_in_place_of_the_output_folder_is_told() {
    let root = folder();
    let link = root.path().join("output");
    std::os::unix::fs::symlink(root.path().join("nowhere"), &link).unwrap();
    let error = one(&link, "a.rss", "x").unwrap_err().to_string();
    assert!(error.contains("a dangling link"), "{error}");
}

#[test]
fn what_a_killed_run_left_is_swept_up_and_nothing_else() {
    let root = folder();
    let leave = || {
        for name in [
            ".feedmill-Ab12Ab12Ab12Ab12Ab12.tmp",
            ".feedmill-notes.tmp",
            ".feedmill-my-notes-of-a-day.tmp",
            "notes.tmp",
            ".feedmill-notes",
        ] {
            File::create(root.path().join(name)).unwrap();
        }
    };
    leave();
    one(root.path(), "a.rss", "x").unwrap();
    let rest = [
        ".feedmill-my-notes-of-a-day.tmp",
        ".feedmill-notes",
        ".feedmill-notes.tmp",
        "a.rss",
        "notes.tmp",
    ];
    assert_eq!(names_in(root.path()), rest);
    leave();
    one(root.path(), "a.rss", "x").unwrap(); // unchanged
    assert_eq!(names_in(root.path()), rest);
    leave();
    write(root.path(), Vec::new()).unwrap();
    assert_eq!(names_in(root.path()), rest);
}

#[test]
fn no_files_make_no_folder() {
    let root = folder();
    let output = root.path().join("output");
    assert_eq!(write(&output, Vec::new()).unwrap(), Written::default());
    assert!(!output.exists());
}

#[test]
fn each_file_has_its_own_copies_in_the_order_given() {
    let file = |n: u8| (format!("{n}.html"), vec![n; 1000]);
    let files: Vec<super::File> = (0..7).map(file).collect();
    let copies = copies(&files, &Encoding::ALL).unwrap();
    assert_eq!(copies.len(), files.len());
    for ((name, bytes), copies) in files.iter().zip(&copies) {
        let expected = Encoding::ALL.map(|encoding| {
            let small = compress::compress(bytes, encoding).unwrap();
            (encoding.name_of(name), small)
        });
        assert_eq!(*copies, expected);
    }
    let none = super::copies(&files, &[]).unwrap();
    assert!(none.len() == files.len() && none.iter().all(Vec::is_empty));
}
