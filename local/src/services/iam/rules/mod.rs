//! IAM's rules for roles and policies.

mod principal;
mod role;
mod size;

pub(super) use self::principal::unknown_principal;

use crate::resources::{no_opening, rules};

rules! { "Iam", no_opening;
    role::role_name, "IAM::Role", ValidationError, "The name has at most 64 letters, digits and + = , . @ - _", "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html";
    role::role_name_free, "IAM::Role", EntityAlreadyExists, "No other role has the name", "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html";
    role::session, "IAM::Role", ValidationError, "A session lasts 1 to 12 hours", "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html";
    role::path, "IAM::Role", ValidationError, "The path begins and ends with a slash, and is none of AWS's own", "https://github.com/badmintoncryer/cdk-preflight";
    role::trust, "IAM::Role", MalformedPolicyDocument, "The trust policy follows the grammar, with principals and STS actions", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html";
    role::trust_size, "IAM::Role", LimitExceeded, "The trust policy has at most 2048 characters", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
    role::inline, "IAM::Role", MalformedPolicyDocument, "Inline policies follow the grammar", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html";
    role::inline_names, "IAM::Role", ValidationError, "Inline policies have different names", "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html";
    role::inline_size, "IAM::Role", LimitExceeded, "Inline policies have at most 10240 characters in total", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
    role::managed, "IAM::Role", InvalidInput, "Managed policies exist, and are listed once", "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html";
    role::managed_quota, "IAM::Role", LimitExceeded, "A role has 10 managed policies (quota managed-policies-per-role)", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
    role::role_quota, "IAM::Role", LimitExceeded, "An account has 1000 roles (quota roles)", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
    role::policy_document, "IAM::Policy", MalformedPolicyDocument, "The policy follows the grammar", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html";
    role::policy_owner, "IAM::Policy", ValidationError, "The policy belongs to a role, user or group", "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html";
    role::policy_roles, "IAM::Policy", NoSuchEntity, "The roles exist", "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html";
    role::policy_size, "IAM::Policy", LimitExceeded, "The policy has at most 10240 characters", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
    role::policy_document, "IAM::RolePolicy", MalformedPolicyDocument, "The policy follows the grammar", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html";
    role::policy_role, "IAM::RolePolicy", NoSuchEntity, "The role exists", "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html";
    role::provider_url, "IAM::OIDCProvider", InvalidInput, "The address begins with https://", "https://github.com/badmintoncryer/cdk-preflight";
    role::provider_clients, "IAM::OIDCProvider", LimitExceeded, "A provider has at most 100 client ids", "https://github.com/badmintoncryer/cdk-preflight";
    role::managed_name, "IAM::ManagedPolicy", ValidationError, "The name has at most 128 letters, digits and + = , . @ - _", "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html";
    role::managed_document, "IAM::ManagedPolicy", MalformedPolicyDocument, "The policy follows the grammar, in version 2012-10-17", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html";
    role::policy_roles, "IAM::ManagedPolicy", NoSuchEntity, "The roles exist", "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html";
    role::managed_size, "IAM::ManagedPolicy", LimitExceeded, "The policy has at most 6144 characters", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
}
