use std::ops::Range;

use super::Json;
use crate::item::Reason;

impl<'a> Json<'a> {
    /// Skips a value and returns its text.
    pub(crate) fn skip(&mut self) -> Result<&'a str, Reason> {
        self.skip_span().map(|span| &self.text[span])
    }

    /// Skips a value and returns its offsets in the text.
    pub(crate) fn skip_span(&mut self) -> Result<Range<usize>, Reason> {
        self.peek();
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Some(b'"') => drop(self.string()?),
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                Some(b'}' | b']') if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                Some(b',' | b':') if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                Some(_) if !self.word().is_empty() => {}
                _ => return Err(self.unexpected("a value")),
            }
            if depth == 0 {
                return Ok(start..self.at);
            }
        }
    }
}
