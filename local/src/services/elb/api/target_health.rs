//! `DescribeTargetHealth`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::find::missing;
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::elb::associations::load_balancers_of;
use crate::services::elb::{Health, Target};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    target_group_arn: String,
    targets: Vec<Asked>,
    /// `AnomalyDetection`, `AdministrativeOverride` or `All`.
    include: Vec<String>,
}

impl Input {
    fn asks_for(&self, part: &str) -> bool {
        self.include.iter().any(|one| one == part || one == "All")
    }
}

/// The local AWS shifts no traffic away from a zone, and detects no anomalies.
fn no_anomaly() -> Value {
    json!({"Result": "normal", "MitigationInEffect": "no"})
}

fn no_override() -> Value {
    json!({
        "State": "no_override",
        "Reason": "AdministrativeOverride.NoOverride",
        "Description": "No override is currently active on target",
    })
}

/// A target that the caller asks for.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Asked {
    id: String,
    port: Option<String>,
    /// A target of this account is in each of its zones.
    availability_zone: Option<String>,
}

impl Asked {
    fn is(&self, target: &Target) -> bool {
        let port = self.port.as_ref();
        self.id == target.address.ip().to_string()
            && port.is_none_or(|port| *port == target.address.port().to_string())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    target_health_descriptions: Vec<Description>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    target: TargetDescription,
    health_check_port: String,
    target_health: TargetHealth,
    #[serde(skip_serializing_if = "Option::is_none")]
    anomaly_detection: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    administrative_override: Option<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TargetDescription {
    id: String,
    port: u16,
    availability_zone: Option<String>,
}

/// The health of a target: a state, and a code and a sentence if it is not healthy.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::services::elb) struct TargetHealth {
    pub(in crate::services::elb) state: &'static str,
    reason: Option<String>,
    pub(in crate::services::elb) description: Option<String>,
}

pub(super) fn describe(account: &Account, input: &Input) -> Result<Output, AwsError> {
    let targets = account.balancers.targets(&input.target_group_arn);
    let targets = targets.ok_or_else(|| missing("TargetGroup"))?;
    let known = targets.all();
    let is_used =
        account.read(|state| !load_balancers_of(state, &input.target_group_arn).is_empty());
    let mut shown: Vec<Description> = known
        .iter()
        .filter(|target| input.targets.is_empty() || input.targets.iter().any(|one| one.is(target)))
        .map(|target| description(target, is_used))
        .collect();
    let unknown = input
        .targets
        .iter()
        .filter(|one| !known.iter().any(|target| one.is(target)));
    shown.extend(unknown.map(not_registered));
    for one in &mut shown {
        one.anomaly_detection = input.asks_for("AnomalyDetection").then(no_anomaly);
        one.administrative_override = input.asks_for("AdministrativeOverride").then(no_override);
    }
    Ok(Output {
        target_health_descriptions: shown,
    })
}

fn not_registered(asked: &Asked) -> Description {
    let port = asked.port.as_ref().and_then(|port| port.parse().ok());
    Description {
        target: TargetDescription {
            id: asked.id.clone(),
            port: port.unwrap_or(0),
            availability_zone: None,
        },
        health_check_port: port.unwrap_or(0).to_string(),
        target_health: TargetHealth::unused(
            "Target.NotRegistered",
            "Target is not registered to the target group",
        ),
        anomaly_detection: None,
        administrative_override: None,
    }
}

fn description(target: &Target, is_used: bool) -> Description {
    let address = target.address;
    Description {
        target: TargetDescription {
            id: address.ip().to_string(),
            port: address.port(),
            availability_zone: None,
        },
        health_check_port: address.port().to_string(),
        target_health: if is_used {
            TargetHealth::of(target)
        } else {
            TargetHealth::unused(
                "Target.NotInUse",
                "Target group is not configured to receive traffic from the load balancer",
            )
        },
        anomaly_detection: None,
        administrative_override: None,
    }
}

impl TargetHealth {
    fn unused(reason: &str, description: &str) -> Self {
        Self {
            state: "unused",
            reason: Some(reason.to_owned()),
            description: Some(description.to_owned()),
        }
    }

    pub(in crate::services::elb) fn of(target: &Target) -> Self {
        let health = target.health();
        let state = match health {
            Health::Initial => "initial",
            Health::Healthy => "healthy",
            Health::Unhealthy => "unhealthy",
            Health::Draining => "draining",
        };
        let sentence = match health {
            Health::Healthy => None,
            Health::Draining => Some(
                "Target.DeregistrationInProgress: Target deregistration is in progress".to_owned(),
            ),
            Health::Initial | Health::Unhealthy => Some(target.reason()),
        };
        let parts = sentence.as_deref().and_then(|text| text.split_once(": "));
        let (reason, description) = parts.unzip();
        Self {
            state,
            reason: reason.map(str::to_owned),
            description: description.map(str::to_owned),
        }
    }
}
