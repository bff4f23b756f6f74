//! Checks that all parts of the network share: which parts exist, and which are in use.

use serde_json::json;

use super::route_table::RouteTable;
use super::vpc::{Vpc, main_table};
use crate::account::State;
use crate::aws::{AwsError, ec2_id};
use crate::resources::{Made, ResourceType as _, refusal};

/// The types whose resources keep a part of the network in use.
const USERS: [&str; 3] = [
    "AWS::EC2::",
    "AWS::ECS::Service",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
];

/// An error from EC2 for a call that fails.
pub(super) fn refusal_of(err: &AwsError) -> String {
    refusal(&err.message, "Ec2", err.status)
}

/// Checks that a route table exists, be it the main one of a VPC.
///
/// # Errors
/// EC2's message if it does not.
pub(super) fn check_table(state: &State, id: &str) -> Result<(), String> {
    let mut vpcs = state.inventory.of_type(Vpc::NAME);
    if vpcs.any(|(vpc, item)| main_table(vpc, item) == id) {
        return Ok(());
    }
    if state.inventory.has(RouteTable::NAME, id) {
        return Ok(());
    }
    refused(&format!("The routeTable ID '{id}' does not exist"))
}

/// An error from EC2.
pub(super) fn refused<T>(sentence: &str) -> Result<T, String> {
    Err(refusal(sentence, "Ec2", 400))
}

/// Checks that the ids in the properties exist; `named` holds names of properties with their ids.
///
/// # Errors
/// EC2's message for the first id that does not exist.
pub(super) fn check_ids(state: &State, named: &[(&str, Option<&str>)]) -> Result<(), String> {
    for (property, id) in named {
        if let Some(id) = *id
            && state.inventory.get(id).is_none()
        {
            return refused(&format!("The {property} '{id}' does not exist"));
        }
    }
    Ok(())
}

/// A resource with an id `PREFIX-…`, which is also its only attribute.
pub(super) fn with_id(prefix: &str, attribute: &str) -> Made {
    let id = ec2_id(prefix);
    Made::new(id.clone(), json!({ attribute: id }))
}

/// Whether another resource needs the one with this id.
pub(super) fn is_used(state: &State, id: &str) -> bool {
    let users = state.inventory.users(id, &USERS);
    users.iter().any(|user| *user != id) || state.interfaces.uses(id)
}

/// Checks that nothing uses the resource any more; `noun` is EC2's name for its type.
///
/// # Errors
/// EC2's message for a resource with dependencies.
pub(super) fn check_unused(state: &State, noun: &str, id: &str) -> Result<(), String> {
    if is_used(state, id) {
        return refused(&format!(
            "The {noun} '{id}' has dependencies and cannot be deleted."
        ));
    }
    Ok(())
}
