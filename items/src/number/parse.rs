use std::ops::RangeInclusive;

use super::{MAX_DIGITS, Number};

/// The powers of ten that the first digit can have.
const POWERS: RangeInclusive<i64> = -130..=125;

const ZERO: Number = Number {
    is_negative: false,
    power: 0,
    digits: 0,
};

impl Number {
    /// Reads a number; `None` if the text is not one, or one that `DynamoDB` refuses.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (is_negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, power.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits = whole.bytes().chain(fraction.bytes()).peekable();
        digits.peek()?;
        if !digits.clone().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let zeros = digits.clone().take_while(|&digit| digit == b'0').count();
        let digits = significant(digits.skip(zeros))?;
        if digits == 0 {
            return Some(ZERO);
        }
        let first = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()? - 1;
        let power = first + i64::from(power);
        POWERS.contains(&power).then_some(Self {
            is_negative,
            power: i16::try_from(power).ok()?,
            digits,
        })
    }
}

/// All 38 digits as one number; `None` if there are more that are not 0.
fn significant(digits: impl Iterator<Item = u8>) -> Option<u128> {
    let (mut all, mut free) = (0, MAX_DIGITS);
    for digit in digits {
        if free > 0 {
            all = all * 10 + u128::from(digit - b'0');
            free -= 1;
        } else if digit != b'0' {
            return None;
        }
    }
    Some(all * 10_u128.pow(free.into()))
}
