//! Custom resources: they run a Lambda function, which the local AWS does not have.

use super::document::Template;
use crate::aws::AwsError;

/// The custom resources that the CDK adds by itself, and how to deploy without them.
const WAYS_OUT: [(&str, &str); 4] = [
    (
        "Custom::VpcRestrictDefaultSG",
        "set the feature flag @aws-cdk/aws-ec2:restrictDefaultSecurityGroup to false in cdk.json",
    ),
    (
        "Custom::S3AutoDeleteObjects",
        "leave out autoDeleteObjects of the bucket",
    ),
    (
        "Custom::LogRetention",
        "give the resource a log group with a retention instead of logRetention",
    ),
    (
        "Custom::ECRAutoDeleteImages",
        "use emptyOnDelete of the repository instead of autoDeleteImages",
    ),
];

/// # Errors
/// `ValidationError` that names the custom resources, with a way out for those of the CDK.
pub(super) fn check_custom_resources(template: &Template) -> Result<(), AwsError> {
    let types = template
        .resources
        .values()
        .map(|one| one.resource_type.as_str());
    let mut custom: Vec<&str> = types
        .filter(|name| {
            name.starts_with("Custom::") || *name == "AWS::CloudFormation::CustomResource"
        })
        .collect();
    custom.sort_unstable();
    custom.dedup();
    if custom.is_empty() {
        return Ok(());
    }
    let ways: Vec<&str> = WAYS_OUT
        .iter()
        .filter(|(name, _)| custom.contains(name))
        .map(|(_, way)| *way)
        .collect();
    let way = if ways.is_empty() {
        String::new()
    } else {
        format!(": {}", ways.join("; "))
    };
    Err(AwsError::validation(format!(
        "Template format error: the local AWS does not do custom resources yet [{}]{way}.",
        custom.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_resource_is_refused_with_a_way_out() {
        let refusal = |name: &str| {
            let body =
                format!("Resources: {{A: {{Type: '{name}'}}, B: {{Type: 'AWS::EC2::VPC'}}}}");
            check_custom_resources(&Template::parse(&body).unwrap()).map_err(|err| err.message)
        };
        assert_eq!(refusal("AWS::EC2::EIP"), Ok(()));
        let own = refusal("Custom::Own").unwrap_err();
        assert!(
            own.ends_with("custom resources yet [Custom::Own]."),
            "{own}"
        );
        let flag = refusal("Custom::VpcRestrictDefaultSG").unwrap_err();
        assert!(
            flag.contains("restrictDefaultSecurityGroup to false"),
            "{flag}"
        );
    }
}
