//! The metrics in `AWS/ECS` and `ECS/ContainerInsights`.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html> and
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html>.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::cluster::Cluster;
use super::ledger::TaskRecord;
use super::task::{used_memory, worked};
use super::task_definition::{self, Number, TaskDefinitionProperties};
use crate::account::Account;
use crate::resources::ResourceType as _;
use crate::services::cloudwatch::{Bucket, Reading};

/// What the processors have done for each task, by its id, and when that was measured.
pub(super) type Usage = HashMap<String, (Instant, Duration)>;

/// Measures all services.
pub(crate) fn measure(account: &Account, now: i64) {
    let services = services(account);
    let insights = insights(account, &services);
    let mut known = account
        .tasks
        .usage
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let mut usage = Usage::new();
    for (arn, service) in services {
        let Some((cluster, name)) = names(&arn) else {
            continue;
        };
        let measured: Vec<Measured> = service
            .running
            .iter()
            .filter_map(|task| task.measure(account, &known, &mut usage))
            .collect();
        let reading = Reading {
            namespace: "AWS/ECS",
            dimensions: &[
                &[("ClusterName", cluster), ("ServiceName", name)],
                &[("ClusterName", cluster)],
            ],
            now,
            stretch: 1.0,
        };
        utilization(account, &reading, &measured);
        if insights.contains(cluster) {
            let reading = Reading {
                namespace: "ECS/ContainerInsights",
                dimensions: &[&[("ClusterName", cluster), ("ServiceName", name)]],
                ..reading
            };
            observe(account, &reading, &service, &measured);
        }
    }
    *known = usage;
}

/// Cluster and name of a service; its ARN ends with `service/CLUSTER/NAME`.
fn names(arn: &str) -> Option<(&str, &str)> {
    let (rest, name) = arn.rsplit_once('/')?;
    let (_, cluster) = rest.rsplit_once('/')?;
    Some((cluster, name))
}

/// A service and its tasks.
#[derive(Default)]
struct Service {
    desired: u64,
    deployments: usize,
    pending: usize,
    running: Vec<Running>,
}

/// A running task.
struct Running {
    id: String,
    definition: String,
    programs: Vec<u32>,
}

/// What a task takes, and what it has.
struct Measured {
    /// In CPU units: 1024 are one processor.
    cpu: f64,
    cpu_reserved: f64,
    /// In megabytes.
    memory: f64,
    memory_reserved: f64,
}

fn services(account: &Account) -> BTreeMap<String, Service> {
    let ledger = account.tasks.ledger();
    let services = ledger.services.iter().map(|(arn, record)| {
        let service = Service {
            desired: record.desired,
            deployments: record.deployments.len(),
            ..Service::default()
        };
        (arn.clone(), service)
    });
    let mut services: BTreeMap<String, Service> = services.collect();
    for task in &ledger.tasks {
        let Some(service) = services.get_mut(&task.service) else {
            continue;
        };
        match task.status() {
            "RUNNING" => service.running.push(Running::of(task)),
            "PENDING" | "PROVISIONING" => service.pending += 1,
            _ => {}
        }
    }
    services
}

/// The clusters with Container Insights.
fn insights(account: &Account, services: &BTreeMap<String, Service>) -> BTreeSet<String> {
    let clusters = services.keys().filter_map(|arn| Some(names(arn)?.0));
    let clusters: BTreeSet<&str> = clusters.collect();
    account.read(|state| {
        let on = clusters.into_iter().filter(|name| {
            let item = state.inventory.get_of(Cluster::NAME, name);
            let settings = item.and_then(|item| item.properties["ClusterSettings"].as_array());
            settings.into_iter().flatten().any(is_on)
        });
        on.map(str::to_owned).collect()
    })
}

fn is_on(setting: &Value) -> bool {
    setting["Name"] == "containerInsights"
        && (setting["Value"] == "enabled" || setting["Value"] == "enhanced")
}

impl Running {
    fn of(task: &TaskRecord) -> Self {
        let containers = task.containers.iter();
        Self {
            id: task.id.clone(),
            definition: task.definition.clone(),
            programs: containers.filter_map(|one| one.program).collect(),
        }
    }

    /// What the task takes; `None` when it is measured for the first time.
    fn measure(&self, account: &Account, known: &Usage, usage: &mut Usage) -> Option<Measured> {
        let (at, done) = (
            Instant::now(),
            self.programs.iter().map(|program| worked(*program)).sum(),
        );
        usage.insert(self.id.clone(), (at, done));
        let (since, before) = known.get(&self.id)?;
        let share = done.saturating_sub(*before).as_secs_f64()
            / at.duration_since(*since).as_secs_f64().max(0.001);
        let definition = task_definition::find(account, &self.definition)?;
        let (cpu_reserved, memory_reserved) = reserved(&definition);
        let bytes: u64 = self.programs.iter().map(|one| used_memory(*one)).sum();
        Some(Measured {
            // A task on Fargate gets no more than it has reserved.
            cpu: (share * 1024.0).min(cpu_reserved),
            cpu_reserved,
            memory: float(bytes / 1024) / 1024.0,
            memory_reserved,
        })
    }
}

/// The CPU units and the megabytes of a task.
fn reserved(definition: &TaskDefinitionProperties) -> (f64, f64) {
    let number = |number: Option<Number>| number.map_or(0.0, |Number(number)| float(number));
    (number(definition.cpu), number(definition.memory))
}

/// The metrics that every service has.
fn utilization(account: &Account, reading: &Reading<'_>, measured: &[Measured]) {
    let mut cpu = Bucket::default();
    let mut memory = Bucket::default();
    for one in measured {
        if one.cpu_reserved > 0.0 && one.memory_reserved > 0.0 {
            cpu.add(&Bucket::of(one.cpu / one.cpu_reserved * 100.0, 1.0));
            memory.add(&Bucket::of(one.memory / one.memory_reserved * 100.0, 1.0));
        }
    }
    let metrics = &account.metrics;
    metrics.measure(reading, "CPUUtilization", "Percent", &cpu);
    metrics.measure(reading, "MemoryUtilization", "Percent", &memory);
}

/// The metrics of Container Insights.
fn observe(account: &Account, reading: &Reading<'_>, service: &Service, measured: &[Measured]) {
    let sum = |of: fn(&Measured) -> f64| measured.iter().map(of).sum::<f64>();
    let rows = [
        ("DesiredTaskCount", "Count", float(service.desired)),
        ("RunningTaskCount", "Count", length(service.running.len())),
        ("PendingTaskCount", "Count", length(service.pending)),
        ("DeploymentCount", "Count", length(service.deployments)),
        ("CpuUtilized", "None", sum(|one| one.cpu)),
        ("CpuReserved", "None", sum(|one| one.cpu_reserved)),
        ("MemoryUtilized", "Megabytes", sum(|one| one.memory)),
        (
            "MemoryReserved",
            "Megabytes",
            sum(|one| one.memory_reserved),
        ),
    ];
    for (name, unit, value) in rows {
        account
            .metrics
            .measure(reading, name, unit, &Bucket::of(value, 1.0));
    }
}

fn length(count: usize) -> f64 {
    float(u64::try_from(count).unwrap_or(u64::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "these numbers are below 2^52")]
fn float(number: u64) -> f64 {
    number as f64
}
