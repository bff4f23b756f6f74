//! Rules for clusters.

use serde_json::Value;

use crate::resources::subject::{Subject, at, fail_if, number, one_of, repeated, text, texts};

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
    fail_if(wrong, || {
        "ClusterName must match ^[a-zA-Z0-9\\-_]{1,255}$".into()
    })
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
    fail_if(missing, || NOT_ASSOCIATED.into())?;
    let strategy = subject.list("DefaultCapacityProviderStrategy");
    fail_if(bases(strategy) > 1, || {
        "The specified capacity provider strategy contains multiple capacity providers with a base value defined. Only one capacity provider in a strategy can have a base value defined.".into()
    })?;
    fail_if(has_no_weight(strategy), || NO_WEIGHT.into())
}

const NO_WEIGHT: &str = "There are no capacity providers in the capacity provider strategy with a weight value greater than zero.";

/// How many providers of a strategy have a base.
fn bases(strategy: &[Value]) -> usize {
    let given = strategy
        .iter()
        .filter(|item| number(item, "Base").is_some_and(|base| base > 0));
    given.count()
}

/// Whether the strategy starts no task, as all its weights are zero; alone, a provider weighs 1.
fn has_no_weight(strategy: &[Value]) -> bool {
    let weightless = |item: &Value| number(item, "Weight") == Some(0);
    !strategy.is_empty() && strategy.iter().all(weightless)
}

/// The weights and bases of a service's strategy.
pub(super) fn service_weights(subject: &Subject<'_>) -> Result<(), String> {
    let strategy = subject.list("CapacityProviderStrategy");
    fail_if(bases(strategy) > 1, || {
        "There are multiple capacity providers in the specified capacity provider strategy with a base value defined. Only one capacity provider in a strategy can have a base value defined.".into()
    })?;
    fail_if(has_no_weight(strategy), || NO_WEIGHT.into())
}

pub(super) fn cluster_commands(subject: &Subject<'_>) -> Result<(), String> {
    let path = "Configuration/ExecuteCommandConfiguration";
    let overrides = subject.text(&format!("{path}/Logging")) == Some("OVERRIDE");
    let logs = subject.has(&format!("{path}/LogConfiguration"));
    fail_if(overrides && !logs, || {
        "A CloudWatch log group name or S3 bucket name must be specified when overriding the default log configuration.".into()
    })?;
    let other = subject.text(&format!("{path}/Logging")).is_some() && !overrides;
    fail_if(logs && other, || {
        "You must set logging to 'OVERRIDE' when you supply a log configuration.".into()
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
