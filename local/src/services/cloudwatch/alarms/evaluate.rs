//! Decides the state of an alarm from its last datapoints.
//!
//! Source: "Configuring how CloudWatch alarms treat missing data",
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html>.

use super::state::StateValue;

/// How many more datapoints than its evaluation periods an alarm looks at.
pub(super) const MORE: i64 = 2;

/// A datapoint of an alarm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Datapoint {
    /// When its period begins, in seconds since 1970.
    pub(crate) time: i64,
    pub(crate) value: f64,
    /// The threshold at that time.
    pub(crate) threshold: f64,
    pub(crate) count: f64,
}

/// What an alarm decides by.
#[derive(Debug, Clone)]
pub(crate) struct Judge<'a> {
    pub(crate) periods: usize,
    pub(crate) needed: usize,
    pub(crate) operator: &'a str,
    pub(crate) missing: &'a str,
}

/// The result of an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    /// `None` keeps the state.
    pub(crate) state: Option<StateValue>,
    /// The datapoints that decided, the newest first.
    pub(crate) decided_by: Vec<Datapoint>,
    /// How many missing datapoints were filled in.
    pub(crate) filled: usize,
}

impl Judge<'_> {
    /// Whether a datapoint breaches the threshold.
    pub(crate) fn breaches(&self, one: &Datapoint) -> bool {
        match self.operator {
            "GreaterThanOrEqualToThreshold" => one.value >= one.threshold,
            "GreaterThanThreshold" => one.value > one.threshold,
            "LessThanThreshold" => one.value < one.threshold,
            _ => one.value <= one.threshold,
        }
    }

    /// Decides by the datapoints of the evaluation range, the newest first.
    pub(crate) fn decide(&self, range: &[Option<Datapoint>]) -> Verdict {
        let known = range.iter().flatten().take(self.periods).copied();
        let known: Vec<Datapoint> = known.collect();
        let filled = self.periods - known.len();
        let breaching = known.iter().filter(|one| self.breaches(one)).count();
        let state = match (known.len(), self.missing) {
            _ if breaching >= self.needed => Some(StateValue::Alarm),
            (_, "breaching") if breaching + filled >= self.needed => Some(StateValue::Alarm),
            (_, "breaching" | "notBreaching") => Some(StateValue::Ok),
            (0, "ignore") => None,
            (0, _) => Some(StateValue::InsufficientData),
            // All that is known breaches the threshold, and all else is missing.
            (all, missing) if filled > 0 && breaching == all => match missing {
                "ignore" => None,
                _ => Some(StateValue::Alarm),
            },
            _ => Some(StateValue::Ok),
        };
        Verdict {
            state,
            decided_by: known,
            filled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of AWS's tables, the oldest first: `X` breaches, `0` does not, `-` is missing.
    fn state(row: &str, needed: usize, missing: &str) -> &'static str {
        let judge = Judge {
            periods: 3,
            needed,
            operator: "GreaterThanThreshold",
            missing,
        };
        let range: Vec<_> = row
            .bytes()
            .rev()
            .map(|byte| {
                let value = match byte {
                    b'-' => return None,
                    b'X' => 2.0,
                    _ => 0.0,
                };
                Some(Datapoint {
                    time: 0,
                    value,
                    threshold: 1.0,
                    count: 1.0,
                })
            })
            .collect();
        judge.decide(&range).state.map_or("same", StateValue::name)
    }

    #[test]
    fn missing_data_is_treated_as_in_the_tables_of_aws() {
        let none = "INSUFFICIENT_DATA";
        let rows = [
            (3, "0-X-X", ["OK", "OK", "OK", "OK"]),
            (3, "----0", ["OK", "OK", "OK", "OK"]),
            (3, "-----", [none, "same", "ALARM", "OK"]),
            (3, "0XX-X", ["ALARM", "ALARM", "ALARM", "ALARM"]),
            (3, "--X--", ["ALARM", "same", "ALARM", "OK"]),
            (2, "0-X-X", ["ALARM", "ALARM", "ALARM", "ALARM"]),
            (2, "00X0X", ["ALARM", "ALARM", "ALARM", "ALARM"]),
            (2, "0-X--", ["OK", "OK", "ALARM", "OK"]),
            (2, "----0", ["OK", "OK", "ALARM", "OK"]),
            (2, "---X-", ["ALARM", "same", "ALARM", "OK"]),
        ];
        for (needed, row, expected) in rows {
            let treatments = ["missing", "ignore", "breaching", "notBreaching"];
            for (missing, expected) in treatments.into_iter().zip(expected) {
                assert_eq!(
                    state(row, needed, missing),
                    expected,
                    "{needed} {row} {missing}"
                );
            }
        }
    }

    #[test]
    fn each_operator_compares() {
        let rows = [
            ("GreaterThanThreshold", [false, false, true]),
            ("GreaterThanOrEqualToThreshold", [false, true, true]),
            ("LessThanThreshold", [true, false, false]),
            ("LessThanOrEqualToThreshold", [true, true, false]),
        ];
        for (operator, expected) in rows {
            let judge = Judge {
                periods: 1,
                needed: 1,
                operator,
                missing: "missing",
            };
            let breaches = [0.0, 1.0, 2.0].map(|value| {
                judge.breaches(&Datapoint {
                    time: 0,
                    value,
                    threshold: 1.0,
                    count: 1.0,
                })
            });
            assert_eq!(breaches, expected, "{operator}");
        }
    }
}
