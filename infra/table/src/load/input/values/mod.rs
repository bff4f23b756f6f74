//! Finds the JSON values in lists and pages, byte by byte, so that a list can be larger than the
//! memory.

#[cfg(test)]
mod tests;

use std::io::BufRead;

use crate::load::input::position::Nesting;
use crate::load::input::record::MAX_RECORD;
use crate::load::input::scan::Scan;
use crate::load::input::token::{Fault, begins, next, peek, unexpected};
use crate::load::input::tracked::Tracked;

/// The longest name of a member of a page.
const MAX_NAME: usize = 1024;

/// The state of a reader of values.
pub(crate) struct Values {
    /// Whether the objects are pages with `Items`.
    pages: bool,
    pub(crate) nesting: Nesting,
    /// Whether the last page says that the scan continues after it.
    pub(crate) has_more: bool,
    /// The scan of a value that is too long; its rest is still to be skipped.
    rest: Scan,
}

impl Values {
    pub(crate) fn new(pages: bool) -> Self {
        Self {
            pages,
            nesting: Nesting::default(),
            has_more: false,
            rest: Scan::default(),
        }
    }

    /// Goes to the next value, and returns whether there is one.
    pub(crate) fn find<R: BufRead>(&mut self, input: &mut Tracked<R>) -> Result<bool, Fault> {
        loop {
            if self.nesting != Nesting::Nothing && next(input, b']')? {
                return Ok(true);
            }
            let found = match std::mem::take(&mut self.nesting) {
                Nesting::List => false,
                Nesting::Items => self.find_items(input, false)?,
                Nesting::Nothing => match peek(input)? {
                    None => return Ok(false),
                    Some(b'[') => self.open(input, Nesting::List)?,
                    Some(b'{') if self.pages => {
                        input.consume(1)?;
                        self.find_items(input, true)?
                    }
                    Some(b'{') => true,
                    Some(0xef) if input.offset == 0 => skip_byte_order_mark(input)?,
                    _ => return Err(unexpected(input, "an object in {}")),
                },
            };
            if found {
                return Ok(true);
            }
        }
    }

    /// Enters a list, and returns whether it has an element.
    fn open<R: BufRead>(
        &mut self,
        input: &mut Tracked<R>,
        nesting: Nesting,
    ) -> Result<bool, Fault> {
        input.consume(1)?;
        if peek(input)? == Some(b']') {
            input.consume(1)?;
            return Ok(false);
        }
        self.nesting = nesting;
        begins(input)
    }

    /// Goes to the first of the `Items` of a page, and returns whether there is one.
    fn find_items<R: BufRead>(
        &mut self,
        input: &mut Tracked<R>,
        is_first: bool,
    ) -> Result<bool, Fault> {
        let mut has_items = !is_first;
        self.has_more &= !is_first;
        let mut goes_on = if is_first {
            peek(input)? != Some(b'}')
        } else {
            next(input, b'}')?
        };
        while goes_on {
            if peek(input)? != Some(b'"') {
                return Err(unexpected(input, "a string in quotes"));
            }
            let mut name = Vec::new();
            Scan::default().take(input, &mut name, MAX_NAME)?;
            if peek(input)? != Some(b':') {
                return Err(unexpected(input, "a colon"));
            }
            input.consume(1)?;
            begins(input)?;
            let start = peek(input)?;
            let says_more = matches!(&*name, b"\"LastEvaluatedKey\"" | b"\"NextToken\"");
            self.has_more |= says_more && start != Some(b'n');
            if name != b"\"Items\"" || start != Some(b'[') {
                Scan::default().skip(input)?;
            } else if self.open(input, Nesting::Items)? {
                return Ok(true);
            } else {
                has_items = true;
            }
            goes_on = next(input, b'}')?;
        }
        if has_items {
            return Ok(false);
        }
        let reason = "an object has no Items, so it is not a page of a scan or a query";
        Err(Fault::Broken(reason.to_owned()))
    }

    /// Takes the value that begins here, and returns whether that is all of it.
    pub(crate) fn take<R: BufRead>(
        &mut self,
        input: &mut Tracked<R>,
        value: &mut Vec<u8>,
    ) -> Result<bool, Fault> {
        self.rest = Scan::default();
        self.rest.take(input, value, MAX_RECORD)
    }

    /// Skips the rest of a value that is too long.
    pub(crate) fn skip_rest<R: BufRead>(&mut self, input: &mut Tracked<R>) -> Result<(), Fault> {
        std::mem::take(&mut self.rest).skip(input)
    }
}

/// Skips a byte order mark; it is not a value.
fn skip_byte_order_mark<R: BufRead>(input: &mut Tracked<R>) -> Result<bool, Fault> {
    for _ in "\u{feff}".bytes() {
        input.fill()?;
        input.consume(1)?;
    }
    Ok(false)
}
