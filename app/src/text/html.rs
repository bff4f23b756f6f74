use std::fmt::{self, Write};

use askama::filters::Escaper;

/// Writes text into a page, so that no character of it can end its place or is forbidden in HTML.
#[derive(Debug)]
pub(crate) struct Html<'a>(pub(crate) &'a mut Vec<u8>);

/// Whether a byte may begin a character that must be replaced.
const SPECIAL: [bool; 256] = special();

const fn special() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b'\t' | b'\n' => false,
            // These bytes can begin long characters that HTML forbids.
            0..0x20 | b'&' | b'<' | b'>' | b'"' | b'\'' | 0x7f | 0xc2 | 0xef | 0xf0..=0xf4 => true,
            _ => false,
        };
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}

impl Html<'_> {
    /// Writes text in a tag or between tags.
    pub(crate) fn text(&mut self, text: &str) {
        self.write(text, replacement);
    }

    /// Writes text between tags, where quotes need no escape: a page of maps gets a quarter shorter.
    pub(crate) fn content(&mut self, text: &str) {
        self.write(text, |character| match character {
            '"' | '\'' => None,
            other => replacement(other),
        });
    }

    fn write(&mut self, text: &str, replacement: impl Fn(char) -> Option<&'static str>) {
        let bytes = text.as_bytes();
        let mut written = 0;
        let mut at = plain(bytes);
        while let Some(character) = text[at..].chars().next() {
            let next = at + character.len_utf8();
            if let Some(replacement) = replacement(character) {
                self.0.extend_from_slice(&bytes[written..at]);
                self.0.extend_from_slice(replacement.as_bytes());
                written = next;
            }
            at = next + plain(&bytes[next..]);
        }
        self.0.extend_from_slice(&bytes[written..]);
    }
}

/// How many bytes from the start need no replacement. The next one begins a character.
fn plain(bytes: &[u8]) -> usize {
    let (words, _) = bytes.as_chunks();
    let seen = |word: &[u8; 8]| unusual(u64::from_le_bytes(*word));
    let mut start = words.len() * 8;
    if let Some(index) = words.iter().position(|word| seen(word) != 0) {
        start = index * 8;
    } else if bytes.last_chunk().is_some_and(|word| seen(word) == 0) {
        // To look at the last eight bytes again is faster than to look at the last few one by one.
        return bytes.len();
    }
    let mut rest = bytes[start..].iter();
    let length = rest.position(|&byte| SPECIAL[usize::from(byte)]);
    length.map_or(bytes.len(), |length| start + length)
}

/// Not 0 if one of eight bytes may need a replacement. It has no branches.
const fn unusual(word: u64) -> u64 {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = EACH << 7;
    const fn below(word: u64, limit: u8) -> u64 {
        word.wrapping_sub(EACH * limit as u64) & !word & HIGH
    }
    const fn is(word: u64, byte: u8) -> u64 {
        below(word ^ (EACH * byte as u64), 1)
    }
    let quotes_and = is(word & !(EACH * 5), b'"');
    let brackets = is(word & !(EACH * 2), b'<');
    (word & HIGH) | below(word, b' ') | quotes_and | brackets | is(word, 0x7f)
}

/// Escapes text in templates in the same way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Escape;

impl Escaper for Escape {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> fmt::Result {
        if plain(text.as_bytes()) == text.len() {
            return out.write_str(text);
        }
        let mut escaped = Vec::with_capacity(text.len());
        Html(&mut escaped).text(text);
        out.write_str(str::from_utf8(&escaped).expect("escaped text is text"))
    }
}

fn replacement(character: char) -> Option<&'static str> {
    Some(match character {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&#34;",
        '\'' => "&#39;",
        '\0'..' ' => control_picture(character),
        '\u{7f}' => "\u{2421}",
        '\u{80}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' => "\u{fffd}",
        _ if u32::from(character) & 0xfffe == 0xfffe => "\u{fffd}",
        _ => return None,
    })
}

/// The picture that Unicode has for a control character, so that it can be seen.
fn control_picture(character: char) -> &'static str {
    const PICTURES: &str = "␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟";
    const LENGTH: usize = '␀'.len_utf8();
    let start = character as usize * LENGTH;
    PICTURES.get(start..start + LENGTH).unwrap_or("\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        let mut out = Vec::new();
        Html(&mut out).text(text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn between_tags_quotes_are_quotes() {
        let mut out = Vec::new();
        Html(&mut out).content("\"it's\" <b>&\u{7f} and \"what\" follows");
        let expected = "\"it's\" &lt;b&gt;&amp;\u{2421} and \"what\" follows";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_special_character_is_found_at_every_place() {
        for before in 0..40 {
            for (text, expected) in [("<", "&lt;"), ("\u{85}", "\u{fffd}"), ("ä", "ä")] {
                let (before, after) = ("x".repeat(before), "y".repeat(20));
                let text = format!("{before}{text}{after}{text}");
                let expected = format!("{before}{expected}{after}{expected}");
                assert_eq!(html(&text), expected);
            }
        }
    }

    #[test]
    fn only_forbidden_characters_are_replaced() {
        for (text, expected) in [
            ("plain ä 😀 \u{f8ff}\n", "plain ä 😀 \u{f8ff}\n"),
            ("</td><script>", "&lt;/td&gt;&lt;script&gt;"),
            ("\"'&", "&#34;&#39;&amp;"),
            ("\0\u{1b}\r\u{7f}", "␀␛␍␡"),
            ("\u{85}\u{a0}", "\u{fffd}\u{a0}"),
            (
                "\u{fdd0}\u{ffff}\u{1fffe}\u{fffd}",
                "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
            ),
        ] {
            assert_eq!(html(text), expected, "{text:?}");
        }
    }
}
