//! Deploys, changes and destroys the table stack on `ministack`, an AWS emulator by others: the
//! deployer must not work with the local AWS only.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};

use aws_config::{BehaviorVersion, Region};
use aws_sdk_ssm::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_ssm::operation::get_parameter::GetParameterError;
use deploy::Clients;

const REGION: &str = "eu-central-1";

#[tokio::test]
#[ignore = "needs ministack (pip install ministack)"]
async fn the_table_is_deployed_changed_and_destroyed() {
    let ministack = Ministack::start();

    let refused = ministack.table(&["deploy", "--approval", "any"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(stderr(&refused).contains("--yes"), "{refused:?}");
    assert_eq!(ministack.succeed(&["status"]), "table does not exist\n");

    let created = ministack.succeed(&["deploy", "--yes"]);
    let name = output(&created, "TableName");
    assert_eq!(ministack.parameter().await, Some(name.clone()));

    let diff = ministack.succeed(&["diff", "--deletion-protection", "true"]);
    assert!(diff.contains("DeletionProtectionEnabled"), "{diff}");
    assert!(ministack.status().contains("DeletionProtection = false"));

    let changed = ministack.succeed(&["deploy", "--yes", "--deletion-protection", "true"]);
    assert!(!changed.contains("(no changes)"), "{changed}");
    assert_eq!(output(&changed, "TableName"), name);

    let unchanged = ministack.succeed(&["deploy", "--yes"]);
    assert!(unchanged.contains("(no changes)"), "{unchanged}");
    assert_eq!(ministack.succeed(&["diff"]), "table: no changes\n");
    assert!(ministack.status().contains("DeletionProtection = true"));

    ministack.succeed(&["deploy", "--yes", "--deletion-protection", "false"]);
    ministack.succeed(&["destroy", "--yes"]);
    assert_eq!(ministack.status(), "table does not exist\n");
    assert_eq!(ministack.parameter().await, None);
    assert_eq!(
        ministack.succeed(&["destroy", "--yes"]),
        "table does not exist\n"
    );
}

/// A running ministack, which is stopped at the end of the test.
struct Ministack {
    process: Child,
    endpoint: String,
}

impl Ministack {
    /// Starts it on a free port of loopback, and waits until it says that it is ready.
    fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let mut process = Command::new("ministack")
            .env("GATEWAY_PORT", port.to_string())
            .env("BIND_HOST", "127.0.0.1")
            .env("IOT_MTLS_ENABLED", "0")
            .env("MINISTACK_REGION", REGION)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("ministack is on the PATH (pip install ministack)");
        let mut log = BufReader::new(process.stderr.take().expect("a pipe")).lines();
        let ready = log.any(|line| line.is_ok_and(|line| line.contains("Running on")));
        // Without a reader, ministack would block on a full pipe.
        std::thread::spawn(move || log.for_each(drop));
        let ministack = Self {
            process,
            endpoint: format!("http://127.0.0.1:{port}"),
        };
        assert!(ready, "ministack ended before it was ready");
        ministack
    }

    /// Runs the binary `table`.
    fn table(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_table"))
            .args(arguments)
            .env_remove("AWS_PROFILE")
            .env_remove("PARAMETER_PREFIX")
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs")
    }

    /// Runs `table`, which must succeed, and returns its standard output.
    fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.table(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn status(&self) -> String {
        self.succeed(&["status"])
    }

    /// The value of the SSM parameter of the stack, if it exists.
    async fn parameter(&self) -> Option<String> {
        let credentials = Credentials::new("test", "test", None, None, "test");
        let config = aws_config::SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(connect::http_client())
            .endpoint_url(&self.endpoint)
            .region(Region::new(REGION))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let answer = Clients::from(&config)
            .ssm
            .get_parameter()
            .name("/go-on-aws/table")
            .send()
            .await;
        match answer {
            Ok(found) => found.parameter?.value,
            Err(err) => {
                let known = err.as_service_error();
                assert!(
                    known.is_some_and(GetParameterError::is_parameter_not_found),
                    "{err:?}"
                );
                None
            }
        }
    }
}

impl Drop for Ministack {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The value of an output of the stack in the text that `deploy` prints.
fn output(printed: &str, key: &str) -> String {
    let prefix = format!("table.{key} = ");
    let line = printed.lines().find_map(|line| line.strip_prefix(&prefix));
    line.unwrap_or_else(|| panic!("no {key} in {printed}"))
        .to_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
