//! Finds the end of a JSON value by its brackets and quotes alone.

use std::io::BufRead;

use super::token::{Fault, unexpected};
use super::tracked::Tracked;

/// The state of a scan through one value.
#[derive(Debug, Default)]
pub(super) struct Scan {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Scan {
    /// Takes a value, at most `room` bytes of it, and returns whether that is all of it.
    pub(super) fn take<R: BufRead>(
        &mut self,
        input: &mut Tracked<R>,
        value: &mut Vec<u8>,
        room: usize,
    ) -> Result<bool, Fault> {
        loop {
            let bytes = input.fill()?;
            let bytes = &bytes[..bytes.len().min(room - value.len())];
            let (length, ends) = self.read(bytes);
            value.extend_from_slice(&bytes[..length]);
            let is_over = bytes.is_empty();
            input.consume(length)?;
            if ends {
                return Ok(true);
            }
            if value.len() >= room {
                return Ok(false);
            }
            if is_over {
                return self.ended(input);
            }
        }
    }

    /// Skips the rest of a value.
    pub(super) fn skip<R: BufRead>(&mut self, input: &mut Tracked<R>) -> Result<(), Fault> {
        loop {
            let bytes = input.fill()?;
            let is_over = bytes.is_empty();
            let (length, ends) = self.read(bytes);
            input.consume(length)?;
            if ends || is_over && self.ended(input)? {
                return Ok(());
            }
        }
    }

    /// At the end of the file only a number can end.
    fn ended<R: BufRead>(&self, input: &mut Tracked<R>) -> Result<bool, Fault> {
        if self.depth == 0 && !self.in_string {
            return Ok(true);
        }
        Err(unexpected(input, "the end of a value"))
    }

    /// How many of these bytes belong to the value, and whether it ends there.
    fn read(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if self.in_string {
                at += self.read_string(&bytes[at..]);
                if !self.in_string && self.depth == 0 {
                    return (at, true);
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 1 => self.depth -= 1,
                b'}' | b']' => {
                    let belongs = std::mem::take(&mut self.depth);
                    return (at + belongs, true);
                }
                b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' if self.depth == 0 => {
                    return (at, true);
                }
                _ => {}
            }
            at += 1;
        }
        (at, false)
    }

    /// How many of these bytes belong to the current string.
    fn read_string(&mut self, bytes: &[u8]) -> usize {
        if std::mem::take(&mut self.is_escaped) {
            return 1;
        }
        match memchr::memchr2(b'"', b'\\', bytes) {
            Some(at) if bytes[at] == b'"' => {
                self.in_string = false;
                at + 1
            }
            Some(at) => {
                self.is_escaped = true;
                at + 1
            }
            None => bytes.len(),
        }
    }
}
