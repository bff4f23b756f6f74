//! What to do about the known messages of AWS.

use crate::model::Failure;

/// What to do about a failure, if its message is known.
pub(super) fn way_out(failure: &Failure) -> Option<&'static str> {
    let (_, way_out) = KNOWN
        .iter()
        .find(|(words, _)| words.iter().any(|word| failure.reason.contains(word)))?;
    Some(way_out)
}

/// Words in messages of AWS, and what to do about them. The more specific ones come first.
const KNOWN: &[(&[&str], &str)] = &[
    (
        &["CannotPullContainerError"],
        "check that the image exists under this name and that its registry can be reached from the private subnets",
    ),
    (
        &["Circuit Breaker", "circuit breaker"],
        "the tasks did not become healthy (see below): deploy an image that starts and answers /ping",
    ),
    (
        &[
            "did not stabilize",
            "NotStabilized",
            "Exceeded attempts to wait",
        ],
        "the resource was created but did not become ready in time: look at its own events in the console, then deploy again",
    ),
    (
        &[
            "is not authorized to perform",
            "AccessDenied",
            "not authorized",
        ],
        "grant the permission in the message to the user or role that deploys",
    ),
    (
        &[
            "LimitExceeded",
            "limit has been reached",
            "maximum number of",
        ],
        "delete what you no longer need, or raise the limit in Service Quotas (on the local AWS: start it with --quota)",
    ),
    (
        &["deletion protection", "DeletionProtection"],
        "turn off the deletion protection of the resource, with an option of `deploy` or in the console, and try again",
    ),
    (
        &["custom-named resource requires replacing"],
        "rename the resource in the template: the old one still exists while the new one is made",
    ),
    (
        &["already exists", "AlreadyExists"],
        "a resource with this name was created outside of this stack: delete it, or deploy with another name",
    ),
    (
        &[
            "has dependencies",
            "DependencyViolation",
            "has a dependent object",
            "in use",
            "mapped public address",
        ],
        "delete everything that still uses it, and try again",
    ),
    (
        &[
            "Throttling",
            "Rate exceeded",
            "Internal Failure",
            "InternalFailure",
            "ServiceUnavailable",
        ],
        "this is temporary: try again",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn way_out_for(reason: &str) -> Option<&'static str> {
        way_out(&Failure {
            logical_id: "A".into(),
            resource_type: "AWS::EC2::VPC".into(),
            line: None,
            reason: reason.into(),
            in_rollback: false,
        })
    }

    #[test]
    fn a_known_message_has_a_way_out() {
        let denied = "User: arn:aws:iam::1:user/a is not authorized to perform: ec2:CreateVpc on resource: * (Service: Ec2, Status Code: 403)";
        assert!(way_out_for(denied).is_some_and(|way_out| way_out.contains("permission")));
        let limit = "The maximum number of VPCs has been reached.";
        assert!(way_out_for(limit).is_some_and(|way_out| way_out.contains("Service Quotas")));
        assert_eq!(way_out_for("Something new"), None);
    }
}
