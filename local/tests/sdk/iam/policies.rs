//! Everything that is attached to a role counts.

use e2e::Account;

use super::{assumed, described, role, role_with};

/// What `DescribeParameters` and `PutParameter` answer; nothing if they are allowed.
async fn denials(config: &aws_config::SdkConfig) -> (Option<String>, Option<String>) {
    let ssm = aws_sdk_ssm::Client::new(config);
    let read = ssm.describe_parameters().send().await;
    let put = ssm.put_parameter().name("/a").value("v").overwrite(true);
    let put = put
        .r#type(aws_sdk_ssm::types::ParameterType::String)
        .send()
        .await;
    let because = |denial: String| denial.split_once(" on resource: ").unwrap().1.to_owned();
    (
        read.map_err(|err| because(described(&err))).err(),
        put.map_err(|err| because(described(&err))).err(),
    )
}

const PARAMETER: &str = "arn:aws:ssm:eu-central-1:123456789012:parameter/a";

#[tokio::test]
async fn inline_managed_boundary_and_deny_count() {
    let account = Account::new().await;
    let no =
        |kind: &str| format!("{PARAMETER} because no {kind} allows the ssm:PutParameter action");
    let read_only = r#""ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess"]"#;
    let all = r#""Policies": [{"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]"#;
    let cases = [
        (role_with(read_only), Some(no("identity-based policy"))),
        (role_with(all), None),
        (
            role_with(&format!(
                r#"{all}, "PermissionsBoundary": "arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess""#
            )),
            Some(no("permissions boundary")),
        ),
        (
            role(
                r#"[{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "ssm:Put*", "Resource": "*"}]"#,
            ),
            Some(format!(
                "{PARAMETER} with an explicit deny in an identity-based policy"
            )),
        ),
    ];
    for (template, expected) in cases {
        let config = assumed(&account, &template).await;
        assert_eq!(denials(&config).await, (None, expected), "{template}");
    }
    account.local.stop().await;
}

#[tokio::test]
async fn policies_of_their_own_count_too() {
    let account = Account::new().await;
    let document = |action: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}]}}"#
        )
    };
    let role = role_with(r#""Description": "no policies""#);
    let with = |kind: &str, properties: &str| {
        let policy = format!(
            r#", "{kind}": {{"Type": "AWS::IAM::{kind}", "Properties": {properties}}}}}}}"#
        );
        format!("{}{policy}", role.strip_suffix("}}").unwrap())
    };
    let put = document("ssm:PutParameter");
    let (read_denied, put_denied) = denials(&assumed(&account, &role).await).await;
    assert!(read_denied.is_some() && put_denied.is_some());
    for (kind, properties) in [
        (
            "Policy",
            format!(
                r#"{{"PolicyName": "p", "Roles": [{{"Ref": "Role"}}], "PolicyDocument": {put}}}"#
            ),
        ),
        (
            "ManagedPolicy",
            format!(r#"{{"Roles": [{{"Ref": "Role"}}], "PolicyDocument": {put}}}"#),
        ),
    ] {
        let config = assumed(&account, &with(kind, &properties)).await;
        let (read_denied, put_denied) = denials(&config).await;
        assert_eq!(put_denied, None, "{kind}");
        assert_eq!(
            read_denied.unwrap(),
            "* because no identity-based policy allows the ssm:DescribeParameters action"
        );
    }
    account.local.stop().await;
}
