//! Time limits of a push.

use std::time::Duration;

/// How long it may take to establish a connection.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a push waits for one request: registries limit the rate of requests by the minute.
pub(super) const MAX_WAIT: Duration = Duration::from_mins(1);
