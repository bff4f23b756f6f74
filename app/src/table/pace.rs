use std::time::Duration;

/// How many bytes must come while the app waits for the time limit of a call. A response with fewer
/// bytes must have ended by then.
const LEAST: usize = 16 * 1024;

/// How fast a response arrives. Only the time in which the app waits for it counts: its readers may be
/// slower.
#[derive(Debug)]
pub(super) struct Pace {
    limit: Duration,
    waited: Duration,
    came: usize,
}

impl Pace {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            limit,
            waited: Duration::ZERO,
            came: 0,
        }
    }

    /// How long to wait for more bytes.
    pub(super) fn left(&self) -> Duration {
        self.limit.saturating_sub(self.waited)
    }

    /// These bytes came after this time. Returns whether so many have come that the time starts again.
    pub(super) fn came(&mut self, bytes: usize, after: Duration) -> bool {
        self.waited += after;
        self.came += bytes;
        let is_enough = self.came >= LEAST;
        if is_enough {
            *self = Self::new(self.limit);
        }
        is_enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_do_not_prolong_the_time_but_a_stream_does() {
        let second = Duration::from_secs(1);
        let mut pace = Pace::new(second * 6);
        for _ in 0..5 {
            assert!(!pace.came(1, second));
        }
        assert_eq!(pace.left(), second);
        assert!(pace.came(LEAST, second / 2));
        assert_eq!(pace.left(), second * 6);
        assert!(!pace.came(1, second * 7));
        assert_eq!(pace.left(), Duration::ZERO);
    }
}
