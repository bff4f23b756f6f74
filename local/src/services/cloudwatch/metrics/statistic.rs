//! Statistics: the five simple ones, percentiles, and means without the outliers.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html>.

use super::bucket::Bucket;

/// A statistic of a bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Statistic {
    SampleCount,
    Sum,
    Average,
    Minimum,
    Maximum,
    /// `p99.9`
    Percentile(f64),
    /// `tm(10%:90%)`: the mean of the values between two percentiles.
    TrimmedMean(f64, f64),
    /// `iqm`: the mean of the middle half.
    InterquartileMean,
}

impl Statistic {
    /// The statistic of this name; `None` for a name that AWS does not have, or that is not done here.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "SampleCount" => Self::SampleCount,
            "Sum" => Self::Sum,
            "Average" => Self::Average,
            "Minimum" => Self::Minimum,
            "Maximum" => Self::Maximum,
            _ => return Self::extended(name),
        })
    }

    fn extended(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        if name == "iqm" {
            return Some(Self::InterquartileMean);
        }
        let percent = |text: &str| {
            let number: f64 = text.parse().ok()?;
            (0.0..=100.0).contains(&number).then_some(number)
        };
        if let Some(range) = name.strip_prefix("tm") {
            if let Some(upper) = percent(range) {
                return Some(Self::TrimmedMean(0.0, upper));
            }
            let (lower, upper) = range
                .strip_prefix('(')?
                .strip_suffix(')')?
                .split_once(':')?;
            let bound = |text: &str, open: f64| match text {
                "" => Some(open),
                text => percent(text.strip_suffix('%')?),
            };
            return Some(Self::TrimmedMean(bound(lower, 0.0)?, bound(upper, 100.0)?));
        }
        name.strip_prefix('p')
            .and_then(percent)
            .map(Self::Percentile)
    }

    pub(super) fn of(self, bucket: &Bucket) -> Option<f64> {
        if bucket.count == 0.0 {
            return None;
        }
        match self {
            Self::SampleCount => Some(bucket.count),
            Self::Sum => Some(bucket.sum),
            Self::Average => Some(bucket.sum / bucket.count),
            Self::Minimum => Some(bucket.min),
            Self::Maximum => Some(bucket.max),
            Self::Percentile(percent) => percentile(bucket, percent),
            Self::TrimmedMean(lower, upper) => trimmed(bucket, lower, upper),
            Self::InterquartileMean => trimmed(bucket, 25.0, 75.0),
        }
    }
}

fn percentile(bucket: &Bucket, percent: f64) -> Option<f64> {
    let values = bucket.values()?;
    let rank = bucket.count * percent / 100.0;
    let mut seen = 0.0;
    let found = values.iter().find(|(_, count)| {
        seen += count;
        seen >= rank
    });
    found.or(values.last()).map(|(value, _)| *value)
}

fn trimmed(bucket: &Bucket, lower: f64, upper: f64) -> Option<f64> {
    let (first, last) = (bucket.count * lower / 100.0, bucket.count * upper / 100.0);
    let (mut seen, mut sum, mut taken) = (0.0_f64, 0.0, 0.0);
    for (value, count) in bucket.values()? {
        let within = (seen + count).min(last) - seen.max(first);
        if within > 0.0 {
            sum += value * within;
            taken += within;
        }
        seen += count;
    }
    (taken > 0.0).then(|| sum / taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_has_its_statistics() {
        let mut bucket = Bucket::default();
        for value in 1..=10 {
            bucket.add(&Bucket::of(f64::from(value), 1.0));
        }
        let rows = [
            ("SampleCount", Some(10.0)),
            ("Sum", Some(55.0)),
            ("Average", Some(5.5)),
            ("Minimum", Some(1.0)),
            ("Maximum", Some(10.0)),
            ("p50", Some(5.0)),
            ("p90", Some(9.0)),
            ("p100", Some(10.0)),
            ("p0", Some(1.0)),
            ("tm90", Some(5.0)),
            ("TM(10%:90%)", Some(5.5)),
            ("tm(:50%)", Some(3.0)),
        ];
        for (name, expected) in rows {
            let statistic = Statistic::named(name).unwrap();
            assert_eq!(bucket.statistic(&statistic), expected, "{name}");
        }
        for unknown in ["p101", "p", "average", "tm(1:2)", "x"] {
            assert_eq!(Statistic::named(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_statistic_set_has_no_percentiles_unless_all_values_are_equal() {
        let p50 = Statistic::Percentile(50.0);
        let mut set = Bucket::set(2.0, 3.0, 1.0, 2.0);
        assert_eq!(set.statistic(&p50), None);
        assert_eq!(Bucket::set(2.0, 2.0, 1.0, 1.0).statistic(&p50), Some(1.0));
        set.add(&Bucket::of(9.0, 1.0));
        assert_eq!(set.statistic(&Statistic::Average), Some(4.0));
        assert_eq!(set.statistic(&p50), None);
    }
}
