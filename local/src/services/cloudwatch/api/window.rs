//! A range of time, divided into periods.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::invalid;
use crate::aws::{AwsError, epoch_seconds};

/// A time in seconds since 1970, as a number or as text.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Time(pub(super) f64);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let text = value.as_str().map(epoch_seconds);
        let seconds = value.as_f64().or(text.filter(|seconds| *seconds != 0.0));
        seconds
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom(format!("{value} is not a time")))
    }
}

impl Time {
    /// The whole seconds.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the value is clamped before"
    )]
    pub(super) fn seconds(self) -> i64 {
        self.0.clamp(-1e11, 1e11).floor() as i64
    }
}

/// A range of time.
pub(super) struct Window {
    /// The beginning of the first period.
    pub(super) start: i64,
    end: i64,
}

impl Window {
    /// The range from `start`, without `end`. It begins with a whole period.
    ///
    /// # Errors
    /// The range is empty.
    pub(super) fn new(start: Time, end: Time, period: i64) -> Result<Self, AwsError> {
        if start.0 >= end.0 {
            return Err(invalid(
                "The parameter StartTime must be less than the parameter EndTime.",
            ));
        }
        Ok(Self {
            start: start.seconds().div_euclid(period) * period,
            end: end.seconds(),
        })
    }

    /// How many periods begin in it.
    pub(super) fn periods(&self, period: i64) -> usize {
        let length = self.end.saturating_sub(self.start).max(1);
        let count = length / period + i64::from(length % period > 0);
        usize::try_from(count).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_as_many_periods_as_it_needs() {
        let rows = [
            (0.0, 60.0, 60, 1),
            (0.0, 61.0, 60, 2),
            (30.0, 120.0, 60, 2),
            (-1.0, 1.0, i64::MAX, 1),
            (-1e300, 1e300, i64::MAX, 1),
            (-1e300, 1e300, 1, 200_000_000_000),
        ];
        for (start, end, period, expected) in rows {
            let window = Window::new(Time(start), Time(end), period).unwrap();
            assert_eq!(window.periods(period), expected, "{start} {end} {period}");
        }
    }
}
