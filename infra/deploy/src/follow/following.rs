use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::Observer;
use crate::duration;

/// How to wait for the end of an operation.
#[derive(Debug, Clone, Default, Args)]
pub struct Following {
    /// Stop after this time (90s, 15m, 2h): cancels an update, deletes an unfinished creation
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pub timeout: Option<Duration>,
    /// Fail if another operation is running on the stack, instead of waiting for its end
    #[arg(long)]
    pub no_wait: bool,
    /// Observes a resource during the operation.
    #[arg(skip)]
    pub observer: Option<Arc<dyn Observer>>,
}

impl Following {
    /// Converts it to arguments for the program of another stack.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let timeout = self.timeout.map(|timeout| {
            let seconds = timeout.as_secs();
            format!("--timeout={seconds}s")
        });
        let no_wait = self.no_wait.then(|| "--no-wait".to_owned());
        timeout.into_iter().chain(no_wait).collect()
    }
}
