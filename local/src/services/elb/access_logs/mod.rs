//! Access logs: every request of a load balancer becomes a line, and the lines become files in a bucket
//! of S3.

mod accounts;
mod delivery;
mod line;

use std::collections::BTreeMap;
use std::mem::take;
use std::sync::{Mutex, PoisonError};

pub(super) use self::accounts::account_of;
pub(crate) use self::delivery::{deliver, deliver_forever};
pub(super) use self::delivery::{test_key, write_test_file};
pub(super) use self::line::{Line, Matched, Passed};
use super::attributes::{Attribute, LOAD_BALANCER};

/// Who writes to the bucket.
pub(super) const SERVICE: &str = "logdelivery.elasticloadbalancing.amazonaws.com";

/// Where the lines of a load balancer go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Destination {
    /// The ARN.
    pub(super) load_balancer: String,
    pub(super) bucket: String,
    pub(super) prefix: String,
}

impl Destination {
    /// The destination that the attributes of a load balancer name, if its access logs are on.
    pub(super) fn of(load_balancer: &str, given: &[Attribute]) -> Option<Self> {
        let text = |key| LOAD_BALANCER.value(given, key).to_owned();
        (text("access_logs.s3.enabled") == "true").then(|| Self {
            load_balancer: load_balancer.to_owned(),
            bucket: text("access_logs.s3.bucket"),
            prefix: text("access_logs.s3.prefix"),
        })
    }

    /// Such as `app/web/50dc6c495c0c9188`.
    pub(super) fn name(&self) -> &str {
        let name = self.load_balancer.split_once(":loadbalancer/");
        name.map_or(self.load_balancer.as_str(), |(_, name)| name)
    }
}

/// The lines that are not in their bucket yet.
#[derive(Default)]
pub(super) struct Pending(Mutex<BTreeMap<Destination, Lines>>);

#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Lines {
    text: String,
    /// How many lines were left out, because the text was too long.
    dropped: u64,
}

/// How much text waits for the next delivery. AWS, too, delivers the logs as well as it can.
const LARGEST: usize = 64 * 1024 * 1024;

impl Pending {
    pub(super) fn add(&self, destination: &Destination, line: &Line) {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !pending.contains_key(destination) {
            pending.insert(destination.clone(), Lines::default());
        }
        let Some(lines) = pending.get_mut(destination) else {
            return;
        };
        if lines.text.len() > LARGEST {
            lines.dropped += 1;
        } else {
            lines.text.push_str(&line.to_string());
            lines.text.push('\n');
        }
    }

    fn take(&self) -> BTreeMap<Destination, Lines> {
        take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_enabled_logs_have_a_destination() {
        let one = |key: &str, value: &str| Attribute {
            key: key.into(),
            value: value.into(),
        };
        let arn =
            "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc";
        let mut given = vec![one("access_logs.s3.bucket", "logs")];
        assert_eq!(Destination::of(arn, &given), None);
        given.push(one("access_logs.s3.enabled", "true"));
        let destination = Destination::of(arn, &given).expect("a destination");
        assert_eq!(destination.bucket, "logs");
        assert_eq!(destination.prefix, "");
        assert_eq!(destination.name(), "app/web/50dc");
    }
}
