//! `DescribeStacks` can lag behind the events of an operation. The commands go by the last event.

use aws_sdk_cloudformation::types::ChangeSetType;
use deploy::{Clients, Stack};
use e2e::pair::{STACK, options};
use e2e::proxy::Proxy;
use e2e::{Account, command};
use serde_json::Value;
use tokio::process::Command;

/// How many descriptions after each operation are old: a command sees more than one in a row.
const LOOKS: usize = 3;

/// A local AWS whose descriptions of stacks lag.
struct Setup {
    account: Account,
    clients: Clients,
    proxy: Proxy,
}

impl Setup {
    async fn new() -> Self {
        let account = Account::new().await;
        let mut proxy = Proxy::new(account.local.endpoint_url()).await;
        proxy.lag(LOOKS);
        let clients = Clients::from(&e2e::config(&proxy.url).await);
        Self {
            account,
            clients,
            proxy,
        }
    }

    /// Runs a binary, which succeeds. Returns its standard output and its standard error.
    async fn run(&self, line: &str) -> (String, String) {
        let output = Command::from(command(&self.proxy.url, line)).output();
        let output = output.await.expect("it runs");
        assert!(output.status.success(), "{line}: {output:?}");
        let [stdout, stderr] = [output.stdout, output.stderr].map(String::from_utf8);
        (stdout.expect("text"), stderr.expect("text"))
    }

    async fn deploy(&self, value: &str) -> Result<String, deploy::Error> {
        let deployed = deploy::deploy(&self.clients, &STACK, &options(value)).await?;
        Ok(deployed.state.status.to_string())
    }

    fn fail(&self, rules: &[&str]) {
        self.account.local.fail(rules).expect("good rules");
    }
}

#[tokio::test]
async fn a_deployment_prints_the_status_of_the_last_event() {
    let setup = Setup::new().await;
    let (printed, _) = setup.run("table deploy --yes --json").await;
    let deployed: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(deployed["StackStatus"], "CREATE_COMPLETE");
    let table = setup.account.output("table", "TableName").await;
    assert_eq!(deployed["Outputs"]["TableName"], table.as_str());

    let update = "table deploy --yes --json --deletion-protection true";
    let (printed, _) = setup.run(update).await;
    let deployed: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(deployed["StackStatus"], "UPDATE_COMPLETE");
    let parameters = deployed["Parameters"].as_array().expect("parameters");
    let protection = |one: &Value| {
        one["ParameterKey"] == "DeletionProtection" && one["ParameterValue"] == "true"
    };
    assert!(parameters.iter().any(protection), "{parameters:?}");
}

#[tokio::test]
async fn a_description_that_never_catches_up_is_reported() {
    let mut setup = Setup::new().await;
    setup.proxy.lag(usize::MAX);
    let deploy = "table deploy --yes --json --deletion-protection true";
    let (printed, progress) = setup.run(deploy).await;
    let deployed: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(deployed["StackStatus"], "CREATE_COMPLETE");
    let parameters = deployed["Parameters"].as_array().expect("parameters");
    let protection = parameters
        .iter()
        .find(|parameter| parameter["ParameterKey"] == "DeletionProtection");
    assert_eq!(protection.expect("it is there")["ParameterValue"], "true");
    assert!(progress.contains("the new outputs of table yet: run `task status-table`"));
}

#[tokio::test]
async fn a_stack_that_was_never_created_is_deleted_once_and_created_again() {
    let setup = Setup::new().await;
    setup.fail(&["create:Second=no"]);
    setup.deploy("one").await.unwrap_err();
    setup.fail(&[]);
    assert_eq!(setup.deploy("two").await.unwrap(), "CREATE_COMPLETE");
    let operations = ["ExecuteChangeSet", "DeleteStack", "ExecuteChangeSet"];
    assert_eq!(setup.proxy.operations(), operations);
}

#[tokio::test]
async fn a_failed_rollback_is_continued_once() {
    let setup = Setup::new().await;
    setup.deploy("one").await.unwrap();
    setup.fail(&["rollback:First=not now", "update:Second=no"]);
    setup.deploy("two").await.unwrap_err();
    setup.fail(&[]);
    assert_eq!(setup.deploy("three").await.unwrap(), "UPDATE_COMPLETE");
    let operations = setup.proxy.operations();
    assert_eq!(
        operations[2..],
        ["ContinueUpdateRollback", "ExecuteChangeSet"]
    );
}

#[tokio::test]
async fn a_stack_that_is_destroyed_is_gone_for_the_next_command() {
    let setup = Setup::new().await;
    setup.run("table deploy --yes").await;
    setup.run("table destroy --yes").await;
    let (status, _) = setup.run("table status").await;
    assert_eq!(status, "table does not exist\n");
}

#[tokio::test]
async fn follow_prints_the_status_of_the_last_event() {
    let setup = Setup::new().await;
    setup.run("table deploy --yes").await;
    let account = &setup.account;
    let lagging = Stack::new("table", include_str!("../../../infra/table/template.yaml"));
    let parameters = [("DeletionProtection", "true")];
    account
        .change_set(
            "table",
            lagging.template,
            &parameters,
            ChangeSetType::Update,
        )
        .await;
    let through = aws_sdk_cloudformation::Client::new(&e2e::config(&setup.proxy.url).await);
    let execution = through.execute_change_set();
    let execution = execution.stack_name("table").change_set_name("test");
    execution.send().await.expect("it is executed");
    let (printed, _) = setup.run("table follow").await;
    assert!(printed.contains("table is in UPDATE_COMPLETE"), "{printed}");
}
