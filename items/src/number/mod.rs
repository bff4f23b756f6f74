//! Numbers as `DynamoDB` has them: up to 38 digits, between 1E-130 and 9.9…E+125. No float can hold
//! them.

mod parse;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

/// How many digits a number can have, without the zeros at either end.
const MAX_DIGITS: u8 = 38;

/// An exact number: two that are equal are the same number, however they were written.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Number {
    is_negative: bool,
    /// The power of ten of the first digit.
    power: i16,
    /// All 38 digits, from the first that is not 0. Only the number 0 has 0 here.
    digits: u128,
}

impl Number {
    /// About how many bytes the number counts for in the size of an item.
    ///
    /// `DynamoDB` documents one byte for two digits and one more, without the zeros at either end.
    #[must_use]
    pub fn size(&self) -> usize {
        let digits = if self.digits == 0 {
            0
        } else {
            self.significant().len()
        };
        digits.div_ceil(2) + 1 + usize::from(self.is_negative)
    }

    /// The digits without the zeros at their end.
    fn significant(&self) -> String {
        let mut digits = self.digits.to_string();
        digits.truncate(digits.trim_end_matches('0').len().max(1));
        digits
    }

    /// Compares the numbers without their signs.
    fn cmp_size(&self, other: &Self) -> Ordering {
        match (self.digits, other.digits) {
            // The power of zero says nothing about its size.
            (0, _) | (_, 0) => self.digits.cmp(&other.digits),
            _ => (self.power, self.digits).cmp(&(other.power, other.digits)),
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, false) => self.cmp_size(other),
            (true, true) => other.cmp_size(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The one text of this number, as `-1.5e3`, which is read again as the same number.
impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let digits = self.significant();
        let (first, rest) = digits.split_at(1);
        let sign = if self.is_negative { "-" } else { "" };
        let point = if rest.is_empty() { "" } else { "." };
        write!(f, "{sign}{first}{point}{rest}")?;
        match self.power {
            0 => Ok(()),
            power => write!(f, "e{power}"),
        }
    }
}
