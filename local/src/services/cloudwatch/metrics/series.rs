//! The values of one metric over time.

use std::collections::BTreeMap;

use super::bucket::Bucket;

/// How long the values of a metric are kept: three hours by second, and fifteen days by minute, as on
/// AWS.
const SECONDS: i64 = 3 * 60 * 60;
const MINUTES: i64 = 15 * 24 * 60 * 60;

/// How many seconds and minutes are kept at most: a metric with a value each second would fill the
/// memory.
const MOST_SECONDS: usize = 600;
const MOST_MINUTES: usize = 5000;

/// How many seconds are kept for alarms: the shortest day has 1440.
const FOR_ALARMS: usize = 1500;

/// The values by second, and by minute.
#[derive(Debug, Default)]
pub(super) struct Series {
    seconds: BTreeMap<i64, Bucket>,
    minutes: BTreeMap<i64, Bucket>,
    /// The values in the order of the alarms' clock: the second at which each came.
    arrived: BTreeMap<i64, Bucket>,
}

impl Series {
    /// Adds values of the second `time`.
    pub(super) fn add(&mut self, time: i64, values: &Bucket) {
        let minute = time.div_euclid(60) * 60;
        self.seconds.entry(time).or_default().add(values);
        self.minutes.entry(minute).or_default().add(values);
        trim(&mut self.seconds, SECONDS, MOST_SECONDS);
        trim(&mut self.minutes, MINUTES, MOST_MINUTES);
    }

    /// Adds values that count at the second `arrival` for alarms.
    pub(super) fn add_arrived(&mut self, arrival: i64, values: &Bucket) {
        self.arrived.entry(arrival).or_default().add(values);
        trim(&mut self.arrived, MINUTES, FOR_ALARMS);
    }

    /// The values of the seconds from `from`, without `to`.
    pub(super) fn within(&self, from: i64, to: i64) -> Bucket {
        let whole_minutes = from % 60 == 0 && to % 60 == 0;
        sum(
            if whole_minutes {
                &self.minutes
            } else {
                &self.seconds
            },
            from,
            to,
        )
    }

    /// Adds the values to those of `count` periods of `length` seconds, the first from `from`.
    pub(super) fn spread(&self, into: &mut [Bucket], from: i64, length: i64) {
        let whole_minutes = from % 60 == 0 && length % 60 == 0;
        let buckets = if whole_minutes {
            &self.minutes
        } else {
            &self.seconds
        };
        for (time, values) in buckets.range(from..) {
            let index = usize::try_from(time.saturating_sub(from) / length).unwrap_or(usize::MAX);
            match into.get_mut(index) {
                Some(period) => period.add(values),
                None => return,
            }
        }
    }

    /// The same by the alarms' clock.
    pub(super) fn arrived(&self, from: i64, to: i64) -> Bucket {
        sum(&self.arrived, from, to)
    }

    /// The time of the newest values.
    pub(super) fn newest(&self) -> i64 {
        let newest = |buckets: &BTreeMap<i64, Bucket>| buckets.keys().next_back().copied();
        newest(&self.minutes).unwrap_or(i64::MIN)
    }
}

fn sum(buckets: &BTreeMap<i64, Bucket>, from: i64, to: i64) -> Bucket {
    let mut all = Bucket::default();
    if from < to {
        buckets.range(from..to).for_each(|(_, one)| all.add(one));
    }
    all
}

/// Removes the oldest values: those older than `span` seconds, and those that are too many.
fn trim(buckets: &mut BTreeMap<i64, Bucket>, span: i64, most: usize) {
    while let (Some(oldest), Some(newest)) = (
        buckets.keys().next().copied(),
        buckets.keys().next_back().copied(),
    ) {
        if buckets.len() <= most && newest.saturating_sub(oldest) <= span {
            return;
        }
        buckets.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_second_and_by_minute_and_the_oldest_go() {
        let mut series = Series::default();
        for second in 0..200 {
            series.add(second, &Bucket::of(1.0, 1.0));
        }
        assert!((series.within(10, 20).count - 10.0).abs() < f64::EPSILON);
        assert!((series.within(60, 180).count - 120.0).abs() < f64::EPSILON);
        assert!((series.within(20, 10).count).abs() < f64::EPSILON);
        assert_eq!(series.newest(), 180);
        for second in (0..2_000_000).step_by(100) {
            series.add(second, &Bucket::of(1.0, 1.0));
        }
        assert!(series.seconds.len() <= 109);
        assert!(series.minutes.len() <= MOST_MINUTES);
        for second in 2_000_000..2_002_000 {
            series.add(second, &Bucket::of(1.0, 1.0));
            series.add_arrived(second, &Bucket::of(1.0, 1.0));
        }
        assert_eq!(series.seconds.len(), MOST_SECONDS);
        assert_eq!(series.arrived.len(), FOR_ALARMS);
    }
}
