//! The deployer can be killed at any moment. The next run comes to the same end, and nothing is left
//! over.

use std::process::Stdio;

use e2e::proxy::{Cut, Proxy};
use e2e::{Account, command};
use tokio::process::Command;

const DEPLOY: &str = "table deploy --yes";
const PROTECT: &str = "table deploy --yes --deletion-protection true";
const UNPROTECT: &str = "table deploy --yes --deletion-protection false";
const DESTROY: &str = "table destroy --yes";

/// A local AWS behind a proxy that cuts the traffic.
struct Setup {
    account: Account,
    proxy: Proxy,
}

impl Setup {
    async fn new() -> Self {
        let account = Account::new().await;
        let proxy = Proxy::new(account.local.endpoint_url()).await;
        Self { account, proxy }
    }

    /// Runs a command, which succeeds. Returns what it printed, and how many calls it made.
    async fn run(&mut self, line: &str) -> (String, usize) {
        self.proxy.cut_at(None);
        let output = Command::from(command(&self.proxy.url, line)).output();
        let output = output.await.expect("it runs");
        assert!(output.status.success(), "{line}: {output:?}");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        (printed, self.proxy.count())
    }

    /// Runs a command and kills it at the cut. Returns whether it came that far.
    async fn kill(&mut self, line: &str, cut: Cut) -> bool {
        self.proxy.cut_at(Some(cut));
        let mut command = Command::from(command(&self.proxy.url, line));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = command.kill_on_drop(true).spawn().expect("it starts");
        tokio::select! {
            ended = process.wait() => {
                assert!(ended.expect("it ends").success(), "{line} without a cut");
                false
            }
            () = self.proxy.held() => {
                process.kill().await.expect("SIGKILL");
                true
            }
        }
    }

    /// Checks that there are one stack, one table, one parameter that names it, and no change set.
    async fn stands_alone(&self, when: &str) {
        let stacks = self.account.cloudformation.describe_stacks();
        let stacks = stacks
            .send()
            .await
            .expect("stacks")
            .stacks
            .unwrap_or_default();
        assert_eq!(stacks.len(), 1, "{when}: {stacks:?}");
        let status = stacks[0].stack_status().expect("a status").as_str();
        assert!(
            matches!(status, "CREATE_COMPLETE" | "UPDATE_COMPLETE"),
            "{when}: {status}"
        );
        let tables = self
            .account
            .dynamodb
            .list_tables()
            .send()
            .await
            .expect("tables");
        let parameter = self.account.ssm.get_parameter().name("/go-on-aws/table");
        let parameter = parameter.send().await.expect("the parameter").parameter;
        assert_eq!(
            tables.table_names(),
            [parameter.and_then(|p| p.value).unwrap_or_default()],
            "{when}"
        );
        let waiting = self
            .account
            .cloudformation
            .list_change_sets()
            .stack_name("table");
        let waiting = waiting
            .send()
            .await
            .expect("change sets")
            .summaries
            .unwrap_or_default();
        let waiting: Vec<_> = waiting
            .iter()
            .filter(|set| set.execution_status() == Some(&"AVAILABLE".into()))
            .collect();
        assert!(waiting.is_empty(), "{when}: {waiting:?}");
    }

    /// Checks that there is no stack, no table and no parameter.
    async fn is_empty(&self, when: &str) {
        let stacks = self.account.cloudformation.describe_stacks();
        let stacks = stacks
            .send()
            .await
            .expect("stacks")
            .stacks
            .unwrap_or_default();
        assert!(stacks.is_empty(), "{when}: {stacks:?}");
        let tables = self
            .account
            .dynamodb
            .list_tables()
            .send()
            .await
            .expect("tables");
        assert!(tables.table_names().is_empty(), "{when}: {tables:?}");
        let parameters = self
            .account
            .ssm
            .describe_parameters()
            .send()
            .await
            .expect("parameters");
        assert!(parameters.parameters().is_empty(), "{when}: {parameters:?}");
    }
}

/// Every cut, the earliest first: before the first call, after it, before the second, …
fn cuts() -> impl Iterator<Item = Cut> {
    (1..).flat_map(|number| [Cut::Before(number), Cut::After(number)])
}

/// An operation makes at least this many calls. With fewer, the cuts were not reached.
const FEWEST_CALLS: usize = 4;

#[tokio::test]
async fn a_creation_that_is_killed_anywhere_is_completed_by_the_next_deploy() {
    let mut setup = Setup::new().await;
    let mut killed = 0;
    for cut in cuts() {
        if !setup.kill(DEPLOY, cut).await {
            break;
        }
        killed += 1;
        setup.run(DEPLOY).await;
        setup.stands_alone(&format!("{cut:?}")).await;
        setup.run(DESTROY).await;
        setup.is_empty(&format!("{cut:?}")).await;
    }
    assert!(killed >= 2 * FEWEST_CALLS, "killed {killed} times");
}

#[tokio::test]
async fn an_update_that_is_killed_anywhere_is_completed_by_the_next_deploy() {
    let mut setup = Setup::new().await;
    setup.run(UNPROTECT).await;
    let mut killed = 0;
    for cut in cuts() {
        if !setup.kill(PROTECT, cut).await {
            break;
        }
        killed += 1;
        setup.run(PROTECT).await;
        setup.stands_alone(&format!("{cut:?}")).await;
        let (status, _) = setup.run("table status").await;
        assert!(
            status.contains("DeletionProtection = true"),
            "{cut:?}: {status}"
        );
        setup.run(UNPROTECT).await;
    }
    assert!(killed >= 2 * FEWEST_CALLS, "killed {killed} times");
}

#[tokio::test]
async fn a_destroy_that_is_killed_anywhere_is_completed_by_the_next_destroy() {
    let mut setup = Setup::new().await;
    let mut killed = 0;
    for cut in cuts() {
        setup.run(DEPLOY).await;
        if !setup.kill(DESTROY, cut).await {
            break;
        }
        killed += 1;
        setup.run(DESTROY).await;
        setup.is_empty(&format!("{cut:?}")).await;
    }
    assert!(killed >= 2 * FEWEST_CALLS, "killed {killed} times");
}

#[tokio::test]
async fn a_deploy_without_changes_makes_two_calls_and_leaves_no_change_set() {
    let mut setup = Setup::new().await;
    setup.run(DEPLOY).await;
    let (printed, calls) = setup.run(DEPLOY).await;
    assert!(printed.contains("(no changes)"), "{printed}");
    assert_eq!(calls, 2, "DescribeStacks and GetTemplate");
    setup.stands_alone("unchanged").await;
}
