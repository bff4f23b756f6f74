//! A local AWS of its own for each test, and the clients of the real SDK.
#![expect(
    dead_code,
    reason = "each test binary uses its own part of this module"
)]

pub(crate) mod binaries;
pub(crate) mod http;
pub(crate) mod images;
pub(crate) mod middlebox;
pub(crate) mod pair;
pub(crate) mod proxy;
pub(crate) mod shell;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudformation::config::Credentials;
use aws_sdk_cloudformation::types::{Capability, ChangeSetStatus, ChangeSetType, Parameter, Stack};
use local::{Local, Options, Runtime};

/// How long a condition may take to become true before the test fails.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The options of a local AWS on free ports that never waits.
pub(crate) fn options() -> Options {
    Options {
        port: 0,
        alb_port: free_port(),
        region: "eu-central-1".into(),
        data: None,
        empty: true,
        pace: 0.0,
        runtime: Runtime::Process,
        fail: Vec::new(),
        throttle: None,
        latency: 0,
        task_program: Some(PathBuf::from(env!("CARGO_BIN_EXE_local"))),
    }
}

/// A port that is free now. Tests run side by side, so the range is wide.
pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// A local AWS and the SDK's clients for it.
pub(crate) struct Account {
    pub(crate) local: Local,
    pub(crate) config: SdkConfig,
    pub(crate) cloudformation: aws_sdk_cloudformation::Client,
    pub(crate) ssm: aws_sdk_ssm::Client,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
}

impl Account {
    pub(crate) async fn new() -> Self {
        Self::with(&options()).await
    }

    pub(crate) async fn with(options: &Options) -> Self {
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

    /// Makes and executes a change set, and waits until the stack settles; gives its status.
    pub(crate) async fn deploy(
        &self,
        stack: &str,
        template: &str,
        parameters: &[(&str, &str)],
    ) -> String {
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

    /// Makes the change set `test` and checks that it is there to be executed.
    pub(crate) async fn change_set(
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
            .capabilities(Capability::CapabilityIam)
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

    pub(crate) async fn stack(&self, name: &str) -> Option<Stack> {
        let described = self
            .cloudformation
            .describe_stacks()
            .stack_name(name)
            .send()
            .await
            .ok()?;
        described.stacks().first().cloned()
    }

    /// Waits until no operation runs on the stack; gives its status.
    pub(crate) async fn settled(&self, name: &str) -> String {
        until("the stack to settle", async || {
            let status = self.stack(name).await?.stack_status()?.as_str().to_owned();
            (!status.ends_with("_IN_PROGRESS")).then_some(status)
        })
        .await
    }

    pub(crate) async fn output(&self, stack: &str, key: &str) -> String {
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

/// A configuration of the SDK for an endpoint.
pub(crate) async fn config(endpoint: &str) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(connect::http_client())
        .region(Region::new("eu-central-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .load()
        .await
}

pub(crate) fn parameter(key: &str, value: &str) -> Parameter {
    Parameter::builder()
        .parameter_key(key)
        .parameter_value(value)
        .build()
}

/// Asks again and again until there is an answer.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::task::yield_now().await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
