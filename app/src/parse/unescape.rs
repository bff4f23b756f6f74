use std::borrow::Cow;

use memchr::memchr;

use super::scanner::Span;

/// The text of a JSON string, borrowed if nothing in it is escaped.
pub(crate) fn unescape(span: Span, text: &str) -> Cow<'_, str> {
    let raw = span.of(text);
    if span.escaped {
        let mut decoded = String::with_capacity(raw.len());
        decode(raw, &mut decoded);
        Cow::Owned(decoded)
    } else {
        Cow::Borrowed(raw)
    }
}

/// The text of a JSON string, written to `into` if something in it is escaped.
pub(crate) fn unescape_in<'a>(span: Span, text: &'a str, into: &'a mut String) -> &'a str {
    let raw = span.of(text);
    if !span.escaped {
        return raw;
    }
    into.clear();
    decode(raw, into);
    into
}

fn decode(raw: &str, text: &mut String) {
    let mut rest = raw;
    while let Some(found) = memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..found]);
        let after = &rest[found + 1..];
        let mut characters = after.chars();
        match characters.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('u') => {
                let (character, length) = code_point(&after[1..]);
                text.push(character);
                rest = &after[1 + length..];
                continue;
            }
            Some(other) => text.push(other),
            None => {}
        }
        rest = characters.as_str();
    }
    text.push_str(rest);
}

/// The character of `00e4` or `d83d\ude00`, and the length of its escape. Half a pair is not a character.
fn code_point(hex: &str) -> (char, usize) {
    const BROKEN: char = char::REPLACEMENT_CHARACTER;
    let unit = |from: usize| {
        let digits = hex.get(from..from + 4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let Some(first) = unit(0) else {
        return (BROKEN, 0);
    };
    if let Some(character) = char::from_u32(first.into()) {
        return (character, 4);
    }
    let second = (hex.get(4..6) == Some("\\u")).then(|| unit(6)).flatten();
    let pair = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    pair.map_or((BROKEN, 4), |character| (character, 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read() {
        for (raw, expected) in [
            (r#"a\"b\\c\/\n\t\r\b\f"#, "a\"b\\c/\n\t\r\u{8}\u{c}"),
            (r"\u00e4\u0000", "ä\0"),
            (r"\ud83d\ude00!", "😀!"),
            (r"\ud83d", "\u{fffd}"),
            (r"\ud83dx\ude00", "\u{fffd}x\u{fffd}"),
            (r"\ud83d\u0041", "\u{fffd}A"),
            (r"\u00", "\u{fffd}00"),
            ("\\uä", "\u{fffd}ä"),
        ] {
            let mut text = String::new();
            decode(raw, &mut text);
            assert_eq!(text, expected, "{raw}");
        }
    }
}
