//! What a load balancer counts, for CloudWatch. A request costs a few atomic additions.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;

use crate::services::cloudwatch::{Counter, Gauge, Timer};

/// The counts of a load balancer, or of a target group.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// The requests for which a target was chosen.
    pub(super) requests: Counter,
    pub(super) response_time: Timer,
    /// The responses of targets, by the first digit of their status.
    pub(super) of_targets: [Counter; 6],
    /// The responses of the load balancer itself: the same.
    pub(super) own: [Counter; 6],
    /// Those with 500, 502, 503 and 504.
    pub(super) own_errors: [Counter; 4],
    pub(super) redirects: Counter,
    pub(super) fixed_responses: Counter,
    pub(super) target_errors: Counter,
    /// Users who have logged in at an identity provider.
    pub(super) logins: Counter,
    pub(super) login_failures: Counter,
    pub(super) login_errors: Counter,
    pub(super) logins_too_large: Counter,
    pub(super) connections: Counter,
    pub(super) open_connections: Gauge,
}

/// The statuses that have a metric of their own.
pub(super) const ERRORS: [u16; 4] = [500, 502, 503, 504];

impl Counts {
    /// A target has answered.
    pub(super) fn answered(&self, status: StatusCode, after: Duration) {
        self.response_time.record(after);
        self.of_targets[class(status)].add(1);
    }

    /// The load balancer has answered itself.
    pub(super) fn answered_itself(&self, status: StatusCode) {
        self.own[class(status)].add(1);
        let error = ERRORS.iter().position(|error| *error == status.as_u16());
        if let Some(error) = error {
            self.own_errors[error].add(1);
        }
    }
}

fn class(status: StatusCode) -> usize {
    usize::from(status.as_u16() / 100).min(5)
}

/// A connection of a client, which counts until it is dropped.
pub(super) struct OpenConnection(Arc<Counts>);

impl OpenConnection {
    pub(super) fn of(counts: &Arc<Counts>) -> Self {
        counts.connections.add(1);
        counts.open_connections.change(1);
        Self(Arc::clone(counts))
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.open_connections.change(-1);
    }
}
