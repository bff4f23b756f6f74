//! Errors that are reported before anything is created.

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use aws_sdk_cloudformation::types::ChangeSetType;
use e2e::Account;

#[tokio::test]
async fn a_wrong_template_is_refused_before_anything_is_created() {
    let account = Account::new().await;
    let cases = [
        (
            "Resources: {A: {Type: AWS::Moon::Base}}",
            "Unrecognized resource types: [AWS::Moon::Base]",
        ),
        ("Resources: {A: [1", "YAML not well-formed. (line"),
        (
            "Resources: {A: {Type: AWS::EC2::EIP, DependsOn: B}}",
            "Unresolved resource dependencies [B]",
        ),
        (
            "Resources: {A: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}}",
            "Requires capabilities : [CAPABILITY_IAM]",
        ),
        (
            "Parameters: {V: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /none}}\nResources: {A: {Type: AWS::EC2::EIP}}",
            "Unable to fetch parameters [/none] from parameter store for this account.",
        ),
    ];
    for (template, expected) in cases {
        let create = account
            .cloudformation
            .create_change_set()
            .stack_name("test")
            .change_set_name("test");
        let refused = create
            .change_set_type(ChangeSetType::Create)
            .template_body(template)
            .send()
            .await
            .unwrap_err();
        assert!(
            refused.message().unwrap_or_default().contains(expected),
            "{template} gave {refused:?}"
        );
        assert!(
            account.stack("test").await.is_none(),
            "nothing is left of {template}"
        );
    }
    let validated = account
        .cloudformation
        .validate_template()
        .template_body(cases[0].0)
        .send()
        .await
        .unwrap_err();
    assert!(validated.message().unwrap().contains("AWS::Moon::Base"));
}

#[tokio::test]
async fn a_template_that_doubles_at_every_step_is_deployed() {
    let account = Account::new().await;
    let mut conditions = "Conditions:\n".to_owned();
    for n in 0..60 {
        let next = n + 1;
        conditions += &[
            "  C",
            &n.to_string(),
            ": !And [!Condition C",
            &next.to_string(),
            ", !Condition C",
            &next.to_string(),
            "]\n",
        ]
        .concat();
    }
    let template = format!(
        "{conditions}  C60: !Equals [a, a]\nResources:\n  A: {{Type: AWS::EC2::EIP, Condition: C0}}\n"
    );
    assert_eq!(
        account.deploy("test", &template, &[]).await,
        "CREATE_COMPLETE"
    );
}

#[tokio::test]
async fn the_summary_of_a_template_names_its_parameters_and_resource_types() {
    let account = Account::new().await;
    let summary = account
        .cloudformation
        .get_template_summary()
        .template_body(table::STACK.template)
        .send()
        .await
        .unwrap();
    let parameter = |key: &str| {
        let mut parameters = summary.parameters().iter();
        parameters.find(|p| p.parameter_key() == Some(key)).cloned()
    };
    let protection = parameter("DeletionProtection").unwrap();
    assert_eq!(protection.parameter_type(), Some("String"));
    let allowed = protection.parameter_constraints().unwrap();
    assert_eq!(allowed.allowed_values(), ["true", "false"]);
    let types = summary.resource_types();
    assert_eq!(
        types,
        [
            "AWS::DynamoDB::Table",
            "AWS::KMS::Key",
            "AWS::SSM::Parameter"
        ]
    );
}
