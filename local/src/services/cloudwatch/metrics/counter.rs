//! Counters for what happens often: a request costs a few atomic additions, and the clock of
//! CloudWatch takes the counts out.

use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use super::bucket::Bucket;

/// Counts events.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// The count since the last call.
    pub(crate) fn take(&self) -> f64 {
        float(self.0.swap(0, Ordering::Relaxed))
    }
}

/// Counts what is there now, such as open connections.
#[derive(Debug, Default)]
pub(crate) struct Gauge(AtomicI64);

impl Gauge {
    pub(crate) fn change(&self, by: i64) {
        self.0.fetch_add(by, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> f64 {
        float(self.0.load(Ordering::Relaxed).unsigned_abs())
    }
}

/// How many classes of durations a timer has: four between one microsecond and the double of it, and
/// so on up to four minutes.
const CLASSES: usize = 112;

/// Counts durations in classes, which is enough for percentiles.
#[derive(Debug)]
pub(crate) struct Timer {
    classes: [AtomicU32; CLASSES],
    microseconds: AtomicU64,
}

impl Default for Timer {
    fn default() -> Self {
        Self {
            classes: [const { AtomicU32::new(0) }; CLASSES],
            microseconds: AtomicU64::new(0),
        }
    }
}

impl Timer {
    pub(crate) fn record(&self, duration: Duration) {
        let microseconds = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        self.classes[class(microseconds)].fetch_add(1, Ordering::Relaxed);
        self.microseconds.fetch_add(microseconds, Ordering::Relaxed);
    }

    /// The durations in seconds since the last call.
    pub(crate) fn take(&self) -> Bucket {
        let classes = self.classes.iter().enumerate();
        let counts = classes.map(|(class, count)| {
            let count = f64::from(count.swap(0, Ordering::Relaxed));
            (middle(class), count)
        });
        let values = counts.filter(|(_, count)| *count > 0.0).collect();
        let sum = float(self.microseconds.swap(0, Ordering::Relaxed)) / 1e6;
        Bucket::measured(values, sum)
    }
}

fn class(microseconds: u64) -> usize {
    let octave = microseconds.max(1).ilog2();
    let within = (microseconds >> octave.saturating_sub(2)) & 3;
    let within = if octave < 2 { 0 } else { within };
    let class = u64::from(octave) * 4 + within;
    usize::try_from(class).map_or(CLASSES - 1, |class| class.min(CLASSES - 1))
}

/// The seconds in the middle of a class.
fn middle(class: usize) -> f64 {
    let octave = u32::try_from(class / 4).unwrap_or(0);
    let quarter = u32::try_from(class % 4).unwrap_or(0);
    2f64.powf(f64::from(octave)) * (1.0 + (f64::from(quarter) + 0.5) / 4.0) / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "a count is below 2^52")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::cloudwatch::metrics::Statistic;

    #[test]
    fn a_counter_starts_again_when_its_count_is_taken() {
        let counter = Counter::default();
        counter.add(2);
        counter.add(3);
        assert!((counter.take() - 5.0).abs() < f64::EPSILON);
        assert!(counter.take().abs() < f64::EPSILON);
    }

    #[test]
    fn a_timer_knows_the_average_exactly_and_percentiles_within_an_eighth() {
        let timer = Timer::default();
        for milliseconds in 1..=1000 {
            timer.record(Duration::from_millis(milliseconds));
        }
        let bucket = timer.take();
        let of = |name| bucket.statistic(&Statistic::named(name).unwrap()).unwrap();
        assert!((of("Average") - 0.5005).abs() < 1e-9);
        for (name, expected) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("Maximum", 1.0)] {
            let error = (of(name) - expected).abs() / expected;
            assert!(error < 0.13, "{name} {}", of(name));
        }
        assert!(timer.take().count.abs() < f64::EPSILON);
        timer.record(Duration::from_secs(100_000));
        timer.record(Duration::ZERO);
        assert!((timer.take().count - 2.0).abs() < f64::EPSILON);
    }
}
