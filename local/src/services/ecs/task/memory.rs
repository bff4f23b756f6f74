//! The memory of a container: its program and all processes that it has started.

use std::fs;
use std::time::Duration;

use crate::account::Account;

/// How often to look.
const INTERVAL: Duration = Duration::from_millis(100);

/// The most containers of a task (ECS quota). The largest of them has at least this part of the memory.
const MOST_CONTAINERS: u64 = 10;

/// The most memory in bytes; `None` is no limit.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Limits {
    pub(super) container: Option<u64>,
    /// That of all containers of the task together.
    pub(super) task: Option<u64>,
}

/// Returns when the program takes more memory than its container may have, or the most of all containers
/// when the task has too much; never without limits.
pub(super) async fn over(account: &Account, task_id: &str, program: u32, limits: Limits) {
    if limits.container.or(limits.task).is_none() {
        return std::future::pending().await;
    }
    loop {
        let own = used(program);
        if limits.container.is_some_and(|limit| own > limit) {
            return;
        }
        if limits
            .task
            .is_some_and(|limit| own > limit / MOST_CONTAINERS)
        {
            let programs = account.tasks.ledger().programs(task_id);
            let others = programs.into_iter().filter(|other| *other != program);
            let others: Vec<u64> = others.map(used).collect();
            let all = own + others.iter().sum::<u64>();
            let is_largest = others.iter().all(|other| *other <= own);
            if is_largest && limits.task.is_some_and(|limit| all > limit) {
                return;
            }
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// The memory in bytes that only these processes use; what they share with a file does not count.
pub(in crate::services::ecs) fn used(program: u32) -> u64 {
    family_of(program).into_iter().map(own).sum()
}

/// A program and all processes that it has started.
pub(in crate::services::ecs) fn family_of(program: u32) -> Vec<u32> {
    let mut found = vec![program];
    let mut next = 0;
    while let Some(process) = found.get(next).copied() {
        found.extend(children(process));
        next += 1;
    }
    found
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
