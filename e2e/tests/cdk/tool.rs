//! The command `cdk` with a copy of the app.

use std::path::{Path, PathBuf};

use e2e::Account;
use tempfile::TempDir;
use tokio::process::Command;

/// Where npm has installed `aws-cdk`, `aws-cdk-lib` and `constructs`.
const MODULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/ci-npm/node_modules");

/// The command line in the directory of the app.
pub(crate) struct Cdk {
    endpoint: String,
    modules: PathBuf,
    /// The copy of the app; the files that the command writes stay in it.
    directory: TempDir,
}

/// What a command printed.
pub(crate) struct Printed {
    pub(crate) succeeded: bool,
    pub(crate) output: String,
    /// The CDK prints its progress as errors.
    pub(crate) errors: String,
}

impl Cdk {
    /// `app` is the directory of the app.
    pub(crate) fn new(account: &Account, app: &str) -> Self {
        let modules = std::env::var_os("CDK_MODULES").map_or_else(|| MODULES.into(), PathBuf::from);
        assert!(
            modules.join("aws-cdk-lib").is_dir(),
            "{} has no aws-cdk-lib: npm install aws-cdk aws-cdk-lib constructs",
            modules.display()
        );
        let directory = tempfile::tempdir().expect("a directory");
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cdk");
        let app = tests.join(app);
        for file in ["app.js", "cdk.json"] {
            std::fs::copy(app.join(file), directory.path().join(file)).expect("copied");
        }
        Self {
            endpoint: account.local.endpoint_url(),
            modules,
            directory,
        }
    }

    /// Runs a command, which succeeds.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Printed {
        let printed = self.try_run(arguments, &[]).await;
        assert!(
            printed.succeeded,
            "cdk {arguments:?}: {}{}",
            printed.output, printed.errors
        );
        printed
    }

    /// Runs a command.
    pub(crate) async fn try_run(&self, arguments: &[&str], more: &[&str]) -> Printed {
        let directory = self.directory.path();
        let approval: &[&str] = match arguments.first() {
            Some(&"deploy") => &["--require-approval", "never"],
            _ => &[],
        };
        let output = Command::new(self.modules.join(".bin/cdk"))
            .args(arguments)
            .args(approval)
            .args(more)
            .current_dir(directory)
            .env("NODE_PATH", &self.modules)
            .env("HOME", directory)
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", "local")
            .env("AWS_SECRET_ACCESS_KEY", "local")
            .env("CDK_DISABLE_CLI_TELEMETRY", "true")
            .env_remove("AWS_PROFILE")
            .env_remove("CI")
            .output();
        let output = output.await.expect("cdk runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Printed {
            succeeded: output.status.success(),
            output: text(&output.stdout),
            errors: text(&output.stderr),
        }
    }
}
