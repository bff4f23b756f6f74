//! IAM: roles and policies stand and have names; the local AWS asks nobody for permission.

use serde_json::json;

use crate::account::{ACCOUNT, PARTITION, generated_name, suffix};
use crate::resources::{Made, Request};

/// Makes a role or a policy.
pub(crate) fn create(request: &Request) -> Made {
    match request.resource_type.as_str() {
        "AWS::IAM::Role" => {
            let name = request.name("RoleName");
            let arn = format!("arn:{PARTITION}:iam::{ACCOUNT}:role/{name}");
            Made::new(
                name,
                json!({"Arn": arn, "RoleId": format!("AROA{}", suffix(17))}),
            )
        }
        "AWS::IAM::ManagedPolicy" => {
            let arn = format!(
                "arn:{PARTITION}:iam::{ACCOUNT}:policy/{}",
                request.name("ManagedPolicyName")
            );
            Made::new(arn.clone(), json!({"PolicyArn": arn}))
        }
        _ => {
            // A policy's name is unique within its role only.
            let id = generated_name(&request.stack_name, &request.logical_id);
            Made::new(id.clone(), json!({"Id": id}))
        }
    }
}
