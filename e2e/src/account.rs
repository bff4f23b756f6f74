//! A local AWS of its own for each test, and the clients of the real SDK.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudformation::config::Credentials;
use aws_sdk_cloudformation::types::{Capability, ChangeSetStatus, ChangeSetType, Parameter, Stack};
use local::{Local, Options};

use crate::{binaries, until};

/// The options of an empty local AWS, on free ports, without any of AWS's waiting times.
pub fn options() -> Options {
    Options {
        port: 0,
        alb_port: free_port(),
        region: "eu-central-1".into(),
        data: None,
        empty: true,
        pace: 0.0,
        fail: Vec::new(),
        quota: Vec::new(),
        throttle: None,
        latency: 0,
        caller_policy: None,
        record_permissions: None,
        host: Vec::new(),
        task_program: Some(binaries::path("local")),
    }
}

/// A port that is free now. Tests run at the same time, therefore the system chooses it.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// A local AWS and the SDK's clients for it.
pub struct Account {
    /// The local AWS, in this process.
    pub local: Local,
    /// The configuration of the clients.
    pub config: SdkConfig,
    /// A client of `CloudFormation`.
    pub cloudformation: aws_sdk_cloudformation::Client,
    /// A client of the Parameter Store.
    pub ssm: aws_sdk_ssm::Client,
    /// A client of `DynamoDB`.
    pub dynamodb: aws_sdk_dynamodb::Client,
}

impl Account {
    /// Starts one with [`options`].
    pub async fn new() -> Self {
        Self::with(&options()).await
    }

    /// Starts one with these options.
    pub async fn with(options: &Options) -> Self {
        let local = local::start(options).await.expect("the local AWS starts");
        let config = config(&local.endpoint_url()).await;
        Self {
            local,
            cloudformation: aws_sdk_cloudformation::Client::new(&config),
            ssm: aws_sdk_ssm::Client::new(&config),
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            config,
        }
    }

    /// Creates and executes a change set, and waits for its end. Returns the status of the stack.
    pub async fn deploy(&self, stack: &str, template: &str, parameters: &[(&str, &str)]) -> String {
        let kind = if self.stack(stack).await.is_some() {
            ChangeSetType::Update
        } else {
            ChangeSetType::Create
        };
        self.change_set(stack, template, parameters, kind).await;
        self.cloudformation
            .execute_change_set()
            .stack_name(stack)
            .change_set_name("test")
            .send()
            .await
            .expect("executes");
        self.settled(stack).await
    }

    /// Creates the change set `test`, and checks that it can be executed.
    pub async fn change_set(
        &self,
        stack: &str,
        template: &str,
        parameters: &[(&str, &str)],
        kind: ChangeSetType,
    ) {
        self.cloudformation
            .create_change_set()
            .stack_name(stack)
            .change_set_name("test")
            .change_set_type(kind)
            .template_body(template)
            .capabilities(Capability::CapabilityNamedIam)
            .set_parameters(Some(
                parameters
                    .iter()
                    .map(|(key, value)| parameter(key, value))
                    .collect(),
            ))
            .send()
            .await
            .expect("the change set is made");
        let made = self
            .cloudformation
            .describe_change_set()
            .stack_name(stack)
            .change_set_name("test")
            .send()
            .await
            .expect("described");
        assert_eq!(
            made.status(),
            Some(&ChangeSetStatus::CreateComplete),
            "{:?}",
            made.status_reason()
        );
    }

    /// The stack as `DescribeStacks` gives it.
    pub async fn stack(&self, name: &str) -> Option<Stack> {
        let described = self
            .cloudformation
            .describe_stacks()
            .stack_name(name)
            .send()
            .await
            .ok()?;
        described.stacks().first().cloned()
    }

    /// Waits until no operation runs on the stack. Returns its status.
    pub async fn settled(&self, name: &str) -> String {
        until("the stack to settle", async || {
            let status = self.stack(name).await?.stack_status()?.as_str().to_owned();
            (!status.ends_with("_IN_PROGRESS")).then_some(status)
        })
        .await
    }

    /// The value of an output of a stack.
    pub async fn output(&self, stack: &str, key: &str) -> String {
        let stack = self.stack(stack).await.expect("the stack stands");
        let output = stack
            .outputs()
            .iter()
            .find(|output| output.output_key() == Some(key));
        output
            .and_then(|output| output.output_value())
            .expect("the output is there")
            .to_owned()
    }
}

/// The configuration of the SDK for an endpoint.
pub async fn config(endpoint: &str) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(connect::http_client())
        .region(Region::new("eu-central-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .load()
        .await
}

/// A parameter of a stack.
pub fn parameter(key: &str, value: &str) -> Parameter {
    Parameter::builder()
        .parameter_key(key)
        .parameter_value(value)
        .build()
}
