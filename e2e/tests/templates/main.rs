//! Templates in the form of AWS's own documentation and samples: the local AWS takes them as they are.

use aws_sdk_cloudformation::types::Capability;
use e2e::http::get_as;
use e2e::{Account, parameter, until};

/// The outputs that show what a template made, with their values.
const OUTPUTS: [(&str, &str, &str); 6] = [
    ("loops.yaml", "Count", "2"),
    (
        "loops.yaml",
        "Json",
        r#"{"names":["orders","items"],"region":"eu-central-1"}"#,
    ),
    ("rules.yaml", "Capacity", "5"),
    ("roles-and-records.yaml", "Stream", "first"),
    (
        "tables-global.yaml",
        "Arn",
        "arn:aws:dynamodb:eu-central-1:123456789012:table/provisioned",
    ),
    (
        "dynamic-reference.yaml",
        "Value",
        "seven,seven,seven,eu-central-1b",
    ),
];

#[tokio::test]
async fn the_templates_of_the_documentation_deploy_and_are_deleted() {
    let account = Account::new().await;
    let put = account
        .ssm
        .put_parameter()
        .name("/base/value")
        .value("seven");
    put.r#type("String".into()).send().await.unwrap();
    let templates = templates();
    assert!(templates.len() >= 8, "{templates:?}");
    for (file, template) in &templates {
        let stack = stack_name(file);
        create(&account, &stack, template).await;
        for (_, output, expected) in OUTPUTS.iter().filter(|(of, _, _)| of == file) {
            assert_eq!(account.output(&stack, output).await, *expected, "{file}");
        }
        if file == "fargate-public.yaml" {
            let url = account.output(&stack, "ExternalUrl").await;
            let page = get_as(&url, "/ping", "someone:a-long-password").await;
            assert_eq!(page.status, 200, "{}", page.text);
        }
    }
    for (file, _) in templates.iter().rev() {
        let stack = stack_name(file);
        let delete = account.cloudformation.delete_stack().stack_name(&stack);
        delete.send().await.unwrap();
        until("the stack to be deleted", async || {
            account.stack(&stack).await.is_none().then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_rule_that_is_broken_refuses_the_stack() {
    let account = Account::new().await;
    let template = include_str!("aws/rules.yaml");
    let create = account.cloudformation.create_stack().stack_name("rules");
    let create = create.template_body(template);
    let refused = create
        .parameters(parameter("Environment", "prod"))
        .send()
        .await;
    let refused = refused.expect_err("refused").into_service_error();
    let message = refused.meta().message().unwrap_or("").to_owned();
    assert!(message.contains("the capacity must be 50"), "{message}");
    assert!(account.stack("rules").await.is_none());
}

fn stack_name(file: &str) -> String {
    file.replace('.', "-")
}

/// The files with their texts.
fn templates() -> Vec<(String, String)> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/templates/aws");
    let files = std::fs::read_dir(directory).unwrap();
    let mut templates: Vec<(String, String)> = files
        .map(|file| {
            let file = file.unwrap();
            let text = std::fs::read_to_string(file.path()).unwrap();
            (file.file_name().into_string().unwrap(), text)
        })
        .collect();
    templates.sort();
    templates
}

async fn create(account: &Account, stack: &str, template: &str) {
    let create = account.cloudformation.create_stack().stack_name(stack);
    let create = create
        .template_body(template)
        .capabilities(Capability::CapabilityIam)
        .capabilities(Capability::CapabilityAutoExpand);
    if let Err(err) = create.send().await {
        panic!("{stack}: {:?}", err.into_service_error());
    }
    let status = account.settled(stack).await;
    assert_eq!(
        status,
        "CREATE_COMPLETE",
        "{}",
        failures(account, stack).await
    );
}

/// The reasons of the events that failed.
async fn failures(account: &Account, stack: &str) -> String {
    let described = account.cloudformation.describe_stack_events();
    let described = described.stack_name(stack).send().await.unwrap();
    let reasons = described.stack_events().iter().filter_map(|event| {
        let reason = event.resource_status_reason()?;
        Some(format!("{}: {reason}", event.logical_resource_id()?))
    });
    reasons.collect::<Vec<_>>().join("\n")
}
