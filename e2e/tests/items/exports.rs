//! Exports to S3, with the files that AWS writes.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use e2e::command;
use e2e::proxy::{Cut, Proxy};
use md5::{Digest as _, Md5};
use serde_json::json;

use crate::forms::{gzip, item, said};
use crate::setup::{ID, Setup, shown, text_of};

/// An export before it is written.
struct Exported<'a> {
    prefix: &'a str,
    kind: &'a str,
    format: &'a str,
    /// The lines of each file.
    files: Vec<String>,
}

impl Exported<'_> {
    fn full(files: Vec<String>) -> Self {
        Exported {
            prefix: "backups/daily/",
            kind: "FULL_EXPORT",
            format: "DYNAMODB_JSON",
            files,
        }
    }

    fn incremental(files: Vec<String>) -> Self {
        Exported {
            kind: "INCREMENTAL_EXPORT",
            ..Self::full(files)
        }
    }

    /// Writes it as `aws s3 cp --recursive` would. Returns the directory of the export.
    fn write(&self, root: &Path) -> PathBuf {
        let id = "01701234567890-abcdef01";
        let directory = root.join("AWSDynamoDB").join(id);
        let data = match self.kind {
            "FULL_EXPORT" => format!("AWSDynamoDB/{id}/data"),
            _ => "AWSDynamoDB/data".to_owned(),
        };
        fs::create_dir_all(root.join(&data)).expect("a directory");
        fs::create_dir_all(&directory).expect("a directory");
        let mut listed = String::new();
        let mut items = 0;
        for (number, text) in self.files.iter().enumerate() {
            let packed = gzip(text.as_bytes());
            let name = format!("{data}/file{number}.json.gz");
            let count = text.lines().count();
            items += count;
            let entry = json!({
                "itemCount": count,
                "md5Checksum": STANDARD.encode(Md5::digest(&packed)),
                "etag": "0123456789abcdef-1",
                "dataFileS3Key": format!("{}{name}", self.prefix),
            });
            listed += &entry.to_string();
            listed.push('\n');
            fs::write(root.join(name), packed).expect("written");
        }
        let summary = json!({
            "version": "2023-08-01",
            "exportArn": format!("arn:aws:dynamodb:eu-central-1:1:table/items/export/{id}"),
            "manifestFilesS3Key": format!("{}AWSDynamoDB/{id}/manifest-files.json", self.prefix),
            "itemCount": items,
            "outputFormat": self.format,
            "outputView": "NEW_AND_OLD_IMAGES",
            "exportType": self.kind,
        });
        for (name, text) in [("files", listed), ("summary", summary.to_string())] {
            let sum = STANDARD.encode(Md5::digest(&text));
            fs::write(directory.join(format!("manifest-{name}.json")), text).expect("written");
            fs::write(directory.join(format!("manifest-{name}.md5")), sum).expect("written");
        }
        fs::write(directory.join("_started"), "").expect("written");
        directory
    }
}

/// A name, how an export is damaged, and the expected message.
type Damage = (&'static str, fn(&Path), &'static str);

fn file(from: usize, count: usize) -> String {
    let long = "x".repeat(200);
    text_of(count, |number| {
        let id = from + number;
        format!("{{\"Item\":{{\"id\":{{\"S\":\"{id}\"}},\"x\":{{\"S\":\"{long}\"}}}}}}")
    })
}

#[tokio::test]
async fn a_whole_export_is_loaded_by_its_directory_or_its_manifest() {
    let setup = Setup::new().await;
    let files = vec![file(0, 60), String::new(), file(60, 30), file(90, 1)];
    let root = setup.path("copied");
    let directory = Exported::full(files).write(&root);
    let paths = [
        root.clone(),
        directory.clone(),
        directory.join("manifest-summary.json"),
        directory.join("manifest-files.json"),
    ];
    for (number, path) in paths.iter().enumerate() {
        let table = format!("items-{number}");
        setup.create(&table, ID).await;
        let loaded = setup.load(&table, path, false).await.expect("loaded");
        assert_eq!((loaded.items, loaded.lines_before), (91, 0));
        assert_eq!(setup.items(&table).await.len(), 91);
    }
    assert!(!directory.join("manifest-summary.json.progress").exists());
    // Only the files of this export were copied, and its directory has another name.
    let renamed = setup.path("backup");
    fs::rename(&directory, &renamed).expect("renamed");
    setup.create("renamed", ID).await;
    let loaded = setup.load("renamed", &renamed, false).await;
    assert_eq!(loaded.expect("loaded").items, 91);
    // One file of it alone.
    setup.create("single", ID).await;
    let single = renamed.join("data/file2.json.gz");
    let loaded = setup.load("single", &single, false).await;
    assert_eq!(loaded.expect("loaded").items, 30);
}

#[tokio::test]
async fn an_incomplete_export_is_refused_before_anything_is_written() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let damage: [Damage; 7] = [
        (
            "missing",
            |directory| fs::remove_file(directory.join("data/file1.json.gz")).expect("removed"),
            "data/file1.json.gz is missing, but manifest-files.json lists it",
        ),
        (
            "cut",
            |directory| {
                let path = directory.join("data/file1.json.gz");
                let bytes = fs::read(&path).expect("read");
                fs::write(path, &bytes[..bytes.len() / 2]).expect("written");
            },
            "file1.json.gz is damaged: its MD5 is",
        ),
        (
            "other",
            |directory| {
                fs::write(directory.join("manifest-files.json"), "{}").expect("written");
            },
            "does not match its checksum in",
        ),
        (
            "fewer",
            |directory| {
                let path = directory.join("manifest-files.json");
                let text = fs::read_to_string(&path).expect("read");
                let first = text.lines().next().expect("a line");
                fs::write(path, first).expect("written");
                fs::remove_file(directory.join("manifest-files.md5")).expect("removed");
            },
            "lists 30 items, but manifest-summary.json says 60: copy it again",
        ),
        (
            "no-list",
            |directory| {
                fs::write(directory.join("manifest-files.json"), "<html>").expect("written");
                fs::remove_file(directory.join("manifest-files.md5")).expect("removed");
            },
            "is not a list of files",
        ),
        (
            "unfinished",
            |directory| {
                fs::remove_file(directory.join("manifest-summary.json")).expect("removed");
            },
            "has no manifest-summary.json",
        ),
        (
            "two",
            |directory| {
                let second = directory.with_file_name("01701234567890-second");
                fs::create_dir(&second).expect("a directory");
                fs::copy(
                    directory.join("manifest-summary.json"),
                    second.join("manifest-summary.json"),
                )
                .expect("copied");
            },
            "has 2 exports: name one of them",
        ),
    ];
    for (name, damage, expected) in damage {
        let root = setup.path(name);
        damage(&Exported::full(vec![file(0, 30), file(30, 30)]).write(&root));
        let refused = setup.load("items", &root, true).await.expect_err(name);
        let refused = refused.to_string();
        assert!(refused.contains(expected), "{name}: {refused}");
    }
    let ion = Exported {
        format: "ION",
        ..Exported::full(vec![])
    };
    let refused = setup
        .load("items", &ion.write(&setup.path("ion")), true)
        .await;
    let refused = refused.expect_err("Ion").to_string();
    assert!(
        refused.contains("is an export in ION, which is not supported"),
        "{refused}"
    );
    assert_eq!(setup.items("items").await.len(), 0);
}

#[tokio::test]
async fn a_file_with_fewer_items_than_the_manifest_says_is_a_failure() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let root = setup.path("copied");
    let directory = Exported::full(vec![file(0, 30), file(30, 30)]).write(&root);
    let path = directory.join("manifest-files.json");
    let text = fs::read_to_string(&path).expect("read");
    let swapped = text.replacen("\"itemCount\":30", "\"itemCount\":31", 1);
    let (first, second) = swapped.split_once('\n').expect("two lines");
    let second = second.replace("\"itemCount\":30", "\"itemCount\":29");
    fs::write(&path, format!("{first}\n{second}")).expect("written");
    fs::remove_file(directory.join("manifest-files.md5")).expect("removed");
    let stopped = setup
        .load("items", &root, true)
        .await
        .expect_err("an item is missing");
    let stopped = stopped.to_string();
    assert!(
        stopped
            .contains("file0.json.gz:31: the file has 30 items, but manifest-files.json says 31"),
        "{stopped}"
    );
    assert_eq!(setup.items("items").await.len(), 30);
}

#[tokio::test]
async fn a_killed_load_of_an_export_continues_in_the_same_file() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let root = setup.path("copied");
    let files = (0..4).map(|number| file(number * 100, 100)).collect();
    let directory = Exported::full(files).write(&root);
    let mut proxy = Proxy::new(setup.account.local.endpoint_url()).await;
    // One call describes the table; the eleventh batch is in the third file.
    proxy.cut_at(Some(Cut::After(12)));
    let line = "table load --table items --concurrency 1";
    let mut process = tokio::process::Command::from(command(&proxy.url, line));
    let process = process.arg(&root).kill_on_drop(true).spawn();
    let mut process = process.expect("it starts");
    let progress = directory.join("manifest-summary.json.progress");
    e2e::until("a checkpoint in the third file", async || {
        let text = fs::read_to_string(&progress).ok()?;
        text.contains("\"file\":2").then_some(())
    })
    .await;
    process.kill().await.expect("SIGKILL");
    // A file whose items are all written is not read again: it may be missing.
    fs::write(directory.join("data/file0.json.gz"), b"").expect("emptied");
    let endpoint = setup.account.local.endpoint_url();
    let output = setup
        .run(&endpoint, "table load --table items --json copied")
        .await;
    assert!(output.status.success(), "{output:?}");
    let loaded: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let before = loaded["LinesBefore"].as_u64().expect("a number");
    assert!((200..300).contains(&before), "{before}");
    assert_eq!(loaded["Items"].as_u64(), Some(400 - before));
    assert_eq!(setup.items("items").await.len(), 400);
    assert!(!progress.exists());
    let first = format!("continuing after item {before}, where an earlier load ended");
    assert!(said(&output).contains(&first), "{output:?}");
}

/// A record of a change. Without a text the item is deleted.
fn change(id: &str, micros: u64, text: Option<&str>) -> String {
    let mut record = json!({
        "Metadata": { "WriteTimestampMicros": { "N": micros.to_string() } },
        "Keys": { "id": { "S": id } },
        "OldImage": { "id": { "S": id }, "v": { "S": "old" } },
    });
    if let Some(text) = text {
        record["NewImage"] = json!({ "id": { "S": id }, "v": { "S": text } });
    }
    record.to_string() + "\n"
}

#[tokio::test]
async fn an_incremental_export_puts_and_deletes_and_the_newest_change_of_a_key_stays() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    for id in ["changed", "deleted", "untouched", "deleted last"] {
        setup.put("items", item(id, "before")).await;
    }
    let first = [
        change("changed", 5, Some("after")),
        change("deleted", 5, None),
        change("new", 5, Some("after")),
        // In one batch, where the older change comes last.
        change("deleted last", 9, None),
        change("deleted last", 8, Some("too old")),
        change("back", 3, None),
        change("back", 4, Some("after")),
    ];
    // In another file.
    let second = [
        change("changed", 4, Some("too old")),
        change("new", 4, None),
    ];
    let root = setup.path("copied");
    Exported::incremental(vec![first.concat(), second.concat()]).write(&root);
    let loaded = setup.load("items", &root, false).await.expect("loaded");
    assert_eq!((loaded.items, loaded.deleted, loaded.replaced), (3, 2, 4));
    let mut expected: Vec<_> = [
        ("changed", "after"),
        ("new", "after"),
        ("back", "after"),
        ("untouched", "before"),
    ]
    .map(|(id, text)| shown(item(id, text)))
    .into();
    expected.sort();
    assert_eq!(setup.items("items").await, expected);
}

#[tokio::test]
async fn a_continued_incremental_export_still_knows_the_newer_changes() {
    let setup = Setup::new().await;
    setup.create("items", ID).await;
    let mut records = vec![change("newest", 1000, Some("newest"))];
    for number in 0..60 {
        records.push(change(&number.to_string(), 5, Some("x")));
    }
    let bad = "{\"Keys\":{\"id\":{\"S\":\"bad\"},\"v\":{\"S\":\"no key\"}}}\n";
    let good = "{\"Keys\":{\"id\":{\"S\":\"bad\"}}}\n";
    let last = change("newest", 999, Some("too old"));
    let whole = |middle: &str| records.concat() + middle + &last;
    let file = setup.path("changes.json.gz");
    fs::write(&file, gzip(whole(bad).as_bytes())).expect("written");
    let stopped = setup
        .load("items", &file, false)
        .await
        .expect_err("a bad record");
    let stopped = stopped.to_string();
    assert!(
        stopped.contains("changes.json.gz:62: its Keys have v, which is not a key of the table"),
        "{stopped}"
    );
    fs::write(&file, gzip(whole(good).as_bytes())).expect("written");
    let loaded = setup.load("items", &file, false).await.expect("loaded");
    assert_eq!(
        (loaded.lines_before, loaded.deleted, loaded.replaced),
        (61, 1, 1)
    );
    let items = setup.items("items").await;
    assert!(
        items.contains(&shown(item("newest", "newest"))),
        "{items:?}"
    );
}
