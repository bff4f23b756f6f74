//! Input that is made to break a program is refused quickly, with the limit, and disturbs nothing.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use aws_sdk_cloudformation::types::Capability;
use e2e::Account;

/// The limit is a second. A test may have to share the machine.
const LONGEST: Duration = Duration::from_secs(3);

const GATEWAY: &str = "Resources: {A: {Type: AWS::EC2::InternetGateway}}\n";

#[tokio::test]
async fn a_hostile_template_is_refused_quickly() {
    let account = Account::new().await;
    let cases = [
        ("a megabyte", "#".repeat(1_000_001), "51200"),
        (
            "ten megabytes",
            format!(
                "Resources: {{A: {{Type: AWS::IAM::Role, Properties: {{RoleName: {}}}}}}}",
                "x".repeat(10_000_000)
            ),
            "",
        ),
        (
            "1000 lists in lists",
            format!("Resources: {}", "[".repeat(1000)),
            "nested more than",
        ),
        ("1000 indents", indented(400), "nested more than"),
        ("aliases", aliases(), "YAML aliases are not allowed"),
        (
            "501 resources",
            many("Resources", 501, "{Type: AWS::EC2::EIP}"),
            "Number of resources, 501, is greater than maximum allowed, 500",
        ),
        (
            "2500 parameters",
            GATEWAY.to_owned() + &many("Parameters", 2500, "{a: b}"),
            "Number of parameters, 2500, is greater than maximum allowed, 200",
        ),
        (
            "201 outputs",
            GATEWAY.to_owned() + &many("Outputs", 201, "{Value: x}"),
            "Number of outputs, 201, is greater than maximum allowed, 200",
        ),
        (
            "201 mappings",
            GATEWAY.to_owned() + &many("Mappings", 201, "{A: {B: c}}"),
            "Number of mappings, 201, is greater than maximum allowed, 200",
        ),
        (
            "a long description",
            format!("Description: {}\n{GATEWAY}", "x".repeat(1025)),
            "'Description' length is greater than 1024",
        ),
        (
            "conditions in a circle",
            format!("Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\n{GATEWAY}"),
            "ircular",
        ),
        (
            "a condition of itself",
            format!("Conditions: {{A: !And [!Condition A, !Condition A]}}\n{GATEWAY}"),
            "ircular",
        ),
        (
            "resources in a circle",
            circle(),
            "Circular dependency between resources",
        ),
        ("loops in loops", loops(), ""),
    ];
    for (name, template, expected) in cases {
        let began = Instant::now();
        let refused = account
            .cloudformation
            .create_stack()
            .stack_name("bad")
            .template_body(template);
        let refused = refused
            .capabilities(Capability::CapabilityNamedIam)
            .capabilities(Capability::CapabilityAutoExpand)
            .send()
            .await;
        let took = began.elapsed();
        let err = refused
            .err()
            .unwrap_or_else(|| panic!("{name} is accepted"));
        let message = err.message().unwrap_or_default();
        assert!(message.contains(expected), "{name}: {err:?}");
        assert!(took < LONGEST, "{name} took {took:?}");
    }
    assert!(account.stack("bad").await.is_none(), "nothing is left");
    assert_eq!(
        account.deploy("good", GATEWAY, &[]).await,
        "CREATE_COMPLETE"
    );
}

#[tokio::test]
async fn a_text_that_grows_without_end_is_refused() {
    let account = Account::new().await;
    let mut value = "x".to_owned();
    for _ in 0..22 {
        value = format!("!Sub ['${{A}}${{A}}${{A}}', {{A: {value}}}]");
    }
    let template = format!(
        "Resources: {{P: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: {value}}}}}}}"
    );
    let began = Instant::now();
    let create = account
        .cloudformation
        .create_stack()
        .stack_name("bad")
        .template_body(template);
    if create.send().await.is_ok() {
        assert_ne!(account.settled("bad").await, "CREATE_COMPLETE");
    }
    assert!(began.elapsed() < LONGEST, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_long_parameter_value_is_refused() {
    let account = Account::new().await;
    let template = format!("Parameters: {{P: {{Type: String}}}}\n{GATEWAY}");
    let create = account
        .cloudformation
        .create_stack()
        .stack_name("bad")
        .template_body(template);
    let create = create.parameters(e2e::parameter("P", &"x".repeat(4097)));
    let err = create.send().await.expect_err("it is refused");
    assert!(
        err.message().unwrap_or_default().contains("4096"),
        "{err:?}"
    );
}

fn many(section: &str, count: usize, entry: &str) -> String {
    let mut text = format!("{section}:\n");
    for number in 0..count {
        writeln!(text, "  E{number}: {entry}").unwrap();
    }
    text
}

fn indented(depth: usize) -> String {
    let mut text = "Resources:\n".to_owned();
    for level in 1..depth / 2 {
        writeln!(text, "{}A:", " ".repeat(level)).unwrap();
    }
    text
}

/// The billion laughs.
fn aliases() -> String {
    let mut text = "Mappings:\n  A0: &a0 [x, x]\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        let all = vec![format!("*a{below}"); 10].join(", ");
        writeln!(text, "  A{level}: &a{level} [{all}]").unwrap();
    }
    text + GATEWAY
}

/// Loops that would make 27 million resources.
fn loops() -> String {
    let items: Vec<_> = (0..300).map(|number| format!("x{number}")).collect();
    let list = items.join(", ");
    let mut body = "{'E${A}${B}${C}': {Type: AWS::EC2::EIP}}".to_owned();
    for name in ["C", "B", "A"] {
        body = format!("{{'Fn::ForEach::Loop{name}': [{name}, [{list}], {body}]}}");
    }
    format!("Transform: AWS::LanguageExtensions\nResources: {body}\n")
}

fn circle() -> String {
    let mut text = "Resources:\n".to_owned();
    for number in 0..400 {
        let next = (number + 1) % 400;
        writeln!(
            text,
            "  E{number}: {{Type: AWS::EC2::EIP, DependsOn: E{next}}}"
        )
        .unwrap();
    }
    text
}
