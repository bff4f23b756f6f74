//! The metrics: their values are in memory only, and only some time of them is kept.

mod bucket;
mod counter;
mod series;
mod statistic;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use self::bucket::Bucket;
pub(crate) use self::counter::{Counter, Gauge, Timer};
use self::series::Series;
pub(crate) use self::statistic::Statistic;

/// How many metrics are kept. The one without values for the longest time goes first.
const MOST: usize = 2000;

/// The name of a metric.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Metric {
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// In the order of their names.
    pub(crate) dimensions: Vec<(String, String)>,
}

impl Metric {
    pub(crate) fn new(namespace: &str, name: &str, dimensions: &[(&str, &str)]) -> Self {
        let dimensions = dimensions.iter();
        let mut dimensions: Vec<_> = dimensions
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        dimensions.sort();
        Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            dimensions,
        }
    }
}

/// When values were measured, and where they count for alarms; in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) time: i64,
    pub(crate) arrival: i64,
}

/// What the metrics of a service that are measured together have in common.
pub(crate) struct Reading<'a> {
    pub(crate) namespace: &'a str,
    /// The sets of dimensions under which AWS shows them.
    pub(crate) dimensions: &'a [&'a [(&'a str, &'a str)]],
    /// The second of the measurement.
    pub(crate) now: i64,
    /// How many times longer a minute of AWS lasts than the time that was counted.
    pub(crate) stretch: f64,
}

/// All metrics with their values.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Mutex<BTreeMap<Metric, BTreeMap<&'static str, Series>>>);

/// The units that AWS has.
pub(crate) const UNITS: [&str; 27] = [
    "None",
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
];

/// The unit of this name; `None` for one that AWS does not have.
pub(crate) fn unit(name: &str) -> Option<&'static str> {
    UNITS.into_iter().find(|known| *known == name)
}

impl Metrics {
    /// Adds values to a metric.
    pub(crate) fn put(&self, metric: &Metric, unit: &'static str, moment: Moment, values: &Bucket) {
        self.add(metric, unit, moment, values, values);
    }

    /// Adds values that AWS measures itself once a minute, such as a share of the CPU.
    pub(crate) fn measure(
        &self,
        reading: &Reading<'_>,
        name: &str,
        unit: &'static str,
        values: &Bucket,
    ) {
        self.record(reading, name, unit, values, values);
    }

    /// Adds a number of events since the last minute. For alarms, it is the number that a whole
    /// minute has at this load.
    pub(crate) fn count(&self, reading: &Reading<'_>, name: &str, unit: &'static str, events: f64) {
        let for_alarms = Bucket::of(events * reading.stretch, 1.0);
        self.record(reading, name, unit, &Bucket::of(events, 1.0), &for_alarms);
    }

    fn record(
        &self,
        reading: &Reading<'_>,
        name: &str,
        unit: &'static str,
        values: &Bucket,
        for_alarms: &Bucket,
    ) {
        let moment = Moment {
            time: reading.now,
            arrival: reading.now,
        };
        for dimensions in reading.dimensions {
            let metric = Metric::new(reading.namespace, name, dimensions);
            self.add(&metric, unit, moment, values, for_alarms);
        }
    }

    fn add(
        &self,
        metric: &Metric,
        unit: &'static str,
        moment: Moment,
        values: &Bucket,
        for_alarms: &Bucket,
    ) {
        if values.count <= 0.0 {
            return;
        }
        let mut all = self.lock();
        if !all.contains_key(metric) && all.len() >= MOST {
            let newest = |units: &BTreeMap<&str, Series>| units.values().map(Series::newest).max();
            let oldest = all.iter().min_by_key(|(_, units)| newest(units));
            let oldest = oldest.map(|(metric, _)| metric.clone());
            oldest.map(|oldest| all.remove(&oldest));
        }
        let units = all.entry(metric.clone()).or_default();
        let series = units.entry(unit).or_default();
        series.add(moment.time, values);
        series.add_arrived(moment.arrival, for_alarms);
    }

    /// The values of a metric in some unit, or in all, from the second `from`, without `to`, and the
    /// unit that they have.
    pub(crate) fn within(
        &self,
        metric: &Metric,
        unit: Option<&str>,
        from: i64,
        to: i64,
    ) -> (Bucket, &'static str) {
        self.sum(metric, unit, |series| series.within(from, to))
    }

    /// The values of a metric in each of `count` periods of `length` seconds, the first from `from`.
    pub(crate) fn periods(
        &self,
        metric: &Metric,
        unit: Option<&str>,
        (from, length): (i64, i64),
        count: usize,
    ) -> Vec<Bucket> {
        let mut periods = vec![Bucket::default(); count];
        for (known, series) in self.lock().get(metric).into_iter().flatten() {
            if unit.is_none_or(|unit| unit == *known) {
                series.spread(&mut periods, from, length);
            }
        }
        periods
    }

    /// The same by the clock of the alarms.
    pub(crate) fn arrived(
        &self,
        metric: &Metric,
        unit: Option<&str>,
        from: i64,
        to: i64,
    ) -> Bucket {
        self.sum(metric, unit, |series| series.arrived(from, to)).0
    }

    fn sum(
        &self,
        metric: &Metric,
        unit: Option<&str>,
        of: impl Fn(&Series) -> Bucket,
    ) -> (Bucket, &'static str) {
        let all = self.lock();
        let mut values = (Bucket::default(), "None");
        for (known, series) in all.get(metric).into_iter().flatten() {
            let part = of(series);
            if unit.is_none_or(|unit| unit == *known) && part.count > 0.0 {
                values.0.add(&part);
                values.1 = known;
            }
        }
        values
    }

    /// The metrics that `wanted` accepts, each with the time of its newest values.
    pub(crate) fn list(&self, wanted: impl Fn(&Metric) -> bool) -> Vec<(Metric, i64)> {
        let all = self.lock();
        let wanted = all.iter().filter(|(metric, _)| wanted(metric));
        wanted
            .map(|(metric, units)| {
                let newest = units.values().map(Series::newest).max();
                (metric.clone(), newest.unwrap_or(0))
            })
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Metric, BTreeMap<&'static str, Series>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_kept_by_name_dimensions_and_unit() {
        let metrics = Metrics::default();
        let metric = Metric::new("Mine", "Size", &[("B", "2"), ("A", "1")]);
        let same = Metric::new("Mine", "Size", &[("A", "1"), ("B", "2")]);
        let at = |time| Moment {
            time,
            arrival: time,
        };
        metrics.put(&metric, "Bytes", at(60), &Bucket::of(4.0, 1.0));
        metrics.put(&same, "Count", at(61), &Bucket::of(8.0, 1.0));
        let sum = |unit| metrics.within(&metric, unit, 60, 120).0.sum;
        assert!((sum(None) - 12.0).abs() < f64::EPSILON);
        assert!((sum(Some("Bytes")) - 4.0).abs() < f64::EPSILON);
        assert!((metrics.within(&Metric::default(), None, 0, 120).0.count).abs() < f64::EPSILON);
        assert_eq!(metrics.list(|_| true).len(), 1);
    }
}
