use crate::Failure;

/// An operation that came to rest without what it was begun for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedOperation {
    /// The name of the stack.
    pub stack: String,
    /// The status it ended in.
    pub status: String,
    /// How and why this program itself has ended the operation, if it has.
    pub ended: Option<String>,
    /// What failed, the root cause first.
    pub failures: Vec<Failure>,
    /// What was seen while it happened, and may be gone by now.
    pub testimony: Option<String>,
}

/// What leads out of a failure, where its message is a known one.
pub(crate) fn way_out(failure: &Failure) -> Option<&'static str> {
    let (_, way_out) = KNOWN
        .iter()
        .find(|(words, _)| words.iter().any(|word| failure.reason.contains(word)))?;
    Some(way_out)
}

/// Words of AWS's messages, and what to do about them; the more special ones first.
const KNOWN: &[(&[&str], &str)] = &[
    (
        &["CannotPullContainerError"],
        "check that the image exists under this name and that its registry can be reached from the private subnets",
    ),
    (
        &["Circuit Breaker", "circuit breaker"],
        "the tasks did not become healthy: what they said is below; deploy an image that starts and answers /ping",
    ),
    (
        &[
            "did not stabilize",
            "NotStabilized",
            "Exceeded attempts to wait",
        ],
        "the resource was made but did not become ready in time: look at its own events in the console, then deploy again",
    ),
    (
        &[
            "is not authorized to perform",
            "AccessDenied",
            "not authorized",
        ],
        "give the permission that the message names to whoever deploys",
    ),
    (
        &[
            "LimitExceeded",
            "limit has been reached",
            "maximum number of",
        ],
        "delete what is not needed any more, or raise the limit in Service Quotas",
    ),
    (
        &["deletion protection", "DeletionProtection"],
        "take the protection away first: `task deploy-table -- --deletion-protection false`",
    ),
    (
        &["custom-named resource requires replacing"],
        "give the resource another name in the template, since the old one stands until the new one does",
    ),
    (
        &["already exists", "AlreadyExists"],
        "something of this name was made outside this stack: delete it, or deploy under another name",
    ),
    (
        &[
            "has dependencies",
            "DependencyViolation",
            "has a dependent object",
            "in use",
            "mapped public address",
        ],
        "delete what still uses it, whatever made that, and try again",
    ),
    (
        &[
            "Throttling",
            "Rate exceeded",
            "Internal Failure",
            "InternalFailure",
            "ServiceUnavailable",
        ],
        "this passes by itself: try again",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn way_out_of(reason: &str) -> Option<&'static str> {
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
        assert!(way_out_of(denied).is_some_and(|way| way.contains("permission")));
        let limit = "The maximum number of VPCs has been reached.";
        assert!(way_out_of(limit).is_some_and(|way| way.contains("Service Quotas")));
        assert_eq!(way_out_of("Something new"), None);
    }
}
