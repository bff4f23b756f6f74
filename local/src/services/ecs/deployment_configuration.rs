//! How a service is deployed.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value, json};

/// How a new revision replaces the old one. Times are in minutes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Strategy {
    Rolling,
    BlueGreen,
    Linear { percent: f64, bake: u64 },
    Canary { percent: f64, bake: u64 },
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct DeploymentConfiguration {
    pub(super) minimum_healthy_percent: Option<Number>,
    pub(super) maximum_percent: Option<Number>,
    pub(super) deployment_circuit_breaker: DeploymentCircuitBreaker,
    pub(super) strategy: Option<String>,
    pub(super) bake_time_in_minutes: Option<u64>,
    pub(super) alarms: Option<Alarms>,
    pub(super) lifecycle_hooks: Vec<LifecycleHook>,
    pub(super) canary_configuration: Option<CanaryConfiguration>,
    pub(super) linear_configuration: Option<LinearConfiguration>,
    pub(super) early_success_criteria: Option<Value>,
}

/// Shifts a share of the traffic, waits, and shifts the rest.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct CanaryConfiguration {
    pub(super) canary_percent: Option<f64>,
    pub(super) canary_bake_time_in_minutes: Option<u64>,
}

/// Shifts the traffic in equal steps, and waits between them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct LinearConfiguration {
    pub(super) step_percent: Option<f64>,
    pub(super) step_bake_time_in_minutes: Option<u64>,
}

/// What happens at a stage of a deployment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct LifecycleHook {
    pub(super) target_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hook_target_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role_arn: Option<String>,
    pub(super) lifecycle_stages: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hook_details: Option<Value>,
    pub(super) timeout_configuration: TimeoutConfiguration,
}

/// How long a hook may take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct TimeoutConfiguration {
    pub(super) timeout_in_minutes: u64,
    /// `ROLLBACK` or `CONTINUE`.
    pub(super) action: String,
}

impl Default for TimeoutConfiguration {
    fn default() -> Self {
        Self {
            timeout_in_minutes: 1440,
            action: "ROLLBACK".into(),
        }
    }
}

impl LifecycleHook {
    /// Whether the deployment waits for `ContinueServiceDeployment`.
    pub(super) fn is_pause(&self) -> bool {
        self.target_type.as_deref() == Some("PAUSE")
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Alarms {
    pub(super) enable: bool,
    pub(super) rollback: bool,
    pub(super) alarm_names: Vec<String>,
}

/// How many failed tasks trip the circuit breaker.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct ThresholdConfiguration {
    /// `COUNT`, `BOUNDED_PERCENT` or `UNBOUNDED_PERCENT`.
    pub(super) r#type: String,
    pub(super) value: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct DeploymentCircuitBreaker {
    pub(super) enable: bool,
    pub(super) rollback: bool,
    pub(super) reset_on_healthy_task: Option<bool>,
    pub(super) threshold_configuration: Option<ThresholdConfiguration>,
}

impl DeploymentConfiguration {
    /// The deployment configuration with ECS's defaults.
    pub(super) fn with_defaults(&self) -> Value {
        let breaker = &self.deployment_circuit_breaker;
        let mut configuration = json!({
            "Strategy": self.strategy.as_deref().unwrap_or("ROLLING"),
            "MinimumHealthyPercent": self.minimum_healthy_percent.clone().unwrap_or(100.into()),
            "MaximumPercent": self.maximum_percent.clone().unwrap_or(200.into()),
            "DeploymentCircuitBreaker": {"Enable": breaker.enable, "Rollback": breaker.rollback},
            "BakeTimeInMinutes": self.bake_time_in_minutes.unwrap_or(0),
        });
        if let Some(threshold) = &breaker.threshold_configuration {
            configuration["DeploymentCircuitBreaker"]["ThresholdConfiguration"] = json!(threshold);
        }
        if let Some(reset) = breaker.reset_on_healthy_task {
            configuration["DeploymentCircuitBreaker"]["ResetOnHealthyTask"] = reset.into();
        }
        if let Some(alarms) = &self.alarms {
            configuration["Alarms"] = json!(alarms);
        }
        if !self.lifecycle_hooks.is_empty() {
            configuration["LifecycleHooks"] = json!(self.lifecycle_hooks);
        }
        match self.strategy() {
            Strategy::Linear { percent, bake } => {
                configuration["LinearConfiguration"] =
                    json!({"StepPercent": percent, "StepBakeTimeInMinutes": bake});
            }
            Strategy::Canary { percent, bake } => {
                configuration["CanaryConfiguration"] =
                    json!({"CanaryPercent": percent, "CanaryBakeTimeInMinutes": bake});
            }
            Strategy::Rolling | Strategy::BlueGreen => {}
        }
        configuration
    }

    /// How a new revision replaces the old one. A missing value has ECS's default.
    pub(super) fn strategy(&self) -> Strategy {
        match self.strategy.as_deref() {
            Some("BLUE_GREEN") => Strategy::BlueGreen,
            Some("LINEAR") => {
                let linear = self.linear_configuration.clone().unwrap_or_default();
                Strategy::Linear {
                    percent: linear.step_percent.unwrap_or(10.0),
                    bake: linear.step_bake_time_in_minutes.unwrap_or(6),
                }
            }
            Some("CANARY") => {
                let canary = self.canary_configuration.clone().unwrap_or_default();
                Strategy::Canary {
                    percent: canary.canary_percent.unwrap_or(5.0),
                    bake: canary.canary_bake_time_in_minutes.unwrap_or(10),
                }
            }
            _ => Strategy::Rolling,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::schema;

    /// Whether the schema takes this deployment configuration.
    fn is_taken(configuration: &Value) -> bool {
        let properties = json!({"TaskDefinition": "a", "DeploymentConfiguration": configuration});
        let schema = schema("AWS::ECS::Service").unwrap();
        schema.check(&properties).is_ok()
    }

    #[test]
    fn shares_are_tenths_within_their_bounds() {
        for tenths in 1..=1000 {
            let percent = f64::from(tenths) / 10.0;
            let canary = json!({"CanaryConfiguration": {"CanaryPercent": percent}});
            assert!(is_taken(&canary), "{percent}");
            let linear = json!({"LinearConfiguration": {"StepPercent": percent}});
            assert_eq!(is_taken(&linear), percent >= 3.0, "{percent}");
        }
        for percent in [0.0, 0.05, 100.1, 33.33] {
            let canary = json!({"CanaryConfiguration": {"CanaryPercent": percent}});
            assert!(!is_taken(&canary), "{percent}");
        }
    }

    #[test]
    fn times_are_within_their_bounds() {
        for (minutes, expected) in [(0, true), (1440, true), (1441, false)] {
            for configuration in [
                json!({"BakeTimeInMinutes": minutes}),
                json!({"CanaryConfiguration": {"CanaryBakeTimeInMinutes": minutes}}),
                json!({"LinearConfiguration": {"StepBakeTimeInMinutes": minutes}}),
            ] {
                assert_eq!(is_taken(&configuration), expected, "{configuration}");
            }
        }
    }

    #[test]
    fn a_missing_value_has_the_default_of_ecs() {
        for (given, expected) in [
            (json!({}), json!({"Strategy": "ROLLING"})),
            (
                json!({"Strategy": "CANARY"}),
                json!({"CanaryConfiguration": {"CanaryPercent": 5.0, "CanaryBakeTimeInMinutes": 10}}),
            ),
            (
                json!({"Strategy": "LINEAR"}),
                json!({"LinearConfiguration": {"StepPercent": 10.0, "StepBakeTimeInMinutes": 6}}),
            ),
            (
                json!({"LifecycleHooks": [{"TargetType": "PAUSE", "LifecycleStages": ["PRE_SCALE_UP"]}]}),
                json!({"LifecycleHooks": [{
                    "TargetType": "PAUSE",
                    "LifecycleStages": ["PRE_SCALE_UP"],
                    "TimeoutConfiguration": {"TimeoutInMinutes": 1440, "Action": "ROLLBACK"},
                }]}),
            ),
        ] {
            let given: DeploymentConfiguration = serde_json::from_value(given).unwrap();
            let full = given.with_defaults();
            for (name, value) in expected.as_object().unwrap() {
                assert_eq!(&full[name], value);
            }
        }
    }
}
