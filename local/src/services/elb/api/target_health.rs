//! `DescribeTargetHealth`.

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::aws::AwsError;
use crate::services::elb::{Health, Target};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    target_group_arn: String,
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
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TargetDescription {
    id: String,
    port: u16,
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
    let targets = targets.ok_or_else(|| {
        AwsError::new("TargetGroupNotFound", "One or more target groups not found")
    })?;
    let targets = targets.all();
    Ok(Output {
        target_health_descriptions: targets.iter().map(|target| description(target)).collect(),
    })
}

fn description(target: &Target) -> Description {
    let address = target.address;
    Description {
        target: TargetDescription {
            id: address.ip().to_string(),
            port: address.port(),
        },
        health_check_port: address.port().to_string(),
        target_health: TargetHealth::of(target),
    }
}

impl TargetHealth {
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
