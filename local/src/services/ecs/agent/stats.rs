//! What containers use, in the form of Docker's stats
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate-examples.html>).

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::metadata::answer;
use crate::account::Account;
use crate::aws::{seconds, timestamp};
use crate::services::ecs::ledger::{ContainerRecord, TaskRecord};
use crate::services::ecs::task::{family_of, used_memory};
use crate::services::ecs::task_definition::{self, Number};

/// The time between the two samples of a call, from which a reader computes rates.
const BETWEEN: Duration = Duration::from_millis(100);

/// The kernel counts processor time in hundredths of a second.
const TICK: u64 = 10_000_000;

/// Those of one container.
pub(super) async fn container(state: State<Arc<Account>>, id: Path<String>) -> Response {
    let before = sampled(&state, &id);
    tokio::time::sleep(BETWEEN).await;
    answer(&state, &id, |account, task, container| {
        stats(account, task, container, &before)
    })
}

/// Those of all containers of a task, by their ids.
pub(super) async fn task(state: State<Arc<Account>>, id: Path<String>) -> Response {
    let before = sampled(&state, &id);
    tokio::time::sleep(BETWEEN).await;
    answer(&state, &id, |account, task, _| {
        task.containers
            .iter()
            .map(|container| {
                (
                    container.id.clone(),
                    stats(account, task, container, &before),
                )
            })
            .collect()
    })
}

/// A sample of a program and all that it has started.
#[derive(Debug, Clone, Default)]
struct Sample {
    read: f64,
    container: String,
    /// In nanoseconds.
    user: u64,
    kernel: u64,
    /// That of the whole machine.
    machine: u64,
    received: u64,
    sent: u64,
}

/// Samples of all containers of the task with this container.
fn sampled(account: &Account, id: &str) -> Vec<Sample> {
    let ledger = account.tasks.ledger();
    let mut tasks = ledger.tasks.iter();
    let task = tasks.find(|task| task.containers.iter().any(|one| one.id == id));
    let containers = task.into_iter().flat_map(|task| &task.containers);
    containers.filter_map(sample).collect()
}

/// `None` if the container does not run.
fn sample(container: &ContainerRecord) -> Option<Sample> {
    let program = container.program.filter(|_| container.state == "RUNNING")?;
    let times = family_of(program).into_iter().filter_map(times);
    let (user, kernel) = times.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let (received, sent) = traffic(program).unwrap_or_default();
    Some(Sample {
        read: seconds(),
        container: container.id.clone(),
        user,
        kernel,
        machine: machine().unwrap_or_default(),
        received: received[0],
        sent: sent[0],
    })
}

/// `null` for a container that does not run, as on AWS.
fn stats(
    account: &Account,
    task: &TaskRecord,
    container: &ContainerRecord,
    before: &[Sample],
) -> Value {
    let Some(now) = sample(container) else {
        return Value::Null;
    };
    let program = container.program.unwrap_or_default();
    let same = |sample: &&Sample| sample.container == container.id;
    let before = before.iter().find(same).unwrap_or(&now);
    let mut stats = json!({
        "read": timestamp(now.read),
        "preread": timestamp(before.read),
        "name": container.definition.name(),
        "id": container.id,
        "num_procs": 0,
        "pids_stats": {"current": family_of(program).len()},
        "storage_stats": {},
        "cpu_stats": processor(&now),
        "precpu_stats": processor(before),
        "memory_stats": {
            "usage": used_memory(program),
            "limit": limit(account, task, container),
            "stats": {},
        },
        "blkio_stats": storage(program),
    });
    if let Some((received, sent)) = traffic(program) {
        stats["networks"] = json!({"eth1": {
            "rx_bytes": received[0], "rx_packets": received[1], "rx_errors": received[2], "rx_dropped": received[3],
            "tx_bytes": sent[0], "tx_packets": sent[1], "tx_errors": sent[2], "tx_dropped": sent[3],
        }});
        stats["network_rate_stats"] = json!({
            "rx_bytes_per_sec": rate(before.received, now.received, now.read - before.read),
            "tx_bytes_per_sec": rate(before.sent, now.sent, now.read - before.read),
        });
    }
    stats
}

fn processor(sample: &Sample) -> Value {
    json!({
        "cpu_usage": {
            "total_usage": sample.user + sample.kernel,
            "usage_in_usermode": sample.user,
            "usage_in_kernelmode": sample.kernel,
        },
        "system_cpu_usage": sample.machine,
        "online_cpus": std::thread::available_parallelism().map_or(1, usize::from),
        "throttling_data": {"periods": 0, "throttled_periods": 0, "throttled_time": 0},
    })
}

fn storage(program: u32) -> Value {
    let entries = storage_of(program).map(|(read, written)| {
        json!([
            {"major": 0, "minor": 0, "op": "read", "value": read},
            {"major": 0, "minor": 0, "op": "write", "value": written},
        ])
    });
    json!({"io_service_bytes_recursive": entries})
}

/// The bytes that a program and what it has started have read from and written to disks.
pub(super) fn storage_of(program: u32) -> Option<(u64, u64)> {
    let all = family_of(program).into_iter().map(|process| {
        let text = fs::read_to_string(format!("/proc/{process}/io")).ok()?;
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().parse::<u64>().ok()
        };
        Some((value("read_bytes:")?, value("write_bytes:")?))
    });
    let known: Vec<(u64, u64)> = all.flatten().collect();
    let sum = known
        .iter()
        .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    (!known.is_empty()).then_some(sum)
}

/// The memory that the container may have: its own limit, or that of the task.
fn limit(account: &Account, task: &TaskRecord, container: &ContainerRecord) -> u64 {
    let of_task = || task_definition::find(account, &task.definition)?.memory;
    let limit = container.definition.memory.or_else(of_task);
    limit.map_or(0, |Number(mebibytes)| mebibytes << 20)
}

fn rate(before: u64, now: u64, time: f64) -> f64 {
    let bytes = u32::try_from(now.saturating_sub(before)).unwrap_or(u32::MAX);
    if time > 0.0 {
        f64::from(bytes) / time
    } else {
        0.0
    }
}

/// The processor time of a process and of its children that have ended, in user mode and in the kernel.
fn times(process: u32) -> Option<(u64, u64)> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program, in parentheses, may contain anything. The fields are 14 to 17 of proc(5).
    let (_, fields) = text.rsplit_once(')')?;
    let fields = fields.split_whitespace().skip(11).take(4);
    let ticks: Vec<u64> = fields.filter_map(|field| field.parse().ok()).collect();
    let [user, kernel, user_of_children, kernel_of_children] = ticks[..] else {
        return None;
    };
    Some((
        (user + user_of_children) * TICK,
        (kernel + kernel_of_children) * TICK,
    ))
}

/// The processor time of this machine, with that in which it did nothing.
fn machine() -> Option<u64> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    let fields = text.lines().next()?.split_whitespace().skip(1);
    // The time of guests is counted before.
    let ticks = fields.take(8).filter_map(|field| field.parse::<u64>().ok());
    Some(ticks.sum::<u64>() * TICK)
}

/// Bytes, packets, errors and drops.
type Counts = [u64; 4];

/// What the network of a process has received and sent.
fn traffic(process: u32) -> Option<(Counts, Counts)> {
    let text = fs::read_to_string(format!("/proc/{process}/net/dev")).ok()?;
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let (mut received, mut sent) = (Counts::default(), Counts::default());
    for (_, fields) in lines {
        let mut numbers = fields
            .split_whitespace()
            .map(|field| field.parse::<u64>().unwrap_or_default());
        for sum in &mut received {
            *sum += numbers.next().unwrap_or_default();
        }
        // The other four are about what is received, too.
        let mut numbers = numbers.skip(4);
        for sum in &mut sent {
            *sum += numbers.next().unwrap_or_default();
        }
    }
    Some((received, sent))
}
