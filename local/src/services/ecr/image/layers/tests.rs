//! What layers do, and what they cannot do.

use std::fs;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;

use tar::{Builder, EntryType, Header};

use super::budget::Budget;
use super::layer::add;

/// An entry of an archive: name, kind, and its link or content.
type Entry<'a> = (&'a str, EntryType, &'a str);

const FILE: EntryType = EntryType::Regular;
const DIRECTORY: EntryType = EntryType::Directory;
const SYMLINK: EntryType = EntryType::Symlink;
const LINK: EntryType = EntryType::Link;

fn header(name: &str, kind: EntryType) -> Header {
    let mut header = Header::new_gnu();
    // Set by hand, because the library refuses a name that leads outside.
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(if kind == DIRECTORY { 0o755 } else { 0o644 });
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(1_700_000_000);
    header
}

fn layer(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut layer = Builder::new(Vec::new());
    for (name, kind, text) in entries {
        let mut header = header(name, *kind);
        let content = if [SYMLINK, LINK].contains(kind) {
            header.as_old_mut().linkname[..text.len()].copy_from_slice(text.as_bytes());
            ""
        } else {
            text
        };
        header.set_size(content.len() as u64);
        header.set_cksum();
        layer.append(&header, content.as_bytes()).unwrap();
    }
    layer.into_inner().unwrap()
}

/// Unpacks layers over each other into `root`. Returns the first error.
fn unpack(root: &Path, layers: &[&[Entry<'_>]]) -> Result<(), String> {
    let mut budget = Budget::of(root, 1 << 20, 100);
    for entries in layers {
        let added = add(root, layer(entries).as_slice(), &mut budget);
        added.map_err(|err| err.to_string())?;
    }
    Ok(())
}

/// All that is in a directory but for `root`: paths, with what they are.
fn seen(directory: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let found = fs::symlink_metadata(&path).unwrap();
        all.push(format!(
            "{} {:o} {} {:?}",
            path.display(),
            found.mode(),
            found.nlink(),
            fs::read(&path).ok()
        ));
        if found.is_dir() && !path.ends_with("root") {
            all.extend(seen(&path));
        }
    }
    all.sort();
    all
}

#[test]
fn no_layer_changes_anything_outside_of_its_image() {
    let hostile: &[&[&[Entry<'_>]]] = &[
        &[&[("../out", FILE, "x")]],
        &[&[("../../../../../../tmp/go-on-aws-out", FILE, "x")]],
        &[&[("/out", FILE, "x")]],
        &[&[("a/../../out", FILE, "x")]],
        &[&[("..", DIRECTORY, "")]],
        &[&[(".wh..", FILE, "")]],
        &[&[(".wh...", FILE, "")]],
        &[&[(".wh.", FILE, "")]],
        &[&[("a/", DIRECTORY, ""), ("a/.wh...", FILE, "")]],
        &[&[("../.wh.mine", FILE, "")]],
        &[&[("../.wh..wh..opq", FILE, "")]],
        // Links of directories, in the same layer and in a lower one.
        &[&[("up", SYMLINK, ".."), ("up/out", FILE, "x")]],
        &[&[("up", SYMLINK, "..")], &[("up/out", FILE, "x")]],
        &[&[("up", SYMLINK, "..")], &[("up/mine", FILE, "x")]],
        &[&[("up", SYMLINK, "..")], &[("up/.wh.mine", FILE, "")]],
        &[&[("up", SYMLINK, "..")], &[("up/.wh..wh..opq", FILE, "")]],
        &[
            &[("up", SYMLINK, "..")],
            &[("up/directory/", DIRECTORY, "")],
        ],
        &[&[("up", SYMLINK, "../missing"), ("up/out", FILE, "x")]],
        &[&[
            ("a", SYMLINK, "b"),
            ("b", SYMLINK, ".."),
            ("a/out", FILE, "x"),
        ]],
        &[&[("abs", SYMLINK, "OUTER"), ("abs/out", FILE, "x")]],
        &[&[("abs", SYMLINK, "OUTER"), ("abs/.wh.mine", FILE, "")]],
        &[&[("proc", SYMLINK, "/proc/self/cwd"), ("proc/out", FILE, "x")]],
        &[&[("loop", SYMLINK, "loop"), ("loop/out", FILE, "x")]],
        // Links of files.
        &[&[("f", SYMLINK, "../mine"), ("f", FILE, "x")]],
        &[&[("f", SYMLINK, "../mine")], &[("f", FILE, "x")]],
        &[&[("f", LINK, "../mine")]],
        &[&[("f", LINK, "OUTER/mine")]],
        &[&[
            ("up", SYMLINK, ".."),
            ("f", LINK, "up/mine"),
            ("f", FILE, "x"),
        ]],
        &[&[
            ("s", SYMLINK, "../mine"),
            ("f", LINK, "s"),
            ("f", FILE, "x"),
        ]],
        &[&[
            ("f", FILE, "x"),
            ("f", LINK, "f"),
            ("f", SYMLINK, "../mine"),
            ("f", FILE, "y"),
        ]],
        // What is not a file.
        &[&[
            ("device", EntryType::Block, ""),
            ("pipe", EntryType::Fifo, ""),
        ]],
        &[&[("f", EntryType::new(b'Z'), "x")]],
        &[&[("f/", FILE, ""), ("f", SYMLINK, ".."), ("f/out", FILE, "x")]],
        &[&[("", FILE, "x")]],
        &[&[("a", FILE, "x"), ("a/b", FILE, "x")]],
        &[&[("f", SYMLINK, "")]],
    ];
    for layers in hostile {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().to_str().unwrap();
        let root = outer.path().join("root");
        fs::create_dir(&root).unwrap();
        fs::create_dir(outer.path().join("directory")).unwrap();
        fs::write(outer.path().join("mine"), "safe").unwrap();
        fs::write(outer.path().join("directory/mine"), "safe").unwrap();
        let before = seen(outer.path());
        let replaced: Vec<Vec<(String, EntryType, String)>> = layers
            .iter()
            .map(|entries| {
                let entries = entries.iter();
                let entries = entries.map(|(name, kind, text)| {
                    (name.to_string(), *kind, text.replace("OUTER", path))
                });
                entries.collect()
            })
            .collect();
        for entries in &replaced {
            let entries: Vec<Entry<'_>> = entries
                .iter()
                .map(|(name, kind, text)| (name.as_str(), *kind, text.as_str()))
                .collect();
            let _ = unpack(&root, &[&entries]);
        }
        // The root itself may have got more directories in it.
        let without_root = |all: Vec<String>| -> Vec<String> {
            let all = all.into_iter();
            all.filter(|one| !one.starts_with(&format!("{path}/root ")))
                .collect()
        };
        assert_eq!(
            without_root(seen(outer.path())),
            without_root(before),
            "{layers:?}"
        );
        assert!(!Path::new("/tmp/go-on-aws-out").exists());
    }
}

#[test]
fn a_path_leads_where_it_leads_in_a_container() {
    for (layers, file) in [
        (vec![[("../out", FILE, "x")].as_slice()], "out"),
        (vec![&[("/out", FILE, "x")]], "out"),
        (vec![&[("a/../b/./out", FILE, "x")]], "b/out"),
        (
            vec![
                &[("var/", DIRECTORY, ""), ("var/run", SYMLINK, "/run")],
                &[("var/run/out", FILE, "x")],
            ],
            "run/out",
        ),
        (
            vec![&[
                ("d/", DIRECTORY, ""),
                ("s", SYMLINK, "d"),
                ("s/out", FILE, "x"),
            ]],
            "d/out",
        ),
        (
            vec![&[
                ("a/b/", DIRECTORY, ""),
                ("a/s", SYMLINK, "../c"),
                ("a/s/out", FILE, "x"),
            ]],
            "c/out",
        ),
        (
            vec![&[("a", FILE, "x"), ("s", SYMLINK, "/a"), ("out", LINK, "/a")]],
            "out",
        ),
        (vec![&[("a", FILE, "y")], &[("a", FILE, "x")]], "a"),
        (vec![&[("a", FILE, "y"), ("a", FILE, "x")]], "a"),
        (vec![&[("a", FILE, "x"), ("a", LINK, "a")]], "a"),
        (vec![&[("a", SYMLINK, "b")], &[("a", FILE, "x")]], "a"),
        (
            vec![
                &[("a/", DIRECTORY, ""), ("a/b", FILE, "y")],
                &[("a", FILE, "x")],
            ],
            "a",
        ),
        (
            vec![
                &[("b/", DIRECTORY, ""), ("a", SYMLINK, "b")],
                &[("a/", DIRECTORY, ""), ("a/c", FILE, "x")],
            ],
            "a/c",
        ),
    ] {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(unpack(root.path(), &layers), Ok(()), "{layers:?}");
        let path = root.path().join(file);
        assert!(!path.is_symlink(), "{layers:?}");
        let real = path.canonicalize().unwrap();
        assert!(real.starts_with(root.path().canonicalize().unwrap()));
        assert_eq!(fs::read_to_string(path).unwrap(), "x", "{layers:?}");
    }
}

#[test]
fn later_layers_cover_and_delete_what_is_below() {
    let root = tempfile::tempdir().unwrap();
    let lower: &[Entry<'_>] = &[
        ("a", FILE, "1"),
        ("b", FILE, "1"),
        ("d/x", FILE, "1"),
        ("d/e/y", FILE, "1"),
        ("e/x", FILE, "1"),
        ("s", SYMLINK, "e"),
    ];
    let upper: &[Entry<'_>] = &[
        ("a", FILE, "2"),
        (".wh.b", FILE, ""),
        ("d/", DIRECTORY, ""),
        // The mark deletes what is below, wherever it stands in the layer.
        ("d/new", FILE, "2"),
        ("d/e/", DIRECTORY, ""),
        ("d/.wh..wh..opq", FILE, ""),
        ("e/.wh.x", FILE, ""),
        (".wh.missing", FILE, ""),
        ("missing/.wh.x", FILE, ""),
        (".wh.s", FILE, ""),
    ];
    assert_eq!(unpack(root.path(), &[lower, upper]), Ok(()));
    let root = root.path();
    assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "2");
    assert_eq!(fs::read_to_string(root.join("d/new")).unwrap(), "2");
    assert!(root.join("e").is_dir());
    for gone in ["b", "d/x", "d/e/y", "e/x", "s", "missing"] {
        assert!(!root.join(gone).exists(), "{gone}");
    }
}

#[test]
fn modes_times_and_links_are_those_of_the_layer() {
    let root = tempfile::tempdir().unwrap();
    let entries: &[Entry<'_>] = &[
        ("a", FILE, "1"),
        ("b", LINK, "a"),
        ("d/", DIRECTORY, ""),
        ("s", SYMLINK, "/etc/passwd"),
        ("device", EntryType::Char, ""),
    ];
    assert_eq!(unpack(root.path(), &[entries]), Ok(()));
    let found = |name: &str| fs::symlink_metadata(root.path().join(name));
    let file = found("a").unwrap();
    assert_eq!(file.permissions().mode() & 0o7777, 0o644);
    assert_eq!((file.mtime(), file.nlink()), (1_700_000_000, 2));
    assert_eq!(found("d").unwrap().permissions().mode() & 0o7777, 0o755);
    let link = fs::read_link(root.path().join("s")).unwrap();
    assert_eq!(link, Path::new("/etc/passwd"));
    assert!(found("device").is_err());
    assert!(!found("a").unwrap().file_type().is_fifo());
}

#[test]
fn what_containerd_refuses_has_its_words() {
    for (entry, says) in [
        (
            (".wh...", FILE, ""),
            "invalid whiteout name: .wh...: invalid archive",
        ),
        (
            (".wh..", FILE, ""),
            "invalid whiteout name: .wh..: invalid archive",
        ),
        (
            ("a/.wh.", FILE, ""),
            "invalid whiteout name: .wh.: invalid archive",
        ),
        (
            ("a", EntryType::new(b'Z'), ""),
            "unhandled tar header type 90",
        ),
        (
            ("a", LINK, "none"),
            "No such file or directory (os error 2)",
        ),
    ] {
        let root = tempfile::tempdir().unwrap();
        let refused = unpack(root.path(), &[&[entry]]).unwrap_err();
        assert_eq!(refused, says, "{entry:?}");
    }
}

/// The start of an entry with this size, whose content does not follow.
fn claims(kind: EntryType, size: u64) -> Vec<u8> {
    let mut header = header("long", kind);
    header.set_size(size);
    header.set_cksum();
    header.as_bytes().to_vec()
}

/// A sparse file of this size that has no content at all.
fn sparse(size: u64) -> Vec<u8> {
    let mut header = header("sparse", EntryType::GNUSparse);
    header.set_size(0);
    let gnu = header.as_gnu_mut().unwrap();
    let octal = format!("{size:011o}");
    gnu.realsize[..11].copy_from_slice(octal.as_bytes());
    gnu.sparse[0].offset[..11].copy_from_slice(octal.as_bytes());
    gnu.sparse[0].numbytes[..11].copy_from_slice(b"00000000000");
    header.set_cksum();
    [header.as_bytes().as_slice(), &[0; 1024]].concat()
}

#[test]
fn bombs_are_refused_before_they_fill_memory_or_disk() {
    use std::io::Read as _;
    let many: Vec<u8> = (0..101)
        .flat_map(|number| layer(&[(&format!("f{number}"), FILE, "")])[..512].to_vec())
        .collect();
    for (start, says) in [
        (claims(EntryType::GNULongName, 1 << 40), "is too long"),
        (claims(EntryType::GNULongLink, 1 << 40), "is too long"),
        (claims(EntryType::XHeader, 1 << 40), "is too long"),
        (claims(FILE, 1 << 40), "up to 20 GiB"),
        (claims(DIRECTORY, 1 << 40), "up to 20 GiB"),
        (claims(EntryType::Char, 1 << 40), "up to 20 GiB"),
        (sparse(1 << 32), "up to 20 GiB"),
        (many, "files"),
        // After the end of the archive.
        (vec![0; 1024], "up to 20 GiB"),
    ] {
        let root = tempfile::tempdir().unwrap();
        let endless = start.as_slice().chain(std::io::repeat(0));
        let mut budget = Budget::of(root.path(), 1 << 20, 100);
        let refused = add(root.path(), endless, &mut budget).unwrap_err();
        assert!(refused.to_string().contains(says), "{refused}");
    }
}

#[test]
fn no_directory_is_too_deep_to_be_removed() {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("root");
    fs::create_dir(&root).unwrap();
    // Each layer goes on where the last one has ended.
    let deep = "a/".repeat(30);
    symlink(deep.trim_end_matches('/'), root.join("s0")).unwrap();
    let mut refused = None;
    for number in 0..20 {
        let (from, to) = (format!("s{number}/{deep}f"), format!("s{}", number + 1));
        let next = format!("s{number}/{}", deep.trim_end_matches('/'));
        let added = unpack(&root, &[&[(&from, FILE, "x"), (&to, SYMLINK, &next)]]);
        if let Err(err) = added {
            refused = Some(err);
            break;
        }
    }
    let refused = refused.expect("a limit");
    assert!(refused.contains("in more than 256 others"), "{refused}");
    fs::remove_dir_all(&root).unwrap();
}
