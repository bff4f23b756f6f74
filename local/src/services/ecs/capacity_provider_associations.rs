//! `AWS::ECS::ClusterCapacityProviderAssociations`: the capacity providers of a cluster, kept with it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::cluster::Cluster;
use super::service_properties::cluster_name;
use crate::account::State;
use crate::resources::{Made, Request, ResourceType, refusal};

pub(crate) struct CapacityProviderAssociations;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct CapacityProviderAssociationsProperties {
    cluster: String,
    capacity_providers: Vec<String>,
    default_capacity_provider_strategy: Vec<Strategy>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Strategy {
    base: Option<u64>,
    capacity_provider: String,
    weight: Option<u64>,
}

type Properties = CapacityProviderAssociationsProperties;

impl ResourceType for CapacityProviderAssociations {
    const NAME: &'static str = "AWS::ECS::ClusterCapacityProviderAssociations";
    const SCHEMA: &'static str = include_str!("capacity_provider_associations.json");
    type Properties = Properties;

    async fn create(request: &Request, properties: &Properties) -> Result<Made, String> {
        request.account.read(|state| check(state, properties))?;
        let name = cluster_name(Some(&properties.cluster)).to_owned();
        Ok(Made::new(name, json!({})))
    }

    fn record(state: &mut State, properties: &Properties, cluster: &str) -> Result<(), String> {
        set(state, properties, cluster);
        Ok(())
    }

    async fn update(request: &Request, _: &Properties, after: &Properties) -> Result<(), String> {
        request.account.change(|state| {
            check(state, after)?;
            set(state, after, &request.physical_id);
            Ok(())
        })
    }

    async fn delete(request: &Request, _: &Properties) -> Result<(), String> {
        let none = Properties::default();
        let cluster = &request.physical_id;
        request.account.change(|state| set(state, &none, cluster));
        Ok(())
    }
}

/// Messages: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html>
fn check(state: &State, properties: &Properties) -> Result<(), String> {
    if !state
        .inventory
        .has(Cluster::NAME, cluster_name(Some(&properties.cluster)))
    {
        return Err(refusal("Cluster not found.", "Ecs", 400));
    }
    let known = |name: &&String| ["FARGATE", "FARGATE_SPOT"].contains(&name.as_str());
    if let Some(other) = properties
        .capacity_providers
        .iter()
        .find(|name| !known(name))
    {
        let message = format!("The specified capacity provider '{other}' was not found.");
        return Err(refusal(&message, "Ecs", 400));
    }
    let mut strategy = properties.default_capacity_provider_strategy.iter();
    let has = |one: &&Strategy| {
        properties
            .capacity_providers
            .contains(&one.capacity_provider)
    };
    if strategy.any(|one| !has(&one)) {
        let message = "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.";
        return Err(refusal(message, "Ecs", 400));
    }
    Ok(())
}

fn set(state: &mut State, properties: &Properties, cluster: &str) {
    let Some(cluster) = state.inventory.get_mut(Cluster::NAME, cluster) else {
        return;
    };
    let strategy = properties.default_capacity_provider_strategy.iter();
    let strategy: Vec<Value> = strategy
        .map(|one| {
            json!({
                "CapacityProvider": one.capacity_provider,
                "Base": one.base.unwrap_or(0),
                "Weight": one.weight.unwrap_or(0),
            })
        })
        .collect();
    let providers = json!(properties.capacity_providers);
    if let Value::Object(kept) = &mut cluster.properties {
        kept.insert("CapacityProviders".into(), providers);
        kept.insert("DefaultCapacityProviderStrategy".into(), strategy.into());
    }
}
