//! A deployment: a revision whose tasks run or are being started.

use super::{DesiredState, Runner};
use crate::services::ecs::deployment_configuration::Strategy;
use crate::services::ecs::ledger::DeploymentRecord;
use crate::services::ecs::service_deployment::ServiceRevision;
use crate::services::ecs::spec::{Balancer, Spec};
use crate::services::elb;

#[derive(Debug, Clone)]
pub(super) struct Deployment {
    pub(super) record: DeploymentRecord,
    pub(super) spec: Spec,
    /// The target groups of its tasks, one for each load balancer.
    pub(super) groups: Vec<String>,
}

impl Deployment {
    pub(super) fn new(spec: &Spec) -> Self {
        Self {
            record: DeploymentRecord::new(&spec.definition),
            spec: spec.clone(),
            groups: spec.balancers.iter().map(|one| one.group.clone()).collect(),
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.record.id
    }

    /// Its load balancers, each with the target group of its tasks.
    pub(super) fn balancers(&self) -> impl Iterator<Item = (&Balancer, &str)> {
        let groups = self.groups.iter().map(String::as_str);
        self.spec.balancers.iter().zip(groups)
    }
}

impl Runner {
    /// Chooses the target groups of the primary deployment, and records it as a revision.
    ///
    /// A deployment that shifts traffic uses the target group that serves none, as in
    /// <https://github.com/go-to-k/cdk-real-drift/issues/1730>; the others use the one that serves.
    pub(super) fn place(&mut self, wanted: &DesiredState, restored: bool) {
        let shifts = wanted.strategy != Strategy::Rolling && !restored;
        let groups = self.deployment.spec.balancers.iter().map(|balancer| {
            let serving = self.serving(balancer);
            if shifts && balancer.shift.is_some() {
                balancer.other(&serving).to_owned()
            } else {
                serving
            }
        });
        self.deployment.groups = groups.collect();
        let mut ledger = self.account.tasks.ledger();
        let record = ledger.services.entry(self.arn.clone()).or_default();
        record.add(ServiceRevision {
            number: self.deployment.record.revision().to_owned(),
            spec: self.deployment.spec.clone(),
            groups: self.deployment.groups.clone(),
            created: self.deployment.record.created,
        });
    }

    /// The target group that serves the production traffic.
    fn serving(&self, balancer: &Balancer) -> String {
        let shift = balancer.shift.as_ref();
        let rule = shift.and_then(|shift| shift.production.as_deref());
        let forwarding = rule.and_then(|rule| {
            let state = |state: &_| elb::forwarding(state, rule);
            self.account.read(state)
        });
        let groups = forwarding.map_or_else(Vec::new, |forwarding| forwarding.groups);
        let serves = |group: &str| {
            groups
                .iter()
                .any(|(arn, weight)| arn == group && *weight > 0)
        };
        match shift {
            Some(shift) if serves(&shift.alternate) && !serves(&balancer.group) => {
                shift.alternate.clone()
            }
            _ => balancer.group.clone(),
        }
    }

    /// How many tasks each deployment should have now, for those that describe it.
    pub(super) fn count_desired(&mut self, wanted: &DesiredState) {
        let counts = self.counts(wanted);
        let desired = |id: &str, is_primary: bool| {
            let counts = counts.as_ref();
            counts.map_or(if is_primary { wanted.desired } else { 0 }, |counts| {
                counts.of(id)
            })
        };
        self.deployment.record.desired = desired(&self.deployment.record.id, true);
        for older in &mut self.older {
            older.record.desired = desired(&older.record.id, false);
        }
    }
}
