//! Registers tasks with their load balancers.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::deployment::Deployment;
use super::{DesiredState, Runner};
use crate::services::ecs::task::Stage;
use crate::services::elb::{Target, Targets};

/// The pause before a registration that was denied is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// A registration with a target group.
pub(super) struct Registration {
    /// The ARN of the target group.
    pub(super) group: String,
    pub(super) port: u16,
    pub(super) targets: Arc<Targets>,
    pub(super) target: Arc<Target>,
}

impl Runner {
    /// Registers the tasks that have started with the load balancers, and records since when each
    /// task has been healthy.
    pub(super) fn note_health(&mut self, wanted: &DesiredState) {
        for index in 0..self.tasks.len() {
            if let Stage::Running(address) = self.tasks[index].running.stage() {
                self.tasks[index]
                    .running_since
                    .get_or_insert_with(Instant::now);
                if !self.tasks[index].is_registered {
                    self.register(index, address);
                }
            }
            let health = self.account.tasks.ledger().health(&self.tasks[index].id);
            let task = &mut self.tasks[index];
            task.container_health = health;
            let since = task.healthy_since.unwrap_or_else(Instant::now);
            task.healthy_since = task.is_healthy().then_some(since);
        }
        self.reset_failures(wanted);
    }

    fn register(&mut self, index: usize, address: Ipv4Addr) {
        if Instant::now() < self.next_registration {
            return;
        }
        match self.registrations(index, address) {
            Ok(registrations) => {
                let task = &mut self.tasks[index];
                task.is_registered = true;
                task.registrations = registrations;
                for one in &self.tasks[index].registrations {
                    let group = &one.group;
                    self.event(&format!("registered 1 targets in (target-group {group})"));
                }
            }
            Err(denial) => {
                self.next_registration = Instant::now() + PAUSE;
                if self.last_denial != denial {
                    self.event(&denial);
                    self.last_denial = denial;
                }
            }
        }
    }

    /// Registers a task with all target groups of its deployment, or with none.
    ///
    /// # Errors
    /// The event of the service, if the role of a load balancer does not allow it, or a target group
    /// is gone.
    fn registrations(&self, index: usize, address: Ipv4Addr) -> Result<Vec<Registration>, String> {
        let task = &self.tasks[index];
        let mut deployments = std::iter::once(&self.deployment).chain(&self.older);
        let deployment = deployments.find(|one| one.id() == task.deployment);
        let mut found = Vec::new();
        for (balancer, group) in deployment.into_iter().flat_map(Deployment::balancers) {
            if let Some(shift) = &balancer.shift {
                self.may_register(shift, group)?;
            }
            let targets = self.account.balancers.targets(group).ok_or_else(|| {
                format!("failed to register targets in (target-group {group}) with (error One or more target groups not found)")
            })?;
            found.push((group.to_owned(), balancer.port, targets));
        }
        let registered = found.into_iter().map(|(group, port, targets)| {
            let target = targets.register(SocketAddr::from((address, port)));
            self.account.tasks.ledger().registered(&task.id, &target);
            Registration {
                group,
                port,
                targets,
                target,
            }
        });
        Ok(registered.collect())
    }

    /// A task of the deployment that passes a health check resets the circuit breaker
    /// (`resetOnHealthyTask`, on by default).
    fn reset_failures(&mut self, wanted: &DesiredState) {
        let id = self.deployment.id().to_owned();
        let mut passed = false;
        for task in &mut self.tasks {
            let is_new = task.deployment == id && !task.has_passed && task.is_stable();
            if is_new && (task.is_checked || !task.registrations.is_empty()) {
                task.has_passed = true;
                passed = true;
            }
        }
        if passed && wanted.resets {
            self.failures = 0;
        }
    }
}
