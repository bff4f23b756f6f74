//! The parsers of the local AWS, with inputs that nobody writes. `FUZZ_SECONDS` says how long each runs. What was
//! found once is in `corpus/`.

use std::fs;
use std::path::Path;

use local::fuzzing;

/// Runs a target on `corpus/NAME`.
fn run(name: &str, words: &[&str], parse: impl Fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    fuzz::run_with(corpus.join(name), words, parse);
}

#[test]
fn fuzz_templates() {
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
    run("template", &words, fuzzing::template);
}

#[test]
fn fuzz_policies() {
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
    run("policy", &words, fuzzing::policy);
}

#[test]
fn fuzz_layers() {
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
    run("layer", &words, |bytes| {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("root");
        fs::create_dir(&root).unwrap();
        fs::write(outer.path().join("mine"), "safe").unwrap();
        std::os::unix::fs::symlink("..", root.join("up")).unwrap();
        // Once more, over what is there now. The sum of its header is right, as an attacker's is.
        let bytes = with_sums(bytes);
        for _ in 0..2 {
            fuzzing::layer(&root, &bytes);
        }
        assert_eq!(fs::read(outer.path().join("mine")).unwrap(), b"safe");
        assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 2);
    });
}

#[test]
fn fuzz_images() {
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
    run("image", &words, fuzzing::image);
}

#[test]
fn fuzz_requests() {
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
    run("request", &words, fuzzing::request);
}

/// An archive in which each header has the right sum, as far as its lengths are.
fn with_sums(bytes: &[u8]) -> Vec<u8> {
    let mut archive = bytes.to_vec();
    let mut at = 0;
    while let Some(header) = archive.get_mut(at..at + 512) {
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let size = String::from_utf8_lossy(&header[124..135]).into_owned();
        let size = usize::from_str_radix(size.trim_matches(['\0', ' ']), 8).unwrap_or(0);
        let blocks = size.min(1 << 20).div_ceil(512);
        at += 512 * (1 + blocks);
    }
    archive
}
