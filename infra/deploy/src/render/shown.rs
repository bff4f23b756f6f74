//! Makes control characters of values from outside visible, so that a terminal does not obey them.
//!
//! The escapes are those of Rust and most other languages: `\n`, `\x1b`, `\u{202e}`. A backslash is
//! not escaped, since log lines are full of them; `--json` and `logs --raw` print the exact text.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter, Write};

/// A value from outside on one line, for example `\x1b[2Jcleared\n✅  forged`.
///
/// Its sender can neither clear the screen nor start a line that looks like ours. Wrap every value
/// from AWS, a registry, a log, a file or the command line where it is put into a text; store the
/// value unchanged.
#[derive(Debug, Clone, Copy)]
pub struct Shown<T>(pub T);

impl<T: Display> Display for Shown<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(&escaped(&self.0.to_string(), is_hidden, push_escape))
    }
}

/// A whole text before it is printed. Its line breaks and tabs are ours and stay.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let is_meant = |c| matches!(c, '\n' | '\t');
    escaped(text, |c| is_hidden(c) && !is_meant(c), push_escape)
}

/// A whole JSON text before it is printed: the same value, with the escapes of JSON.
pub(crate) fn visible_json(json: &str) -> Cow<'_, str> {
    // Line breaks can only be between tokens: inside of strings JSON has escaped them already.
    escaped(json, |c| is_hidden(c) && c != '\n', push_json_escape)
}

fn escaped(
    text: &str,
    is_escaped: impl Fn(char) -> bool,
    push: impl Fn(&mut String, char),
) -> Cow<'_, str> {
    if !text.contains(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(2 * text.len());
    for c in text.chars() {
        if is_escaped(c) {
            push(&mut shown, c);
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Whether a character acts on a terminal instead of being seen: controls (C0, DEL, C1), other line
/// breaks, changes of the text direction, and spaces without a width. U+200C and U+200D are not
/// hidden: Persian words and emoji need them.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

fn push_escape(text: &mut String, c: char) {
    let written = match c {
        '\n' | '\r' | '\t' => write!(text, "{}", c.escape_default()),
        c if c.is_ascii() => write!(text, "\\x{:02x}", u32::from(c)),
        c => write!(text, "{}", c.escape_unicode()),
    };
    written.expect("writing to a string cannot fail");
}

fn push_json_escape(text: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        write!(text, "\\u{unit:04x}").expect("writing to a string cannot fail");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_terminal_would_do_is_written_out() {
        for (text, shown) in [
            ("", ""),
            ("Größe 🧑‍🚒 می‌خواهم \\n \"a\"", "Größe 🧑‍🚒 می‌خواهم \\n \"a\""),
            ("\x1b[2J\x1b[H", "\\x1b[2J\\x1b[H"),
            ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("99 %\rdone\x08\x7f", "99 %\\rdone\\x08\\x7f"),
            ("no\n✅  container", "no\\n✅  container"),
            ("a\tb\0", "a\\tb\\x00"),
            ("\u{85}\u{2028}\u{2029}", "\\u{85}\\u{2028}\\u{2029}"),
            (
                "\u{202e}gpj.exe\u{2069}\u{61c}",
                "\\u{202e}gpj.exe\\u{2069}\\u{61c}",
            ),
            (
                "\u{feff}a\u{200b}b\u{2060}",
                "\\u{feff}a\\u{200b}b\\u{2060}",
            ),
        ] {
            assert_eq!(Shown(text).to_string(), shown);
        }
        assert_eq!(format!("{:6}|", Shown("a\n")), "a\\n   |");
    }

    /// Texts in which most characters do something.
    fn hostile() -> impl Strategy<Value = String> {
        let c = prop_oneof![
            prop::char::range('\0', '\u{9f}'),
            prop::char::range('\u{2000}', '\u{2070}'),
            any::<char>(),
        ];
        prop::collection::vec(c, 0..40).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn nothing_shown_does_anything(text in hostile()) {
            prop_assert!(!Shown(&text).to_string().contains(is_hidden));
            let is_ours = |c| matches!(c, '\n' | '\t');
            prop_assert!(!visible(&text).contains(|c| is_hidden(c) && !is_ours(c)));
            prop_assert_eq!(visible(&text).matches('\n').count(), text.matches('\n').count());
        }

        #[test]
        fn json_keeps_its_value(text in hostile()) {
            let value = serde_json::json!({ text.clone(): [text] });
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            let shown = visible_json(&pretty);
            prop_assert!(!shown.contains(|c| is_hidden(c) && c != '\n'));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        }
    }
}
