//! The HTTP services of the local AWS inside the networks of tasks.

use std::sync::OnceLock;

use axum::Router;

/// The services, once they are known: they need the account themselves.
#[derive(Default)]
pub(crate) struct Routers {
    both: OnceLock<(Router, Router)>,
}

impl Routers {
    /// Sets the AWS endpoint, and the container agent with credentials and metadata.
    pub(crate) fn set(&self, endpoint: Router, agent: Router) {
        // Only the first call counts.
        let _ = self.both.set((endpoint, agent));
    }

    /// The AWS endpoint.
    pub(crate) fn endpoint(&self) -> Router {
        self.both.get().map_or_else(Router::new, |both| both.0.clone())
    }

    /// The container agent.
    pub(crate) fn agent(&self) -> Router {
        self.both.get().map_or_else(Router::new, |both| both.1.clone())
    }
}
