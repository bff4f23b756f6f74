//! The values of a metric within some time, and their statistics.

use super::statistic::Statistic;

/// How many different values a bucket keeps for percentiles.
const KEPT: usize = 500;

/// Values, added up. Percentiles need the values themselves.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Bucket {
    pub(crate) count: f64,
    pub(crate) sum: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// Each different value with its count, in order; `None` if they are not known: a statistic set
    /// has none.
    values: Option<Vec<(f64, f64)>>,
}

impl Bucket {
    /// `count` times the same value.
    pub(crate) fn of(value: f64, count: f64) -> Self {
        Self {
            count,
            sum: value * count,
            min: value,
            max: value,
            values: Some(vec![(value, count)]),
        }
    }

    /// A statistic set.
    pub(crate) fn set(count: f64, sum: f64, min: f64, max: f64) -> Self {
        #[expect(clippy::float_cmp, reason = "only then the value is known")]
        let values = (min == max).then(|| vec![(min, count)]);
        Self {
            count,
            sum,
            min,
            max,
            values,
        }
    }

    /// Values with their counts, in order, and their exact sum.
    pub(crate) fn measured(values: Vec<(f64, f64)>, sum: f64) -> Self {
        Self {
            count: values.iter().map(|(_, count)| count).sum(),
            sum,
            min: values.first().map_or(0.0, |(value, _)| *value),
            max: values.last().map_or(0.0, |(value, _)| *value),
            values: Some(values),
        }
    }

    /// Adds the values of another bucket.
    pub(crate) fn add(&mut self, other: &Self) {
        if self.count == 0.0 {
            *self = other.clone();
            return;
        }
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.values = match (self.values.take(), &other.values) {
            (Some(own), Some(others)) => merged(own, others),
            _ => None,
        };
    }

    /// The values, if they are known.
    pub(crate) fn values(&self) -> Option<&[(f64, f64)]> {
        self.values.as_deref()
    }

    /// A statistic of the values; `None` for a percentile of values that are not known.
    pub(crate) fn statistic(&self, statistic: &Statistic) -> Option<f64> {
        statistic.of(self)
    }
}

fn merged(mut own: Vec<(f64, f64)>, others: &[(f64, f64)]) -> Option<Vec<(f64, f64)>> {
    for (value, count) in others {
        match own.binary_search_by(|(known, _)| known.total_cmp(value)) {
            Ok(at) => own[at].1 += count,
            Err(at) => own.insert(at, (*value, *count)),
        }
    }
    (own.len() <= KEPT).then_some(own)
}
