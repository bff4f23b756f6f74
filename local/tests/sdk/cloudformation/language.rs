//! The template language: forms that AWS takes, and restrictions that it reports in its own words.

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use e2e::Account;

use super::{events, position, value};

fn parameter(rest: &str) -> String {
    format!(
        "Resources: {{A: {{Type: AWS::SSM::Parameter, Properties: {{Name: /a, Type: String, {rest}}}}}}}\n"
    )
}

async fn put(account: &Account, name: &str, value: &str, kind: &str) {
    let put = account.ssm.put_parameter().name(name).value(value);
    put.r#type(kind.into())
        .overwrite(true)
        .send()
        .await
        .unwrap();
}

async fn refusal(account: &Account, template: &str) -> String {
    let create = account.cloudformation.create_stack().stack_name("test");
    let refused = create.template_body(template).send().await;
    let refused = refused.expect_err(template);
    assert_eq!(refused.code(), Some("ValidationError"), "{refused:?}");
    refused.message().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_wrong_template_is_refused_at_once() {
    let account = Account::new().await;
    put(&account, "/secret", "x", "SecureString").await;
    put(&account, "/list", "x,y", "StringList").await;
    let conditional = |rest: &str| {
        format!(
            "Conditions: {{Never: !Equals [a, b]}}\nResources:\n  \
               Gone: {{Type: AWS::EC2::EIP, Condition: Never}}\n  \
               A: {{Type: AWS::SSM::Parameter, Properties: {{Name: /a, Type: String, {rest}\n"
        )
    };
    let unresolved = "Template format error: Unresolved resource dependencies [Gone] in the Resources block of the template";
    let typed = |kind: &str, name: &str| {
        format!(
            "Parameters: {{P: {{Type: 'AWS::SSM::Parameter::Value<{kind}>', Default: {name}}}}}\n{}",
            parameter("Value: x")
        )
    };
    for (template, expected) in [
        (conditional("Value: !Ref Gone}}"), unresolved),
        (conditional("Value: !Sub '${Gone}-x'}}"), unresolved),
        (
            conditional("Value: x}}\nOutputs: {O: {Value: !Ref Gone}}"),
            "Template format error: Unresolved resource dependencies [Gone] in the Outputs block of the template",
        ),
        (
            parameter("Value: !Select [2, [a, b]]"),
            "Template error: Fn::Select cannot select nonexistent value at index 2",
        ),
        (
            parameter("Value: '{{resolve:ssm:/x:prod}}'"),
            "Incorrect format is used in the following SSM reference: [{{resolve:ssm:/x:prod}}]",
        ),
        (
            parameter("Value: '{{resolve:ssm:/secret}}'"),
            "Non-secure ssm prefix was used for secure parameter /secret",
        ),
        (
            parameter("Value: '{{resolve:ssm-secure:/secret:1}}'"),
            "SSM Secure reference is not supported in: [AWS::SSM::Parameter/Properties/Value]",
        ),
        (
            parameter("Value: '{{resolve:ssm:/none}}'"),
            "Parameters: [ssm:/none] cannot be found.",
        ),
        (
            typed("String", "/secret"),
            "Parameters [/secret] referenced by template have types not supported by CloudFormation.",
        ),
        (
            typed("String", "/list"),
            "Types for SSM parameters [/list] defined in CFN template and SSM are incompatible",
        ),
        (
            format!(
                "Parameters: {{P: {{Type: String, MaxLength: 5, Default: longer}}}}\n{}",
                parameter("Value: x")
            ),
            "Parameter 'P' must contain at most 5 characters",
        ),
    ] {
        assert_eq!(refusal(&account, &template).await, expected, "{template}");
    }
    assert!(account.stack("test").await.is_none());
}

#[tokio::test]
async fn a_branch_that_is_not_taken_may_name_what_is_not_made() {
    let account = Account::new().await;
    let template = "Conditions: {Never: !Equals [a, b]}\nResources:\n  \
        Gone: {Type: AWS::EC2::EIP, Condition: Never}\n  \
        Other: {Type: AWS::SSM::Parameter, Condition: Never, Properties: {Name: /o, Type: String, Value: !Ref Gone}}\n  \
        A: {Type: AWS::SSM::Parameter, DependsOn: Gone, Properties: {Name: /a, Type: String, Value: !If [Never, !Ref Gone, plain]}}\n\
        Outputs: {O: {Condition: Never, Value: !Ref Gone}}\n";
    assert_eq!(
        account.deploy("test", template, &[]).await,
        "CREATE_COMPLETE"
    );
    assert_eq!(value(&account, "/a").await.as_deref(), Some("plain"));
}

#[tokio::test]
async fn metadata_that_refers_to_a_resource_waits_for_it() {
    let account = Account::new().await;
    let template = |to: &str| {
        format!(
            "Conditions: {{Always: !Equals [a, a]}}\nResources:\n  \
             A:\n    Type: AWS::SSM::Parameter\n    \
             Metadata: {{After: !If [Always, !Ref {to}, '']}}\n    \
             Properties: {{Name: /a, Type: String, Value: x}}\n  \
             B: {{Type: AWS::SSM::Parameter, Condition: Always, Properties: {{Name: /b, Type: String, Value: x}}}}\n"
        )
    };
    assert_eq!(
        refusal(&account, &template("Nothing")).await,
        "Template format error: Unresolved resource dependencies [Nothing] in the Resources block of the template"
    );
    let status = account.deploy("test", &template("B"), &[]).await;
    assert_eq!(status, "CREATE_COMPLETE");
    let seen = events(&account, "test").await;
    let (first, then) = (
        position(&seen, "B", "CREATE_COMPLETE"),
        position(&seen, "A", "CREATE_IN_PROGRESS"),
    );
    assert!(first < then, "{seen:?}");
}

#[tokio::test]
async fn a_value_that_does_not_exist_rolls_the_stack_back() {
    let account = Account::new().await;
    let template = format!(
        "Parameters:\n  Net: {{Type: 'AWS::EC2::VPC::Id', Default: vpc-1}}\n  \
         Name: {{Type: 'AWS::SSM::Parameter::Name', Default: /none}}\n{}",
        parameter("Value: x")
    );
    let reason = "Parameter validation failed: parameter value /none for parameter name Name does not exist, parameter value vpc-1 for parameter name Net does not exist";
    let create = account.cloudformation.create_stack().stack_name("test");
    create.template_body(&template).send().await.unwrap();
    assert_eq!(account.settled("test").await, "ROLLBACK_COMPLETE");
    let seen = events(&account, "test").await;
    let statuses: Vec<&str> = seen.iter().map(|(_, status, _)| status.as_str()).collect();
    assert_eq!(
        statuses,
        [
            "CREATE_IN_PROGRESS",
            "ROLLBACK_IN_PROGRESS",
            "ROLLBACK_COMPLETE"
        ]
    );
    let (_, _, told) = &seen[position(&seen, "test", "ROLLBACK_IN_PROGRESS")];
    assert_eq!(
        told.as_deref(),
        Some(format!("{reason}. Rollback requested by user.").as_str())
    );

    let create = account
        .cloudformation
        .create_change_set()
        .stack_name("other");
    let create = create
        .change_set_name("test")
        .change_set_type("CREATE".into());
    create.template_body(&template).send().await.unwrap();
    let described = account.cloudformation.describe_change_set();
    let described = described.stack_name("other").change_set_name("test");
    let made = described.send().await.unwrap();
    assert_eq!(made.status_reason(), Some(reason));
}

#[tokio::test]
async fn parameters_of_the_store_are_read_at_each_deployment() {
    let account = Account::new().await;
    put(&account, "/in", "one", "String").await;
    let template = format!(
        "Parameters: {{P: {{Type: String, Default: '{{{{resolve:ssm:/in:1}}}}'}}}}\n{}Outputs: {{O: {{Value: !Ref P}}}}\n",
        parameter("Value: !Join ['', ['{{resolve:ssm:', /in, '}}-', !Ref P]]")
    );
    account.deploy("test", &template, &[]).await;
    assert_eq!(value(&account, "/a").await.as_deref(), Some("one-one"));
    assert_eq!(account.output("test", "O").await, "one");
    put(&account, "/in", "two", "String").await;
    assert_eq!(
        account.deploy("test", &template, &[]).await,
        "UPDATE_COMPLETE"
    );
    assert_eq!(value(&account, "/a").await.as_deref(), Some("two-one"));
}

#[tokio::test]
async fn a_secret_is_read_only_when_its_resource_changes() {
    let account = Account::new().await;
    let secret = |value: &str| {
        format!(
            "Resources: {{S: {{Type: AWS::SecretsManager::Secret, Properties: {{Name: login, SecretString: '{value}'}}}}}}\n"
        )
    };
    let login = |password: &str| secret(&format!(r#"{{"user": "u", "password": "{password}"}}"#));
    account.deploy("secret", &login("hunter22"), &[]).await;
    let template = |rest: &str| {
        parameter(&format!(
            "Value: '{{{{resolve:secretsmanager:login:SecretString:password}}}}'{rest}"
        ))
    };
    assert_eq!(
        account.deploy("test", &template(""), &[]).await,
        "CREATE_COMPLETE"
    );
    assert_eq!(value(&account, "/a").await.as_deref(), Some("hunter22"));
    let shown = account.cloudformation.describe_stack_events();
    let shown = shown.stack_name("test").send().await.unwrap();
    let shown = format!("{shown:?}");
    assert!(!shown.contains("hunter22"), "{shown}");
    assert!(shown.contains("{{resolve:secretsmanager:login:SecretString:password}}"));

    account.deploy("secret", &login("hunter33"), &[]).await;
    let update = account.cloudformation.update_stack().stack_name("test");
    let refused = update.template_body(template("")).send().await.unwrap_err();
    assert_eq!(refused.message(), Some("No updates are to be performed."));
    let described = template(", Description: d");
    assert_eq!(
        account.deploy("test", &described, &[]).await,
        "UPDATE_COMPLETE"
    );
    assert_eq!(value(&account, "/a").await.as_deref(), Some("hunter33"));
}

#[tokio::test]
async fn a_secret_that_is_not_there_fails_its_resource() {
    let account = Account::new().await;
    let secrets = "Resources:\n  \
        J: {Type: AWS::SecretsManager::Secret, Properties: {Name: json, SecretString: '{\"a\": \"b\"}'}}\n  \
        P: {Type: AWS::SecretsManager::Secret, Properties: {Name: plain, SecretString: text}}\n";
    account.deploy("secrets", secrets, &[]).await;
    for (stack, reference, expected) in [
        (
            "one",
            "json:SecretString:x",
            "Could not find a value associated with JSONKey in SecretString",
        ),
        (
            "two",
            "plain:SecretString:x",
            "Could not parse SecretString JSON",
        ),
        (
            "three",
            "none",
            "Secrets Manager can't find the specified secret.",
        ),
    ] {
        let template = parameter(&format!(
            "Value: '{{{{resolve:secretsmanager:{reference}}}}}'"
        ));
        assert_eq!(
            account.deploy(stack, &template, &[]).await,
            "ROLLBACK_COMPLETE"
        );
        let seen = events(&account, stack).await;
        let (_, _, reason) = &seen[position(&seen, "A", "CREATE_FAILED")];
        assert_eq!(reason.as_deref(), Some(expected));
    }
    let whole = parameter("Value: 'x-{{resolve:secretsmanager:plain}}'");
    assert_eq!(
        account.deploy("whole", &whole, &[]).await,
        "CREATE_COMPLETE"
    );
    assert_eq!(value(&account, "/a").await.as_deref(), Some("x-text"));
}
