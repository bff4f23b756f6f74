//! Resources with a name in the template cannot be replaced: the old and the new one would exist at
//! the same time.

use serde_json::Value;

/// The properties that name a resource. A task definition's family names all of its revisions.
const NAMES: [&str; 14] = [
    "AlarmName",
    "BucketName",
    "ClusterName",
    "DashboardName",
    "GroupName",
    "InstanceProfileName",
    "LogGroupName",
    "ManagedPolicyName",
    "Name",
    "RepositoryName",
    "RoleName",
    "ServiceName",
    "TableName",
    "TopicName",
];

/// The name that prevents a replacement, if the resource has one and keeps it.
///
/// <https://repost.aws/knowledge-center/cloudformation-custom-name>
pub(crate) fn custom_name<'a>(
    resource_type: &str,
    before: &Value,
    after: &'a Value,
) -> Option<&'a str> {
    // The name of a record set belongs to its zone, that of a rule of a group to the group.
    let is_own =
        !["AWS::Route53::RecordSet", "AWS::EC2::SecurityGroupIngress"].contains(&resource_type);
    let kept = |name: &&&str| is_own && after.get(**name) == before.get(**name);
    NAMES
        .iter()
        .filter(kept)
        .find_map(|name| after.get(*name)?.as_str())
}

/// AWS's reason for the failed update.
pub(crate) fn refusal_to_replace(name: &str) -> String {
    format!(
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {name} and update the stack again."
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_that_stays_prevents_a_replacement() {
        let named = |before, after: Value| {
            custom_name("AWS::DynamoDB::Table", &before, &after).map(str::to_owned)
        };
        let old = json!({"TableName": "a", "KeySchema": 1});
        assert_eq!(
            named(old.clone(), json!({"TableName": "a", "KeySchema": 2})),
            Some("a".into())
        );
        assert_eq!(named(old, json!({"TableName": "b", "KeySchema": 2})), None);
        assert_eq!(
            named(json!({"KeySchema": 1}), json!({"KeySchema": 2})),
            None
        );
    }
}
