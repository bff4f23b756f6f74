//! Reads what is between two JSON values: blanks, commas and brackets.

use std::io::{self, BufRead};

use super::tracked::Tracked;
use crate::item::Reason;

/// Why a value cannot be read: the file fails, or it is not JSON.
#[derive(Debug)]
pub(super) enum Fault {
    Failed(io::Error),
    Broken(Reason),
}

impl From<io::Error> for Fault {
    fn from(err: io::Error) -> Self {
        Self::Failed(err)
    }
}

/// Skips blanks and returns the byte after them, without taking it.
pub(super) fn peek<R: BufRead>(input: &mut Tracked<R>) -> Result<Option<u8>, Fault> {
    loop {
        let bytes = input.fill()?;
        let is_over = bytes.is_empty();
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let blanks = bytes.iter().take_while(is_blank).count();
        let found = bytes.get(blanks).copied();
        input.consume(blanks)?;
        if found.is_some() || is_over {
            return Ok(found);
        }
    }
}

/// Takes a comma, or the closing bracket; returns whether another value begins.
pub(super) fn next<R: BufRead>(input: &mut Tracked<R>, end: u8) -> Result<bool, Fault> {
    match peek(input)? {
        Some(b',') => {
            input.consume(1)?;
            begins(input)
        }
        Some(found) if found == end => {
            input.consume(1)?;
            Ok(false)
        }
        _ if end == b'}' => Err(unexpected(input, "a comma or }")),
        _ => Err(unexpected(input, "a comma or ]")),
    }
}

/// Ensures that a value begins here.
pub(super) fn begins<R: BufRead>(input: &mut Tracked<R>) -> Result<bool, Fault> {
    match peek(input)? {
        None | Some(b',' | b':' | b']' | b'}') => Err(unexpected(input, "a value")),
        Some(_) => Ok(true),
    }
}

pub(super) fn unexpected<R: BufRead>(input: &mut Tracked<R>, wanted: &str) -> Fault {
    match input.fill() {
        Err(err) => Fault::Failed(err),
        Ok([]) => Fault::Broken(format!("the file ends where JSON needs {wanted}")),
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4)]);
            let found = text.chars().next().expect("there is at least one byte");
            Fault::Broken(format!("there is {found:?} where JSON needs {wanted}"))
        }
    }
}
