//! The HTTP services of the local AWS inside the networks of tasks.

use std::sync::OnceLock;

use axum::Router;

/// The id of the task that a request comes from, known by the network that it came through.
#[derive(Debug, Clone)]
pub(crate) struct TaskOrigin(pub(crate) String);

/// The AWS endpoint, and the container agent with credentials and metadata.
type Both = (Router, Router);

/// The services, once they are known. They are made for each task: one that was kept here would keep
/// the account alive that it needs.
#[derive(Default)]
pub(crate) struct Routers {
    make: OnceLock<Box<dyn Fn() -> Option<Both> + Send + Sync>>,
}

impl Routers {
    /// Sets how the services are made; `None` means that the local AWS stops.
    pub(crate) fn set(&self, make: impl Fn() -> Option<Both> + Send + Sync + 'static) {
        // Only the first call counts.
        let _ = self.make.set(Box::new(make));
    }

    /// The AWS endpoint and the container agent.
    pub(crate) fn both(&self) -> Both {
        let made = self.make.get().and_then(|make| make());
        made.unwrap_or_else(|| (Router::new(), Router::new()))
    }
}
