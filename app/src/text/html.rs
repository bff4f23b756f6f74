//! Text in a page: no character of it can end its place, and none is one that HTML forbids.

use std::fmt::{self, Write};

use askama::filters::Escaper;

/// Escapes what is written to it.
#[derive(Debug)]
pub(crate) struct Html<'a>(pub(crate) &'a mut Vec<u8>);

/// Whether a byte may begin something that can't stand as it is.
const SPECIAL: [bool; 256] = special();

const fn special() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b'\t' | b'\n' => false,
            // Of the bytes that begin a long character, the last ones can begin one that HTML forbids.
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
    pub(crate) fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let (mut written, mut at) = (0, 0);
        while let Some(&byte) = bytes.get(at) {
            if !SPECIAL[usize::from(byte)] {
                at += 1;
                continue;
            }
            let Some(character) = text[at..].chars().next() else {
                break;
            };
            let length = character.len_utf8();
            if let Some(replacement) = replacement(character) {
                self.0.extend_from_slice(&bytes[written..at]);
                self.0.extend_from_slice(replacement.as_bytes());
                written = at + length;
            }
            at += length;
        }
        self.0.extend_from_slice(&bytes[written..]);
    }
}

/// The same for templates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Escape;

impl Escaper for Escape {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> fmt::Result {
        let mut escaped = Vec::with_capacity(text.len());
        Html(&mut escaped).text(text);
        out.write_str(&String::from_utf8_lossy(&escaped))
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

/// A control character is seen, as the picture that Unicode has for it.
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
    fn only_what_must_not_stand_is_replaced() {
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
