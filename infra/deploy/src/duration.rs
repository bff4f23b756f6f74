//! Durations as people write and read them.

use std::time::Duration;

/// Parses a duration such as `90s`, `15m`, `2h` or `1h30m`.
pub fn parse(text: &str) -> Result<Duration, String> {
    let wrong =
        || "a duration is a number with a unit, for example 90s, 15m, 2h or 1h30m".to_owned();
    let mut seconds = 0_u64;
    let mut number = None;
    for letter in text.chars() {
        if let Some(digit) = letter.to_digit(10) {
            let digits = number.unwrap_or(0_u64).checked_mul(10);
            number = digits.and_then(|n| n.checked_add(digit.into()));
            number.ok_or_else(wrong)?;
            continue;
        }
        let unit = match letter {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return Err(wrong()),
        };
        let part = number.take().and_then(|number| number.checked_mul(unit));
        seconds = part
            .and_then(|part| seconds.checked_add(part))
            .ok_or_else(wrong)?;
    }
    // No operation takes a year, and a year added to the clock does not overflow.
    if number.is_some() || !(1..=31_536_000).contains(&seconds) {
        return Err(wrong());
    }
    Ok(Duration::from_secs(seconds))
}

/// Formats seconds for people: `12s`, `2m 05s`, `1h 30m`.
#[must_use]
pub fn words(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, 0) => format!("{minutes}m"),
        (0, minutes, seconds) => format!("{minutes}m {seconds:02}s"),
        (hours, 0, _) => format!("{hours}h"),
        (hours, minutes, _) => format!("{hours}h {minutes:02}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_unit() {
        for (text, seconds) in [("90s", 90), ("15m", 900), ("2h", 7200), ("1h30m", 5400)] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "0s",
            "90",
            "m",
            "-5m",
            "5 m",
            "9d",
            "99999999999999999999s",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&format!("{}h", u64::MAX)).is_err());
    }

    #[test]
    fn seconds_are_formatted_for_people() {
        let said: Vec<_> = [0, 59, 60, 65, 3600, 5405].map(words).into();
        assert_eq!(said, ["0s", "59s", "1m", "1m 05s", "1h", "1h 30m"]);
    }
}
