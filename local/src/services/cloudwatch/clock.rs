//! How long a minute of a metric or an alarm lasts on this machine.
//!
//! At pace 1 it lasts a minute, as on AWS. At a lower pace it is shorter, but at least a second:
//! an alarm of three periods of a minute is decided after three seconds. A period is always a whole
//! number of seconds.

use crate::account::Pace;

/// The shortest minute, as a share of a real one.
const SHORTEST: f64 = 1.0 / 60.0;

/// The clock of metrics and alarms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Clock(f64);

impl Clock {
    pub(crate) fn new(pace: Pace) -> Self {
        let minute = pace.shrink(std::time::Duration::from_mins(1));
        Self((minute.as_secs_f64() / 60.0).clamp(SHORTEST, 1.0))
    }

    /// The seconds on this machine that a period of `seconds` on AWS lasts.
    pub(crate) fn shrink(self, seconds: i64) -> i64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "a period has at most seven digits"
        )]
        let shrunk = (seconds as f64 * self.0).round() as i64;
        shrunk.max(1)
    }

    /// How many times longer a minute on AWS is than its minute here.
    pub(crate) fn stretch(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a minute has two digits")]
        let minute = self.shrink(60) as f64;
        60.0 / minute
    }

    /// How many seconds ago on this machine something happened that is `seconds` old by its own time.
    pub(crate) fn age(self, seconds: f64) -> f64 {
        seconds * self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_lasts_between_a_second_and_a_minute() {
        let rows = [
            (0.0, 60, 1),
            (0.002, 60, 1),
            (0.002, 300, 5),
            (0.002, 10, 1),
            (0.1, 60, 6),
            (1.0, 60, 60),
            (1.0, 10, 10),
            (5.0, 60, 60),
        ];
        for (pace, period, expected) in rows {
            let clock = Clock::new(Pace::new(pace));
            assert_eq!(clock.shrink(period), expected, "{pace} {period}");
        }
    }
}
