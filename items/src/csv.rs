//! CSV (RFC 4180) that a spreadsheet opens without running what is stored in it.

use std::borrow::Cow;

/// The heading of the column for attributes that have none of their own: plain JSON.
///
/// Only the app writes it, and it writes no types: in this file a quoted text cell is a text.
pub const OTHERS: &str = "other attributes";
/// The same with types.
pub const TYPED_OTHERS: &str = "other attributes (DynamoDB JSON)";

/// The apostrophe before a text that must not be taken for something else.
///
/// A text that has apostrophes before something dangerous gets one more, so that no two texts are
/// written alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// The type of the column is known: nothing but a formula is dangerous.
    Typed,
    /// It is not: JSON is dangerous as well.
    Untyped,
}

impl Guard {
    /// Puts the apostrophe before a text that needs it.
    #[must_use]
    pub fn protect(self, text: &str) -> Cow<'_, str> {
        if self.is_needed(text) {
            format!("'{text}").into()
        } else {
            text.into()
        }
    }

    /// Takes the apostrophe away again.
    #[must_use]
    pub fn unprotect(self, text: &str) -> &str {
        match text.strip_prefix('\'') {
            Some(rest) if self.is_needed(rest) => rest,
            _ => text,
        }
    }

    fn is_needed(self, text: &str) -> bool {
        text.trim_start_matches('\'').starts_with(self.dangerous())
    }

    fn dangerous(self) -> &'static [char] {
        match self {
            Self::Typed => &['=', '+', '-', '@', '\t', '\r'],
            Self::Untyped => &['=', '+', '-', '@', '\t', '\r', '{', '['],
        }
    }
}

/// Writes a cell as it is, in quotes where it needs them.
pub fn write_cell(text: &str, out: &mut Vec<u8>) {
    // A byte order mark at the beginning of a file is no part of its first cell.
    if text.contains([',', '"', '\n', '\r']) || text.starts_with('\u{feff}') {
        write_quoted(text, out);
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Writes the text of an attribute in a column without a type, so that it comes back as a text.
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    let guarded = Guard::Untyped.protect(text);
    if looks_like_a_value(&guarded) {
        write_quoted(&guarded, out);
    } else {
        write_cell(&guarded, out);
    }
}

/// Writes the heading of a column without a type, whatever the name of the attribute.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GUARDS: [Guard; 2] = [Guard::Typed, Guard::Untyped];

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), "['=+@,\"\r\n\t{}\\[\\] 1-]{0,6}"]
    }

    proptest! {
        #[test]
        fn what_is_guarded_comes_back_and_is_no_formula(text in text()) {
            for guard in GUARDS {
                let guarded = guard.protect(&text);
                prop_assert_eq!(guard.unprotect(&guarded), &text);
                prop_assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r']));
            }
        }

        #[test]
        fn no_two_texts_are_written_alike(one in text(), other in text()) {
            let pairs = [(&one, &other), (&one, &format!("'{one}"))];
            for (one, other) in pairs.into_iter().filter(|(one, other)| one != other) {
                for guard in GUARDS {
                    prop_assert_ne!(guard.protect(one), guard.protect(other));
                }
                prop_assert_ne!(written(write_text, one), written(write_text, other));
                prop_assert_ne!(written(write_name, one), written(write_name, other));
            }
        }
    }

    fn written(write: fn(&str, &mut Vec<u8>), text: &str) -> String {
        let mut out = Vec::new();
        write(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_what_needs_it_is_changed() {
        for (text, expected) in [
            ("plain", "plain"),
            ("'tis", "'tis"),
            ("+49", "'+49"),
            ("'+49", "''+49"),
            ("5", "\"5\""),
            (" 5", "\" 5\""),
            ("true", "\"true\""),
            ("", "\"\""),
            ("{x", "'{x"),
            ("[\"x\"]", "\"'[\"\"x\"\"]\""),
            ("\u{feff}x", "\"\u{feff}x\""),
        ] {
            assert_eq!(written(write_text, text), expected, "{text}");
        }
        for (name, expected) in [
            ("price", "price"),
            ("price:N", "\"price:N\""),
            (OTHERS, "\"other attributes\""),
            ("=1", "'=1"),
        ] {
            assert_eq!(written(write_name, name), expected, "{name}");
        }
    }
}
