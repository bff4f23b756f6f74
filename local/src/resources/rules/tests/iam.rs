//! Mistakes in roles and policies.

use super::Case;

const ROLE: &str = "IAM::Role";
const POLICY: &str = "IAM::Policy";

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    ("role_name", ROLE, r#"{"RoleName": "my role"}"#, "The specified value for roleName is invalid."),
    ("role_name_free", ROLE, r#"{"RoleName": "worker"}"#, "Role with name worker already exists."),
    ("session", ROLE, r#"{"MaxSessionDuration": 60}"#, "Value '60' at 'maxSessionDuration'"),
    ("path", ROLE, r#"{"Path": "app"}"#, "The specified value for path is invalid."),
    ("trust", ROLE, r#"{"AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}}"#, "Missing required field Principal"),
    ("trust", ROLE, r#"{"AssumeRolePolicyDocument": {"Statement": [{"Principal": {"Service": "ecs-task.amazonaws.com"}, "Effect": "Allow", "Action": "sts:AssumeRole"}]}}"#, r#"Invalid principal in policy: "SERVICE":"ecs-task.amazonaws.com""#),
    ("trust", ROLE, r#"{"AssumeRolePolicyDocument": {"Statement": [{"Principal": {"AWS": "arn:aws:iam::123456789012:role/gone"}, "Effect": "Allow", "Action": "sts:AssumeRole"}]}}"#, r#"Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/gone""#),
    ("trust", ROLE, r#"{"AssumeRolePolicyDocument": {"Statement": [{"Principal": {"AWS": "123456789012"}, "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}}"#, "Has prohibited field Resource"),
    ("trust", ROLE, r#"{"AssumeRolePolicyDocument": {"Statement": [{"Principal": {"AWS": "123456789012"}, "Effect": "Allow", "Action": "iam:PassRole"}]}}"#, "AssumeRole policy may only specify STS AssumeRole actions."),
    ("trust_size", ROLE, TRUST, "Cannot exceed quota for ACLSizePerRole: 2048"),
    ("inline", ROLE, r#"{"Policies": [{"PolicyName": "a", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*"}]}}]}"#, "Policy statement must contain actions."),
    ("inline_names", ROLE, r#"{"Policies": [{"PolicyName": "a"}, {"PolicyName": "a"}]}"#, "Duplicate policy names"),
    ("inline_size", ROLE, LONG, "Maximum policy size of 10240 bytes exceeded for role"),
    ("managed", ROLE, r#"{"ManagedPolicyArns": ["AmazonECSTaskExecutionRolePolicy"]}"#, "ARN AmazonECSTaskExecutionRolePolicy is not valid."),
    ("managed", ROLE, r#"{"ManagedPolicyArns": ["arn:aws:iam::123456789012:policy/gone"]}"#, "does not exist or is not attachable."),
    ("managed_quota", ROLE, r#"{"$quota": "managed-policies-per-role=0"}"#, "Cannot exceed quota for PoliciesPerRole: 0"),
    ("role_quota", ROLE, r#"{"$quota": "roles=1"}"#, "Cannot exceed quota for RolesPerAccount: 1"),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Version": "2012-10-18"}}"#, "Syntax errors in policy."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statements": []}}"#, "Syntax errors in policy."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": []}}"#, "Syntax errors in policy."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Action": "s3:Get", "Resource": "*"}]}}"#, "Syntax errors in policy."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Effect": "allow", "Action": "s3:Get", "Resource": "*"}]}}"#, "Syntax errors in policy."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "Scan", "Resource": "*"}]}}"#, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:Get"}]}}"#, "Policy statement must contain resources."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:Get", "Resource": "table"}]}}"#, r#"Resource table must be in ARN format or "*"."#),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:Get", "Resource": "arn:awss:s3:::a"}]}}"#, r#"Partition "awss" is not valid"#),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:Get", "Resource": "*", "Principal": "*"}]}}"#, "Policy document should not specify a principal."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:Get", "Resource": "*", "Sid": "a b"}]}}"#, "Statement IDs (SID) must be alpha-numeric."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:Get", "Resource": "*", "Condition": {"StringEqual": {"aws:a": "b"}}}]}}"#, "Syntax errors in policy."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:Get", "Resource": "*", "Conditions": {}}]}}"#, "Syntax errors in policy."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Sid": "A", "Effect": "Allow", "Action": "s3:Get", "Resource": "*"}, {"Sid": "A", "Effect": "Deny", "Action": "s3:Get", "Resource": "*"}]}}"#, "Statement IDs (SID) in a single policy must be unique."),
    ("policy_owner", POLICY, r#"{"Roles": null}"#, "At least one of [Groups,Roles,Users] must be non-empty."),
    ("policy_roles", POLICY, r#"{"Roles": ["gone"]}"#, "The role with name gone cannot be found."),
    ("policy_size", POLICY, LONG_POLICY, "Maximum policy size of 10240 bytes exceeded for role worker"),
    ("managed_document", "IAM::ManagedPolicy", r#"{"PolicyDocument": {"Version": "2008-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}}"#, "Policy document must be version 2012-10-17 or greater."),
    ("policy_roles", "IAM::ManagedPolicy", r#"{"Roles": ["gone"]}"#, "The role with name gone cannot be found."),
    ("managed_size", "IAM::ManagedPolicy", LONG_POLICY, "Cannot exceed quota for PolicySize: 6144"),
    ("path", "IAM::Role", r#"{"Path": "//"}"#, "The specified value for path is invalid."),
    ("path", "IAM::Role", r#"{"Path": "x/"}"#, "The specified value for path is invalid."),
    ("path", ROLE, r#"{"Path": "/aws-service-role/a/"}"#, "are reserved for AWS Service Linked Roles"),
    ("trust", ROLE, r#"{"AssumeRolePolicyDocument": {"Statement": [{"Principal": "*", "Effect": "Allow", "Action": "sts:AssumeRole"}]}}"#, r#"AssumeRolepolicy contained an invalid principal: "STAR":"*"."#),
    ("trust", ROLE, r#"{"AssumeRolePolicyDocument": {"Statement": [{"Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity"}]}}"#, "A condition block must be present for the Cognito provider"),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s*:Get", "Resource": "*"}]}}"#, "Action vendors (e.g., aws, ec2, etc.) must not contain wildcards."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:Get", "Resource": "arn:aws:s3:eu-central-1::a"}]}}"#, "Resource arn:aws:s3:eu-central-1::a can not contain region information."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:Get", "Resource": "arn:aws:s3::123456789012:a"}]}}"#, "Resource arn:aws:s3::123456789012:a cannot contain an account id."),
    ("policy_document", POLICY, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:Get", "Resource": "*", "Condition": {"NumericLessThan": {"s3:max-keys": "ten"}}}]}}"#, "The policy failed legacy parsing"),
    ("policy_document", "IAM::RolePolicy", r#"{"PolicyDocument": {"Version": "2012-10-18"}}"#, "Syntax errors in policy."),
    ("policy_role", "IAM::RolePolicy", r#"{"RoleName": "gone"}"#, "The role with name gone cannot be found."),
    ("managed_name", "IAM::ManagedPolicy", r#"{"ManagedPolicyName": "my policy"}"#, "The specified value for policyName is invalid."),
    ("provider_url", "IAM::OIDCProvider", r#"{"Url": "http://example.com"}"#, ""),
    ("provider_clients", "IAM::OIDCProvider", CLIENTS, "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100"),
];

/// 100 letters, and more of them.
macro_rules! letters {
    () => { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
    (ten) => { concat!(letters!(), letters!(), letters!(), letters!(), letters!(), letters!(), letters!(), letters!(), letters!(), letters!()) };
    (many) => { concat!(letters!(ten), letters!(ten), letters!(ten), letters!(ten), letters!(ten), letters!(ten), letters!(ten), letters!(ten), letters!(ten), letters!(ten), letters!(ten)) };
}

const TRUST: &str = concat!(
    r#"{"AssumeRolePolicyDocument": {"Statement": [{"Sid": ""#,
    letters!(ten),
    letters!(ten),
    r#"", "Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}]}}"#
);
const LONG: &str = concat!(
    r#"{"Policies": [{"PolicyName": "a", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Sid": ""#,
    letters!(many),
    r#"", "Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}"#
);
const LONG_POLICY: &str = concat!(
    r#"{"PolicyDocument": {"Statement": [{"Sid": ""#,
    letters!(many),
    r#"", "Effect": "Allow", "Action": "*", "Resource": "*"}]}}"#
);
#[rustfmt::skip]
const CLIENTS: &str = r#"{"ClientIdList": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39", "40", "41", "42", "43", "44", "45", "46", "47", "48", "49", "50", "51", "52", "53", "54", "55", "56", "57", "58", "59", "60", "61", "62", "63", "64", "65", "66", "67", "68", "69", "70", "71", "72", "73", "74", "75", "76", "77", "78", "79", "80", "81", "82", "83", "84", "85", "86", "87", "88", "89", "90", "91", "92", "93", "94", "95", "96", "97", "98", "99", "100"]}"#;
