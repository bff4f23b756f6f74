use super::guard::Guard;
use super::{OTHERS, TYPED_OTHERS};

/// Writes a cell without a guard, in quotes if it needs them.
pub fn write_cell(text: &str, out: &mut Vec<u8>) {
    // A byte order mark at the beginning of a file is not part of its first cell.
    if text.contains([',', '"', '\n', '\r']) || text.starts_with('\u{feff}') {
        write_quoted(text, out);
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Writes the text of an attribute in a column without a type, so that it is read as a text again.
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    let guarded = Guard::Untyped.protect(text);
    if looks_like_a_value(&guarded) {
        write_quoted(&guarded, out);
    } else {
        write_cell(&guarded, out);
    }
}

/// Writes the name of an attribute as the heading of a column without a type.
pub fn write_name(name: &str, out: &mut Vec<u8>) {
    let guarded = Guard::Untyped.protect(name);
    if name.contains(':') || matches!(name, OTHERS | TYPED_OTHERS) {
        write_quoted(&guarded, out);
    } else {
        write_cell(&guarded, out);
    }
}

/// Whether a reader that knows no types could take the text for a number, a constant or nothing.
fn looks_like_a_value(text: &str) -> bool {
    let begin = text.trim_start();
    begin.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        || matches!(text, "" | "true" | "false" | "null")
}

fn write_quoted(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for (index, part) in text.split('"').enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}
