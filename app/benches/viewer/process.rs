//! The time and memory of a process, read from `/proc`.

use std::fs;
use std::time::Duration;

use anyhow::Context;

/// `USER_HZ`, which is the same on every architecture that Rust has a Tier 1 target for.
const TICK: Duration = Duration::from_millis(10);

/// The time and memory of a process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// CPU time of all its threads, in user and kernel mode.
    pub(crate) cpu: Duration,
    /// Resident memory, in MB of 1024 * 1024 bytes, as everywhere here.
    pub(crate) resident: f64,
    /// The most resident memory that it had so far.
    pub(crate) peak: f64,
    /// How many files are open, connections among them.
    pub(crate) files: f64,
}

impl Usage {
    pub(crate) fn of(process: u32) -> anyhow::Result<Self> {
        let read = |name| {
            fs::read_to_string(format!("/proc/{process}/{name}"))
                .with_context(|| format!("the {name} of a server cannot be read"))
        };
        let files = fs::read_dir(format!("/proc/{process}/fd"))?.count();
        let (stat, status) = (read("stat")?, read("status")?);
        Ok(Self {
            cpu: cpu(&stat).context("the stat of a server has another form")?,
            resident: megabytes(&status, "VmRSS:").context("a server has no VmRSS")?,
            peak: megabytes(&status, "VmHWM:").context("a server has no VmHWM")?,
            files: f64::from(u32::try_from(files)?),
        })
    }
}

/// The fields 14 and 15. Field 2 is the name, which may contain anything.
fn cpu(stat: &str) -> Option<Duration> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    let mut fields = after_name.split(' ').skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(TICK * (user + system))
}

fn megabytes(status: &str, field: &str) -> Option<f64> {
    let line = status.lines().find(|line| line.starts_with(field))?;
    let kilobytes: u32 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(f64::from(kilobytes) / 1024.0)
}
