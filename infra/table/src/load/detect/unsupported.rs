//! Formats that cannot be loaded. They are recognised to say what to do instead.

use crate::item::KeyAttribute;

const ION: &str = "is Amazon Ion, which is not supported: export the table again with `--export-format DYNAMODB_JSON`";
const UTF16: &str = "is UTF-16, as PowerShell and Excel write it: save it as UTF-8";
const TABLE: &str = "is the table output of the aws command: run it again with `--output json`";
const TEXT: &str = "is the text output of the aws command: run it again with `--output json`";
const YAML: &str =
    "is YAML, which is not supported: run the aws command again with `--output json`";

/// Recognises a file that cannot be loaded with any option.
pub(super) fn unsupported_bytes(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xe0, 0x01, 0x00, 0xea, ..] => Some(ION),
        _ if head.starts_with(b"$ion_1_") => Some(ION),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some(UTF16),
        _ => None,
    }
}

/// Recognises other outputs of the `aws` command. `first` is the first line of the text.
pub(super) fn unsupported_text(
    text: &str,
    first: &str,
    key: &[KeyAttribute],
) -> Option<&'static str> {
    let starts_with = |starts: &[&str]| starts.iter().any(|start| first.starts_with(start));
    if starts_with(&["---", "+--"]) {
        Some(TABLE)
    } else if is_text_output(text, key) {
        Some(TEXT)
    } else if starts_with(&["Items:", "Count:", "- "]) {
        Some(YAML)
    } else {
        None
    }
}

/// The text output has names in capitals, and each attribute on a separate line.
fn is_text_output(text: &str, key: &[KeyAttribute]) -> bool {
    key.iter().any(|(name, _)| {
        let capitals = name.to_uppercase();
        // A name in capitals can be in the header of CSV.
        let header = usize::from(capitals == *name);
        let is_attribute = |line: &str| {
            let after = line.strip_prefix(capitals.as_str());
            after.is_some_and(|after| after.starts_with('\t'))
        };
        text.lines().skip(header).any(is_attribute)
    })
}
