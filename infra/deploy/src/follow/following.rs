use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::{Witness, duration};

/// How an operation of `CloudFormation` is waited for.
#[derive(Debug, Clone, Default, Args)]
pub struct Following {
    /// End what takes longer, as 90s, 15m or 2h: an update is cancelled, an unfinished creation deleted
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pub timeout: Option<Duration>,
    /// Stop when another operation runs on the stack, instead of waiting for its end
    #[arg(long)]
    pub no_wait: bool,
    /// Who looks closer while the operation runs.
    #[arg(skip)]
    pub witness: Option<Arc<dyn Witness>>,
}

impl Following {
    /// The same as arguments, for the program of another stack.
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
