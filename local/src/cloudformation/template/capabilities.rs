//! The capabilities that a template needs.

use super::definition::Definition;
use super::document::Template;

/// The capabilities that the caller must acknowledge to deploy `template`.
pub(crate) fn capabilities(template: &Template) -> Vec<&'static str> {
    let iam = |definition: &&Definition| definition.resource_type.starts_with("AWS::IAM::");
    let named = |definition: &Definition| {
        [
            "RoleName",
            "PolicyName",
            "ManagedPolicyName",
            "UserName",
            "GroupName",
        ]
        .iter()
        .any(|name| {
            !["AWS::IAM::Policy", "AWS::IAM::RolePolicy"]
                .contains(&definition.resource_type.as_str())
                && definition.properties.get(name).is_some()
        })
    };
    let mut resources = template.resources.values().filter(iam).peekable();
    if resources.peek().is_none() {
        return Vec::new();
    }
    if resources.any(named) {
        vec!["CAPABILITY_NAMED_IAM"]
    } else {
        vec!["CAPABILITY_IAM"]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_roles_need_more_than_unnamed_ones() {
        let needed = |properties: &str| {
            capabilities(
                &Template::parse(&format!(
                    "Resources: {{R: {{Type: AWS::IAM::Role, Properties: {properties}}}}}"
                ))
                .unwrap(),
            )
        };
        assert_eq!(needed("{}"), ["CAPABILITY_IAM"]);
        assert_eq!(needed("{RoleName: x}"), ["CAPABILITY_NAMED_IAM"]);
        let vpc = Template::parse("Resources: {A: {Type: AWS::EC2::VPC}}").unwrap();
        assert!(capabilities(&vpc).is_empty());
    }
}
