//! The memory of a container: its program and all processes that it has started.

use std::fs;
use std::time::Duration;

/// How often to look.
const INTERVAL: Duration = Duration::from_millis(100);

/// Returns when the program takes more memory than the limit; never without a limit.
pub(super) async fn over(program: u32, limit: Option<u64>) {
    let Some(limit) = limit else {
        return std::future::pending().await;
    };
    while used(program) <= limit {
        tokio::time::sleep(INTERVAL).await;
    }
}

/// The memory in bytes that only these processes use; what they share with a file does not count.
pub(in crate::services::ecs) fn used(program: u32) -> u64 {
    let mut processes = vec![program];
    let mut sum = 0;
    while let Some(process) = processes.pop() {
        sum += own(process);
        processes.extend(children(process));
    }
    sum
}

fn own(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let kibibytes = status.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        let counts = ["RssAnon", "RssShmem"].contains(&name);
        counts.then(|| value.trim().trim_end_matches(" kB").parse::<u64>().ok())?
    });
    kibibytes.sum::<u64>() * 1024
}

/// The children of all threads of a process.
pub(super) fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let lists =
        threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace()
                .filter_map(|id| id.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect()
}
