//! Rules for roles, and for policies as resources.

use serde_json::Value;

use super::super::document::{Kind, parse, parse_managed};
use super::super::managed::{is_of_aws, policy};
use super::principal;
use super::size::size;
use crate::resources::subject::{Subject, at, fail_if, list, repeated, text, within_bounds};

fn is_name(name: &str, longest: usize) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_".contains(c);
    (1..=longest).contains(&name.len()) && name.chars().all(is_allowed)
}

/// The sentence of IAM's model for a value that breaks a constraint.
fn constraint(name: &str, value: &str, constraint: &str) -> String {
    format!(
        "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {constraint}"
    )
}

pub(super) fn role_name(subject: &Subject<'_>) -> Result<(), String> {
    let name = subject.text("RoleName").unwrap_or("r");
    if name.len() > 64 {
        return Err(constraint(
            "roleName",
            name,
            "Member must have length less than or equal to 64",
        ));
    }
    fail_if(!is_name(name, 64), || {
        "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-".into()
    })
}

pub(super) fn role_name_free(subject: &Subject<'_>) -> Result<(), String> {
    let name = subject.text("RoleName");
    let taken =
        name.filter(|name| subject.is_created() && subject.find("AWS::IAM::Role", name).is_some());
    taken.map_or(Ok(()), |name| {
        Err(format!("Role with name {name} already exists."))
    })
}

pub(super) fn session(subject: &Subject<'_>) -> Result<(), String> {
    within_bounds(
        "maxSessionDuration",
        subject.number("MaxSessionDuration"),
        3600,
        43200,
    )
}

pub(super) fn path(subject: &Subject<'_>) -> Result<(), String> {
    let path = subject.text("Path").unwrap_or("/");
    // https://github.com/badmintoncryer/cdk-preflight
    if path.starts_with("/aws-service-role/") {
        return Err(
            "Paths beginning with '/aws-service-role' are reserved for AWS Service Linked Roles"
                .into(),
        );
    }
    fail_if(
        !path.starts_with('/') || !path.ends_with('/') || path.len() > 512 || path == "//",
        || {
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.".into()
        },
    )
}

pub(super) fn trust(subject: &Subject<'_>) -> Result<(), String> {
    let document = at(subject.properties, "AssumeRolePolicyDocument");
    document.map_or(Ok(()), |document| {
        let document = parse(Kind::Trust, document)?;
        principal::check_cognito(&document)?;
        principal::check(subject, &document)
    })
}

pub(super) fn trust_size(subject: &Subject<'_>) -> Result<(), String> {
    let document = at(subject.properties, "AssumeRolePolicyDocument");
    fail_if(
        document.is_some_and(|document| size(document) > 2048),
        || "Cannot exceed quota for ACLSizePerRole: 2048".into(),
    )
}

fn documents<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Value> {
    let policies = subject.list("Policies").iter();
    policies.filter_map(|policy| at(policy, "PolicyDocument"))
}

pub(super) fn inline(subject: &Subject<'_>) -> Result<(), String> {
    documents(subject).try_for_each(|document| parse(Kind::Identity, document).map(|_| ()))
}

pub(super) fn inline_names(subject: &Subject<'_>) -> Result<(), String> {
    let names = || {
        subject
            .list("Policies")
            .iter()
            .map(|policy| text(policy, "PolicyName").unwrap_or(""))
    };
    if names().any(|name| !is_name(name, 128)) {
        return Err("The specified value for policyName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-".into());
    }
    repeated(names()).map_or(Ok(()), |name| {
        Err(format!("Duplicate policy names found in Policies: {name}"))
    })
}

pub(super) fn inline_size(subject: &Subject<'_>) -> Result<(), String> {
    let total: usize = documents(subject).map(size).sum();
    fail_if(total > 10_240, || {
        let role = subject.text("RoleName").unwrap_or(subject.id);
        format!("Maximum policy size of 10240 bytes exceeded for role {role}")
    })
}

pub(super) fn managed(subject: &Subject<'_>) -> Result<(), String> {
    let arns = subject.texts("ManagedPolicyArns");
    for arn in &arns {
        if !(arn.starts_with("arn:") && arn.contains(":iam::") && arn.contains(":policy/")) {
            return Err(format!("ARN {arn} is not valid."));
        }
        let exists = if is_of_aws(arn) {
            policy(arn).is_some()
        } else {
            subject.find("AWS::IAM::ManagedPolicy", arn).is_some()
        };
        if !exists {
            return Err(format!("Policy {arn} does not exist or is not attachable."));
        }
    }
    repeated(arns).map_or(Ok(()), |arn| {
        Err(format!(
            "Duplicate policy ARNs found in ManagedPolicyArns: {arn}"
        ))
    })
}

pub(super) fn managed_quota(subject: &Subject<'_>) -> Result<(), String> {
    let most = subject.quotas.get("managed-policies-per-role");
    fail_if(
        subject.list("ManagedPolicyArns").len() as u64 > most,
        || format!("Cannot exceed quota for PoliciesPerRole: {most}"),
    )
}

pub(super) fn role_quota(subject: &Subject<'_>) -> Result<(), String> {
    let most = subject.quotas.get("roles");
    subject.within(
        "roles",
        &format!("Cannot exceed quota for RolesPerAccount: {most}"),
    )
}

pub(super) fn policy_document(subject: &Subject<'_>) -> Result<(), String> {
    let document = at(subject.properties, "PolicyDocument");
    document.map_or(Ok(()), |document| {
        parse(Kind::Identity, document).map(|_| ())
    })
}

pub(super) fn managed_document(subject: &Subject<'_>) -> Result<(), String> {
    let document = at(subject.properties, "PolicyDocument");
    document.map_or(Ok(()), |document| parse_managed(document).map(|_| ()))
}

pub(super) fn policy_owner(subject: &Subject<'_>) -> Result<(), String> {
    let owned = ["Groups", "Roles", "Users"]
        .into_iter()
        .any(|name| !list(subject.properties, name).is_empty());
    fail_if(!owned, || {
        "At least one of [Groups,Roles,Users] must be non-empty.".into()
    })
}

pub(super) fn policy_role(subject: &Subject<'_>) -> Result<(), String> {
    let role = subject.text("RoleName").unwrap_or("");
    fail_if(subject.find("AWS::IAM::Role", role).is_none(), || {
        format!("The role with name {role} cannot be found.")
    })
}

pub(super) fn managed_name(subject: &Subject<'_>) -> Result<(), String> {
    let name = subject.text("ManagedPolicyName").unwrap_or("p");
    fail_if(!is_name(name, 128), || {
        "The specified value for policyName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-".into()
    })
}

/// IAM has no words for an address that is not one of HTTPS.
pub(super) fn provider_url(subject: &Subject<'_>) -> Result<(), String> {
    let url = subject.text("Url").unwrap_or("");
    fail_if(!url.starts_with("https://"), String::new)
}

pub(super) fn provider_clients(subject: &Subject<'_>) -> Result<(), String> {
    fail_if(subject.list("ClientIdList").len() > 100, || {
        "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100".into()
    })
}

pub(super) fn policy_roles(subject: &Subject<'_>) -> Result<(), String> {
    let mut roles = subject.texts("Roles").into_iter();
    let unknown = roles.find(|role| subject.find("AWS::IAM::Role", role).is_none());
    unknown.map_or(Ok(()), |role| {
        Err(format!("The role with name {role} cannot be found."))
    })
}

pub(super) fn policy_size(subject: &Subject<'_>) -> Result<(), String> {
    let document = at(subject.properties, "PolicyDocument");
    fail_if(
        document.is_some_and(|document| size(document) > 10_240),
        || {
            let role = subject.texts("Roles").first().copied().unwrap_or("");
            format!("Maximum policy size of 10240 bytes exceeded for role {role}")
        },
    )
}

pub(super) fn managed_size(subject: &Subject<'_>) -> Result<(), String> {
    let document = at(subject.properties, "PolicyDocument");
    fail_if(
        document.is_some_and(|document| size(document) > 6144),
        || "Cannot exceed quota for PolicySize: 6144".into(),
    )
}
