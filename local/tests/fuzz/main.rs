//! The parsers of the local AWS, with inputs that nobody writes. `FUZZ_SECONDS` says how long each runs. What was
//! found once is in `corpus/`.

mod mutation;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use local::fuzzing;

use self::mutation::mutated;

/// The examples in `corpus/NAME`.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let files = fs::read_dir(directory.join(name)).expect("a corpus");
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// Calls `parse` with each example, then with changed examples.
fn fuzz(name: &str, words: &[&str], parse: impl Fn(&[u8]) + std::panic::RefUnwindSafe) {
    let corpus = corpus(name);
    assert!(!corpus.is_empty());
    for example in &corpus {
        parse(example);
    }
    let seconds = std::env::var("FUZZ_SECONDS").ok();
    let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(2);
    bolero::check!()
        .with_test_time(Duration::from_secs(seconds))
        .with_max_len(256)
        .for_each(|changes: &[u8]| parse(&mutated(&corpus, words, changes)));
}

#[test]
fn templates() {
    let words = [
        "Fn::Sub",
        "Fn::Cidr",
        "Fn::ForEach::L",
        "!Sub ",
        "!GetAtt ",
        "!If ",
        "${",
        "}",
        "[",
        "]",
        "{",
        ":",
        ",",
        "\n  ",
        "- ",
        "'",
        "\"",
        "Ref",
        "Condition",
        "&a ",
        "*a",
        "|",
        "2600::/56",
        "0",
        "-1",
        "9223372036854775807",
        "AWS::LanguageExtensions",
        "AWS::NoValue",
        "{{resolve:ssm:",
        "}}",
        "null",
        "%",
        "\u{feff}",
        "\t",
    ];
    fuzz("template", &words, fuzzing::template);
}

#[test]
fn policies() {
    let words = [
        "\"Action\"",
        "\"NotAction\"",
        "\"Resource\"",
        "\"Condition\"",
        "\"Principal\"",
        "\"*\"",
        "*",
        "?",
        "${",
        "}",
        "ForAllValues:",
        "IfExists",
        "NumericLessThan",
        "DateEquals",
        "IpAddress",
        "2026-11-29",
        "10.0.0.0/33",
        "::/129",
        "[",
        "]",
        "{",
        ":",
        ",",
        "null",
        "1e999",
        "arn:aws:",
        "${aws:username, 'x'}",
        "Null",
    ];
    fuzz("policy", &words, fuzzing::policy);
}

#[test]
fn layers() {
    let words = [
        "../",
        "/",
        ".wh.",
        ".wh..wh..opq",
        "\0",
        "0000000",
        "\u{80}",
        "ustar  \0",
        "1",
        "2",
        "5",
        "L",
        "x",
        "S",
        "7777",
        "30 path=../../x\n",
        "22 size=99999999\n",
    ];
    fuzz("layer", &words, |bytes| {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("root");
        fs::create_dir(&root).unwrap();
        fs::write(outer.path().join("mine"), "safe").unwrap();
        std::os::unix::fs::symlink("..", root.join("up")).unwrap();
        // Once more, over what is there now. The sum of its header is right, as an attacker's is.
        let bytes = mutation::with_sums(bytes);
        for _ in 0..2 {
            fuzzing::layer(&root, &bytes);
        }
        assert_eq!(fs::read(outer.path().join("mine")).unwrap(), b"safe");
        assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 2);
    });
}

#[test]
fn images() {
    let words = [
        "sha256:",
        "\"layers\"",
        "\"digest\"",
        "\"size\"",
        "18446744073709551615",
        "[",
        "]",
        "{",
        "}",
        ":",
        "/",
        "@",
        "null",
        "\"config\"",
        "\"rootfs\"",
        "linux",
        "amd64",
        "localhost",
        "..",
    ];
    fuzz("image", &words, fuzzing::image);
}

#[test]
fn requests() {
    let words = [
        "Action=",
        "&",
        ".member.",
        ".1",
        ".",
        "=",
        "%",
        "%ff",
        "4294967296",
        "\u{bf}",
        "\u{9f}",
        "\u{ff}",
        "\r\n",
        "0;",
        "ffffffffffffffff\r\n",
        "?",
        "/",
        "{",
        "[",
        "\"",
        "1e999",
    ];
    fuzz("request", &words, fuzzing::request);
}
