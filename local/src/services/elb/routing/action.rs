//! The actions of a listener or a rule, in the shape of the API.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::oidc::OidcConfig;

/// One action.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::elb) struct Action {
    pub(in crate::services::elb) r#type: String,
    pub(in crate::services::elb) order: Option<u64>,
    pub(in crate::services::elb) target_group_arn: Option<String>,
    pub(in crate::services::elb) forward_config: Option<ForwardConfig>,
    pub(in crate::services::elb) redirect_config: Option<RedirectConfig>,
    pub(in crate::services::elb) fixed_response_config: Option<FixedResponseConfig>,
    pub(super) authenticate_oidc_config: Option<OidcConfig>,
    authenticate_cognito_config: Option<Value>,
    jwt_validation_config: Option<Value>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::elb) struct ForwardConfig {
    pub(in crate::services::elb) target_groups: Vec<TargetGroupTuple>,
    pub(in crate::services::elb) target_group_stickiness_config:
        Option<TargetGroupStickinessConfig>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::elb) struct TargetGroupTuple {
    pub(in crate::services::elb) target_group_arn: String,
    pub(in crate::services::elb) weight: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::elb) struct TargetGroupStickinessConfig {
    pub(in crate::services::elb) enabled: bool,
    pub(in crate::services::elb) duration_seconds: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::elb) struct RedirectConfig {
    pub(in crate::services::elb) protocol: Option<String>,
    pub(in crate::services::elb) port: Option<String>,
    pub(in crate::services::elb) host: Option<String>,
    pub(in crate::services::elb) path: Option<String>,
    pub(in crate::services::elb) query: Option<String>,
    pub(in crate::services::elb) status_code: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(in crate::services::elb) struct FixedResponseConfig {
    pub(in crate::services::elb) message_body: Option<String>,
    pub(in crate::services::elb) status_code: String,
    pub(in crate::services::elb) content_type: Option<String>,
}

impl Action {
    /// As `Describe` actions show it.
    pub(in crate::services::elb) fn described(mut self) -> Self {
        let oidc = self.authenticate_oidc_config.take();
        self.authenticate_oidc_config = oidc.map(OidcConfig::described);
        self
    }

    /// The provider that knows the users, if the action authenticates them.
    pub(super) fn oidc(&self) -> Option<&OidcConfig> {
        let config = self.authenticate_oidc_config.as_ref();
        config.filter(|_| self.r#type == "authenticate-oidc")
    }

    /// The target groups that it forwards to.
    pub(in crate::services::elb) fn target_groups(&self) -> impl Iterator<Item = &str> {
        self.groups().into_iter().map(|(arn, _)| arn)
    }

    /// The target groups that it forwards to, each with its weight.
    pub(in crate::services::elb) fn groups(&self) -> Vec<(&str, u64)> {
        let config = self.forward_config.as_ref();
        let tuples = config.map_or(&[] as &[_], |config| config.target_groups.as_slice());
        if tuples.is_empty() {
            let arn = self.target_group_arn.as_deref();
            return arn.map(|arn| (arn, 1)).into_iter().collect();
        }
        tuples
            .iter()
            .map(|tuple| (tuple.target_group_arn.as_str(), tuple.weight.unwrap_or(1)))
            .collect()
    }

    /// How long a client stays with the target group that it was sent to first, in seconds.
    pub(in crate::services::elb) fn group_stickiness(&self) -> Option<u64> {
        let config = self.forward_config.as_ref()?;
        let sticky = config.target_group_stickiness_config.as_ref()?;
        sticky
            .enabled
            .then(|| sticky.duration_seconds.unwrap_or(3600))
    }
}
