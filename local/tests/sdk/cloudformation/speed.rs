//! The largest stacks: 500 resources deploy in seconds, at the default pace.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use aws_sdk_cloudformation::types::{Capability, ChangeSetType};
use e2e::{Account, options, parameter};

use crate::call::put_object;

const RESOURCES: usize = 500;

/// A template with the most resources that AWS takes; `resource` gives one by its number.
fn template(first: &str, resource: impl Fn(usize) -> String) -> String {
    let mut template = format!("Resources:\n{first}");
    let others = RESOURCES - usize::from(!first.is_empty());
    for number in 0..others {
        writeln!(template, "  R{number}: {}", resource(number)).unwrap();
    }
    template
}

fn parameters() -> String {
    template("", |n| {
        format!(
            "{{Type: AWS::SSM::Parameter, Properties: {{Name: /many/{n}, Type: String, Value: x}}}}"
        )
    })
}

/// Each parameter names the one before it, in chains of ten.
fn chains() -> String {
    template("", |n| {
        let value = match n % 10 {
            0 => "x".to_owned(),
            _ => format!("!GetAtt R{}.Value", n - 1),
        };
        format!(
            "{{Type: AWS::SSM::Parameter, Properties: {{Name: /many/{n}, Type: String, Value: {value}}}}}"
        )
    })
}

fn log_groups() -> String {
    template("", |n| {
        format!(
            "{{Type: AWS::Logs::LogGroup, Properties: {{LogGroupName: /many/{n}, RetentionInDays: 7}}}}"
        )
    })
}

/// Security groups of one network; every second one lets the one before it in.
fn security_groups() -> String {
    let network = "  Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n";
    template(network, |n| {
        let rule = match n % 2 {
            0 => "CidrIp: 10.0.0.0/8".to_owned(),
            _ => format!("SourceSecurityGroupId: !Ref R{}", n - 1),
        };
        format!(
            "{{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: x, VpcId: !Ref Network, \
             SecurityGroupIngress: [{{IpProtocol: tcp, FromPort: 80, ToPort: 80, {rule}}}]}}}}"
        )
    })
}

/// Deploys the template from S3: it has more bytes than a request takes.
async fn deploys_in_time(kind: &str, template: &str) {
    deploys_with(kind, template, None).await;
}

async fn deploys_with(kind: &str, template: &str, data: Option<PathBuf>) {
    let account = Account::with(&local::Options {
        pace: 0.002,
        data,
        ..options()
    })
    .await;
    let bucket = "Resources: {B: {Type: AWS::S3::Bucket, Properties: {BucketName: big-templates}}}";
    assert_eq!(
        account.deploy("bucket", bucket, &[]).await,
        "CREATE_COMPLETE"
    );
    let url = put_object(&account, "big-templates", "template", template).await;
    let start = Instant::now();
    let create = account.cloudformation.create_stack().stack_name("big");
    create.template_url(url).send().await.unwrap();
    let accepted = start.elapsed();
    let status = account.settled("big").await;
    let took = start.elapsed();
    println!("{kind}: accepted in {accepted:?}, deployed in {took:?}");
    assert_eq!(status, "CREATE_COMPLETE");
    assert!(took < Duration::from_secs(10), "{kind} took {took:?}");
}

#[tokio::test]
async fn parameters_deploy_in_time() {
    deploys_in_time("500 parameters", &parameters()).await;
}

#[tokio::test]
async fn chains_of_parameters_deploy_in_time() {
    deploys_in_time("500 parameters in chains", &chains()).await;
}

#[tokio::test]
async fn log_groups_deploy_in_time() {
    deploys_in_time("500 log groups", &log_groups()).await;
}

#[tokio::test]
async fn security_groups_deploy_in_time() {
    deploys_in_time("500 security groups", &security_groups()).await;
}

#[tokio::test]
async fn a_data_directory_does_not_slow_a_deployment_down() {
    let data = tempfile::tempdir().unwrap();
    let kind = "500 security groups with --data";
    deploys_with(kind, &security_groups(), Some(data.path().to_owned())).await;
}

/// A template is validated in 20 ms, over the wire. A debug build on a busy machine takes longer.
fn assert_valid_in_time(what: &str, took: Duration) {
    println!("{what}: {took:?}");
    let limit = if cfg!(debug_assertions) { 150 } else { 20 };
    assert!(took < Duration::from_millis(limit), "{what} took {took:?}");
}

#[tokio::test]
async fn the_templates_are_validated_in_time() {
    let account = Account::new().await;
    for stack in [&vpc::STACK, &table::STACK, &container::STACK] {
        let mut fastest = Duration::MAX;
        for _ in 0..5 {
            let start = Instant::now();
            let validate = account.cloudformation.validate_template();
            let validate = validate.template_body(stack.template);
            validate.send().await.unwrap();
            fastest = fastest.min(start.elapsed());
        }
        assert_valid_in_time(&stack.name, fastest);
    }
}

#[tokio::test]
async fn change_sets_are_made_in_time() {
    let account = Account::new().await;
    for stack in [&vpc::STACK, &table::STACK, &container::STACK] {
        let mut fastest = Duration::MAX;
        for number in 0..5 {
            let name = format!("try-{number}");
            let create = account.cloudformation.create_change_set();
            let create = create.stack_name(&*stack.name).change_set_name(&name);
            let create = create.change_set_type(ChangeSetType::Create);
            let create = create.capabilities(Capability::CapabilityNamedIam);
            let image = (stack.name == "container").then(|| parameter("Image", "local/showtable"));
            let create = create.set_parameters(image.map(|image| vec![image]));
            let start = Instant::now();
            create.template_body(stack.template).send().await.unwrap();
            fastest = fastest.min(start.elapsed());
        }
        assert_valid_in_time(&format!("change set of {}", stack.name), fastest);
        if stack.name != "container" {
            let execute = account.cloudformation.execute_change_set();
            let execute = execute.stack_name(&*stack.name).change_set_name("try-0");
            execute.send().await.unwrap();
            assert_eq!(account.settled(&stack.name).await, "CREATE_COMPLETE");
        }
    }
}
