//! The records of service deployments, as `DescribeServiceDeployments` shows them.

use rand::RngExt as _;
use serde_json::Value;

use super::spec::Spec;
use crate::aws::seconds;

/// The characters of the ids of service deployments and hooks.
const CHARACTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/// How many characters a service deployment's id has.
const ID: usize = 21;

/// A revision of a service.
#[derive(Debug, Clone)]
pub(super) struct ServiceRevision {
    pub(super) number: String,
    pub(super) spec: Spec,
    /// The target groups of its tasks, one for each load balancer.
    pub(super) groups: Vec<String>,
    pub(super) created: f64,
}

/// A deployment of one revision, from its start to its end or the end of its rollback.
#[derive(Debug, Clone)]
pub(super) struct ServiceDeployment {
    pub(super) id: String,
    /// The number of the revision that it deploys.
    pub(super) target: String,
    /// The revisions that it replaces.
    pub(super) sources: Vec<String>,
    pub(super) status: Status,
    pub(super) reason: Option<String>,
    /// Only deployments that are not rolling ones have stages.
    pub(super) stage: Option<Stage>,
    /// The hooks of the stage.
    pub(super) hooks: Vec<Hook>,
    pub(super) created: f64,
    pub(super) updated: f64,
    pub(super) finished: Option<f64>,
    pub(super) stopped: Option<f64>,
    pub(super) rollback: Option<Rollback>,
    /// The deployment configuration at its start.
    pub(super) configuration: Value,
    pub(super) breaker: Monitor,
    pub(super) failures: u64,
    pub(super) threshold: u64,
    pub(super) alarms: Monitor,
    pub(super) triggered: Vec<String>,
    /// The share of the traffic that the target has, in percent.
    pub(super) production: f64,
    pub(super) test: f64,
}

/// The rollback of a deployment.
#[derive(Debug, Clone)]
pub(super) struct Rollback {
    pub(super) reason: String,
    pub(super) started: f64,
    /// The number of the revision that is deployed again.
    pub(super) revision: String,
}

/// The status of a service deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    InProgress,
    Successful,
    Stopped,
    RollbackRequested,
    RollbackInProgress,
    RollbackSuccessful,
    RollbackFailed,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Successful => "SUCCESSFUL",
            Self::Stopped => "STOPPED",
            Self::RollbackRequested => "ROLLBACK_REQUESTED",
            Self::RollbackInProgress => "ROLLBACK_IN_PROGRESS",
            Self::RollbackSuccessful => "ROLLBACK_SUCCESSFUL",
            Self::RollbackFailed => "ROLLBACK_FAILED",
        }
    }

    /// Whether the deployment has ended.
    pub(super) fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Successful | Self::Stopped | Self::RollbackSuccessful | Self::RollbackFailed
        )
    }
}

/// A lifecycle stage of a deployment that shifts traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    ReconcileService,
    PreScaleUp,
    ScaleUp,
    PostScaleUp,
    TestTrafficShift,
    PostTestTrafficShift,
    PreProductionTrafficShift,
    ProductionTrafficShift,
    PostProductionTrafficShift,
    BakeTime,
    CleanUp,
}

impl Stage {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ReconcileService => "RECONCILE_SERVICE",
            Self::PreScaleUp => "PRE_SCALE_UP",
            Self::ScaleUp => "SCALE_UP",
            Self::PostScaleUp => "POST_SCALE_UP",
            Self::TestTrafficShift => "TEST_TRAFFIC_SHIFT",
            Self::PostTestTrafficShift => "POST_TEST_TRAFFIC_SHIFT",
            Self::PreProductionTrafficShift => "PRE_PRODUCTION_TRAFFIC_SHIFT",
            Self::ProductionTrafficShift => "PRODUCTION_TRAFFIC_SHIFT",
            Self::PostProductionTrafficShift => "POST_PRODUCTION_TRAFFIC_SHIFT",
            Self::BakeTime => "BAKE_TIME",
            Self::CleanUp => "CLEAN_UP",
        }
    }

    /// The name in `lifecycleStage`, where the service's model knows no stage before the shift.
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::PreProductionTrafficShift => Self::ProductionTrafficShift.name(),
            other => other.name(),
        }
    }
}

/// A pause hook that a deployment has reached.
#[derive(Debug, Clone)]
pub(super) struct Hook {
    pub(super) id: String,
    pub(super) status: HookStatus,
    /// In seconds.
    pub(super) expires: f64,
    /// Whether the deployment continues after that, or is rolled back.
    pub(super) continues: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HookStatus {
    AwaitingAction,
    Succeeded,
    Failed,
    TimedOut,
}

impl HookStatus {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::AwaitingAction => "AWAITING_ACTION",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
        }
    }
}

/// What watches over a deployment: the circuit breaker, or the alarms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Monitor {
    Disabled,
    Monitoring,
    Triggered,
    Complete,
}

impl Monitor {
    pub(super) fn new(is_enabled: bool) -> Self {
        if is_enabled {
            Self::Monitoring
        } else {
            Self::Disabled
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Disabled => "DISABLED",
            Self::Monitoring => "MONITORING",
            Self::Triggered => "TRIGGERED",
            Self::Complete => "MONITORING_COMPLETE",
        }
    }

    fn end(&mut self) {
        if *self == Self::Monitoring {
            *self = Self::Complete;
        }
    }
}

impl ServiceDeployment {
    /// A deployment of the revision `target` that begins now.
    pub(super) fn new(target: String, sources: Vec<String>, configuration: Value) -> Self {
        Self {
            id: random_id(ID),
            target,
            sources,
            status: Status::InProgress,
            reason: None,
            stage: None,
            hooks: Vec::new(),
            created: seconds(),
            updated: seconds(),
            finished: None,
            stopped: None,
            rollback: None,
            configuration,
            breaker: Monitor::Disabled,
            failures: 0,
            threshold: 0,
            alarms: Monitor::Disabled,
            triggered: Vec::new(),
            production: 0.0,
            test: 0.0,
        }
    }

    pub(super) fn move_to(&mut self, status: Status) {
        self.status = status;
        self.updated = seconds();
        if status.is_terminal() {
            self.breaker.end();
            self.alarms.end();
            self.finished = Some(self.updated);
        }
        if status == Status::Stopped {
            self.stopped = Some(self.updated);
        }
    }
}

/// An id of random characters that can stand in an address.
pub(super) fn random_id(length: usize) -> String {
    let mut random = rand::rng();
    let characters = std::iter::repeat_with(|| random.random_range(0..CHARACTERS.len()));
    let characters = characters.map(|index| char::from(CHARACTERS[index]));
    characters.take(length).collect()
}
