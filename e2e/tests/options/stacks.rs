//! The network and the table with each combination of their options.

use e2e::{Account, command};

use crate::{TABLE, VPC, combinations, parameters};

/// Runs a command, which succeeds. Returns all that it printed.
pub(crate) async fn succeeds(account: &Account, line: &str) -> String {
    let (endpoint, line) = (account.local.endpoint_url(), line.to_owned());
    let ran = tokio::task::spawn_blocking(move || e2e::shell::run(&endpoint, &line));
    ran.await.expect("the command succeeds")
}

/// Runs a command, which fails. Returns what it said.
pub(crate) async fn fails(account: &Account, line: &str) -> String {
    let mut command = command(&account.local.endpoint_url(), line);
    let ran = tokio::task::spawn_blocking(move || command.output().expect("it runs"));
    let ran = ran.await.expect("it ends");
    assert!(!ran.status.success(), "{line}");
    String::from_utf8(ran.stderr).expect("text")
}

/// Checks that the stack is deployed with these parameters.
pub(crate) async fn has(account: &Account, stack: &str, expected: &deploy::Parameters) {
    let stack = account.stack(stack).await.expect("it stands");
    let status = stack.stack_status().expect("a status").as_str();
    assert!(
        status == "CREATE_COMPLETE" || status == "UPDATE_COMPLETE",
        "{status}"
    );
    for (key, value) in expected {
        let mut parameters = stack.parameters().iter();
        let found = parameters.find(|one| one.parameter_key() == Some(key));
        let found = found.and_then(|one| one.parameter_value());
        assert_eq!(found, Some(value.as_str()), "{key}");
    }
}

#[tokio::test]
async fn every_combination_of_network_and_table_deploys() {
    let account = Account::new().await;
    for words in combinations(VPC, "") {
        succeeds(&account, &format!("vpc deploy --yes {words}")).await;
        has(&account, "vpc", &parameters::<vpc::Flags>(&words)).await;
    }
    // What is not given is kept.
    succeeds(&account, "vpc deploy --yes --flow-logs --customer-key").await;
    succeeds(&account, "vpc deploy --yes --nat-gateways 1").await;
    let kept = parameters::<vpc::Flags>("--flow-logs --customer-key true");
    has(&account, "vpc", &kept).await;
    let group = account.output("vpc", "FlowLogGroup").await;
    assert!(group.starts_with("vpc-FlowLogGroup-"), "{group}");
    for words in combinations(TABLE, "") {
        succeeds(&account, &format!("table deploy --yes {words}")).await;
        has(&account, "table", &parameters::<table::Flags>(&words)).await;
    }
    succeeds(
        &account,
        "table deploy --yes --customer-key --deletion-protection false",
    )
    .await;
    let table = account.output("table", "TableName").await;
    assert!(table.starts_with("table-Table-"), "{table}");
    for stack in ["table", "vpc"] {
        succeeds(&account, &format!("{stack} destroy --yes")).await;
        assert!(account.stack(stack).await.is_none());
    }
    account.local.stop().await;
}
