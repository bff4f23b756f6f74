//! Whether CloudFormation's caller may do an operation on a resource.

use serde_json::Value;

use super::request::{Request, refusal};
use crate::account::Operation;
use crate::services::iam::{Change, authorize, handlers, is_restricted};

/// Checks that the caller of the stack's operation is authorised for what the resource needs.
///
/// # Errors
/// The service's message, for the event.
pub(super) fn check(
    request: &Request,
    operation: Operation,
    before: Option<&Value>,
) -> Result<(), String> {
    if !is_restricted(&request.account, &request.caller) {
        return Ok(());
    }
    let change = Change {
        operation,
        resource_type: &request.resource_type,
        physical_id: &request.physical_id,
        generated_name: &format!("{}-{}-*", request.stack_name, request.logical_id),
        before,
        properties: &request.properties,
    };
    let needed = handlers::needed(&request.account, &change);
    authorize(&request.account, &request.caller, &needed)
        .map_err(|sentence| denial(&request.resource_type, &sentence))
}

/// The denial in CloudFormation's format, with the name of the service.
fn denial(resource_type: &str, sentence: &str) -> String {
    let service = resource_type.split("::").nth(1).unwrap_or(resource_type);
    let (service, status) = match service {
        "EC2" => ("Ec2", 403),
        "ECS" => ("Ecs", 400),
        "DynamoDB" => ("DynamoDb", 400),
        "SSM" => ("Ssm", 400),
        "IAM" => ("Iam", 403),
        "Logs" => ("CloudWatchLogs", 400),
        "ElasticLoadBalancingV2" => ("ElasticLoadBalancingV2", 403),
        other => (other, 400),
    };
    if service == "Ec2" {
        let sentence = format!("You are not authorized to perform this operation. {sentence}");
        return refusal(&sentence, service, status);
    }
    refusal(sentence, service, status)
}
