use std::time::Duration;

use clap::Args;
use rustix::process::{Resource, getrlimit, setrlimit};

/// How many files the process needs besides the connections of its clients: those to AWS, among others.
const OTHER_FILES: usize = 128;

/// How long a client may take, and how much all clients may hold together.
#[derive(Args, Clone, Copy, Debug)]
pub struct Limits {
    /// Seconds for the header of a request
    #[arg(long, env, hide = true, default_value = "10", value_parser = moment)]
    pub header_time: Duration,

    /// Seconds for the body of a request
    #[arg(long, env, hide = true, default_value = "10", value_parser = moment)]
    pub body_time: Duration,

    /// Seconds until an idle connection is closed; more than those of the load balancer
    #[arg(long, env, value_name = "SECONDS", default_value = "75", value_parser = moment)]
    pub idle_time: Duration,

    /// Seconds until a reader that takes nothing of its answer is dropped
    #[arg(long, env, hide = true, default_value = "30", value_parser = moment)]
    pub stall_time: Duration,

    /// How many connections may be open at the same time
    #[arg(long, env, value_name = "COUNT", default_value = "16384", value_parser = at_least_one)]
    pub max_connections: usize,

    /// How many requests may be answered at the same time
    #[arg(long, env, hide = true, default_value = "512", value_parser = at_least_one)]
    pub max_requests: usize,

    /// How many kilobytes may be held for all readers together
    #[arg(long, env, hide = true, default_value = "114688")]
    pub reader_memory: usize,
}

impl Limits {
    /// How many connections there may be, if the system allows them.
    pub(super) fn connections(&self) -> usize {
        let files = getrlimit(Resource::Nofile).current;
        let files = files.and_then(|files| usize::try_from(files).ok());
        let files = files.map_or(usize::MAX, |files| files.saturating_sub(OTHER_FILES));
        self.max_connections.min(files).max(1)
    }

    /// How many bytes may be held for all readers together.
    pub(crate) fn memory(&self) -> usize {
        self.reader_memory.saturating_mul(1024)
    }
}

/// Allows the process as many open files as the system lets it have.
pub(crate) fn raise_file_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Without it, fewer connections are accepted.
    let _ = setrlimit(Resource::Nofile, limit);
}

fn moment(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "it is not a number".to_owned())?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|time| !time.is_zero() && *time < Duration::from_hours(24))
        .ok_or_else(|| "it must be more than 0 and less than a day".to_owned())
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("it must be at least 1".to_owned()),
        Ok(count) => Ok(count),
        Err(_) => Err("it is not a number".to_owned()),
    }
}
