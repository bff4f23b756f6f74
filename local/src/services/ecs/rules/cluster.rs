//! Rules for clusters.

use serde_json::Value;

use crate::resources::subject::{Subject, at, fail_if, one_of, repeated, text, texts};

/// Whether ECS takes the name of a cluster, service, family or container.
pub(super) fn is_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=255).contains(&name.len()) && name.chars().all(is_allowed)
}

/// The text at `name`, also if it is empty.
pub(super) fn given<'a>(subject: &Subject<'a>, name: &str) -> Option<&'a str> {
    at(subject.properties, name)?.as_str()
}

pub(super) fn cluster_name(subject: &Subject<'_>) -> Result<(), String> {
    let wrong = given(subject, "ClusterName").is_some_and(|name| !is_name(name));
    fail_if(wrong, || "Invalid cluster name.".into())
}

pub(super) fn cluster_settings(subject: &Subject<'_>) -> Result<(), String> {
    for setting in subject.list("ClusterSettings") {
        let name = text(setting, "Name").unwrap_or("");
        one_of("settings.1.member.name", Some(name), &["containerInsights"])?;
        let value = text(setting, "Value").unwrap_or("");
        if !["enhanced", "enabled", "disabled"].contains(&value) {
            return Err(format!(
                "Cluster setting value '{value}' is not valid. Valid values are enhanced, enabled and disabled."
            ));
        }
    }
    Ok(())
}

/// The providers that every account has.
const PROVIDERS: [&str; 2] = ["FARGATE", "FARGATE_SPOT"];

const NOT_ASSOCIATED: &str = "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.";

fn provider(item: &Value) -> &str {
    text(item, "CapacityProvider").unwrap_or("")
}

pub(super) fn cluster_providers(subject: &Subject<'_>) -> Result<(), String> {
    let providers = subject.texts("CapacityProviders");
    let unknown = providers.iter().find(|name| !PROVIDERS.contains(name));
    if let Some(name) = unknown {
        return Err(format!(
            "The specified capacity provider '{name}' was not found. Specify a valid name or ARN and try again."
        ));
    }
    if repeated(providers.iter().copied()).is_some() {
        return Err("The capacity providers must not contain duplicates.".into());
    }
    let mut strategy = subject.list("DefaultCapacityProviderStrategy").iter();
    let missing = strategy.any(|item| !providers.contains(&provider(item)));
    fail_if(missing, || NOT_ASSOCIATED.into())
}

pub(super) fn cluster_commands(subject: &Subject<'_>) -> Result<(), String> {
    let path = "Configuration/ExecuteCommandConfiguration";
    let overrides = subject.text(&format!("{path}/Logging")) == Some("OVERRIDE");
    let missing = overrides && !subject.has(&format!("{path}/LogConfiguration"));
    fail_if(missing, || {
        "logConfiguration must be specified when logging is OVERRIDE.".into()
    })
}

/// The providers of a service are those of its cluster.
pub(super) fn service_providers(subject: &Subject<'_>) -> Result<(), String> {
    let given = subject.text("Cluster").unwrap_or("default");
    let name = given.rsplit('/').next().unwrap_or(given);
    let Some(cluster) = subject.find("AWS::ECS::Cluster", name) else {
        return Ok(());
    };
    let known = texts(&cluster.properties, "CapacityProviders");
    let associations = subject
        .state
        .inventory
        .of_type("AWS::ECS::ClusterCapacityProviderAssociations");
    let more: Vec<&str> = associations
        .filter(|(_, item)| text(&item.properties, "Cluster") == Some(name))
        .flat_map(|(_, item)| texts(&item.properties, "CapacityProviders"))
        .collect();
    let is_known = |item: &Value| known.contains(&provider(item)) || more.contains(&provider(item));
    let mut strategy = subject.list("CapacityProviderStrategy").iter();
    fail_if(strategy.any(|item| !is_known(item)), || {
        NOT_ASSOCIATED.into()
    })
}
