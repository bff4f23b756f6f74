//! The commands of the deployers, as a person or a program runs them.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_ssm::types::ParameterType;
use e2e::http::get_as;
use e2e::{Account, command, until};
use serde_json::Value;

/// What a binary printed, and its exit code.
#[derive(Debug)]
struct Printed {
    code: Option<i32>,
    result: String,
    progress: String,
}

impl Printed {
    #[track_caller]
    fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    #[track_caller]
    fn failed(self) -> Self {
        assert_eq!(self.code, Some(1), "{self:#?}");
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.result).unwrap_or_else(|err| panic!("{err}: {self:#?}"))
    }
}

/// Runs a binary without a terminal, as CI does: `run(&account, "table deploy --yes")`.
async fn run(account: &Account, line: &str) -> Printed {
    let mut command = command(&account.local.endpoint_url(), line);
    let run = move || command.output().expect("the binary runs");
    let output = tokio::task::spawn_blocking(run).await.expect("it ends");
    Printed {
        code: output.status.code(),
        result: String::from_utf8(output.stdout).expect("text"),
        progress: String::from_utf8(output.stderr).expect("text"),
    }
}

async fn put(account: &Account, name: &str, value: &str) {
    let put = account.ssm.put_parameter().name(name).value(value);
    put.r#type(ParameterType::String)
        .overwrite(true)
        .send()
        .await
        .expect("it is written");
}

async fn parameter(account: &Account, name: &str) -> Option<String> {
    let found = account.ssm.get_parameter().name(name).send().await.ok()?;
    found.parameter?.value
}

/// Puts one item into the table of a stack.
async fn fill(account: &Account, stack: &str, id: &str) -> String {
    let table = account.output(stack, "TableName").await;
    let item = account.dynamodb.put_item().table_name(&table);
    item.item("itemID", AttributeValue::S(id.to_owned()))
        .send()
        .await
        .expect("it is written");
    table
}

#[tokio::test]
async fn two_environments_stand_side_by_side_each_with_its_own_table() {
    let account = Account::new().await;
    for place in ["", "--env staging"] {
        for stack in ["vpc", "table", "container"] {
            run(&account, &format!("{stack} deploy {place}"))
                .await
                .succeeded();
        }
    }
    for (prefix, name, item) in [
        ("/go-on-aws", "", "of-the-default"),
        ("/go-on-aws/staging", "staging-", "of-staging"),
    ] {
        fill(&account, &format!("{name}table"), item).await;
        let credentials = account.ssm.get_parameter();
        let credentials = credentials.name(format!("{prefix}/credentials"));
        let found = credentials.with_decryption(true).send().await.unwrap();
        let login = found.parameter.unwrap().value.unwrap();
        let url = account
            .output(&format!("{name}container"), "ServiceURL")
            .await;
        let page = until("the service to run", async || {
            let page = get_as(&url, "/query", &login).await;
            (page.status == 200).then_some(page)
        })
        .await;
        assert!(page.text.contains(item), "{}", page.text);
        assert_eq!(page.text.matches("of-").count(), 1, "{}", page.text);
    }
    run(&account, "container destroy --yes --env staging")
        .await
        .succeeded();
    assert!(account.stack("container").await.is_some());
    account.local.stop().await;
}

#[tokio::test]
async fn a_plain_creation_needs_no_approval_and_a_loss_does() {
    let account = Account::new().await;
    run(&account, "table deploy").await.succeeded();
    let refused = run(&account, "table destroy").await.failed();
    assert!(refused.progress.contains("--yes"), "{refused:#?}");
    assert!(account.stack("table").await.is_some());

    // The parameter gets another name. The old one is deleted.
    let refused = run(&account, "table deploy --prefix /other").await.failed();
    assert!(
        refused
            .progress
            .contains("TableParameter would be deleted or replaced"),
        "{refused:#?}"
    );
    assert!(parameter(&account, "/other/table").await.is_none());
    run(&account, "table deploy --prefix /other --approval never")
        .await
        .succeeded();
    assert!(parameter(&account, "/other/table").await.is_some());
}

#[tokio::test]
async fn a_deployment_that_is_not_approved_leaves_nothing_behind() {
    let account = Account::new().await;
    let refused = run(&account, "table deploy --approval any").await.failed();
    assert!(
        refused.progress.contains("every change needs approval"),
        "{refused:#?}"
    );
    assert!(account.stack("table").await.is_none());

    run(&account, "vpc deploy").await.succeeded();
    let refused = run(&account, "container deploy --approval broadening").await;
    let refused = refused.failed();
    assert!(
        refused.progress.contains("IAM and security groups:")
            && refused.progress.contains("dynamodb:Scan")
            && refused.progress.contains("0.0.0.0/0"),
        "{refused:#?}"
    );
    assert!(account.stack("container").await.is_none());
    assert!(
        parameter(&account, "/go-on-aws/credentials")
            .await
            .is_none()
    );
}

#[tokio::test]
async fn a_change_set_is_left_and_executed_later() {
    let account = Account::new().await;
    let left = run(&account, "table deploy --no-execute --json").await;
    let left = left.succeeded().json();
    let name = left["ChangeSetName"].as_str().expect("a name").to_owned();
    assert_eq!(left["Changes"][0]["Action"], "Add");
    assert!(
        left["ConsoleLink"]
            .as_str()
            .is_some_and(|link| link.starts_with("https://eu-central-1.console.aws.amazon.com/"))
    );
    assert!(
        account
            .dynamodb
            .list_tables()
            .send()
            .await
            .unwrap()
            .table_names()
            .is_empty()
    );

    let missing = run(&account, "table execute no-such").await.failed();
    assert!(missing.progress.contains("no-such"), "{missing:#?}");
    let done = run(&account, &format!("table execute {name}")).await;
    assert!(done.succeeded().result.contains("table.TableName = "));

    let none = run(&account, "vpc execute any").await.failed();
    assert!(none.progress.contains("does not exist"), "{none:#?}");
}

#[tokio::test]
async fn a_service_that_is_executed_later_finds_its_accounts_under_its_own_prefix() {
    let account = Account::new().await;
    run(&account, "vpc deploy --prefix /mine").await.succeeded();
    let left = run(
        &account,
        "container deploy --prefix /mine --no-execute --json",
    )
    .await;
    let left = left.succeeded().json();
    let name = left["ChangeSetName"].as_str().expect("a name").to_owned();
    assert!(parameter(&account, "/mine/credentials").await.is_none());
    run(&account, &format!("container execute {name}"))
        .await
        .succeeded();
    assert!(parameter(&account, "/mine/credentials").await.is_some());
    assert!(
        parameter(&account, "/go-on-aws/credentials")
            .await
            .is_none()
    );
    account.local.stop().await;
}

#[tokio::test]
async fn diff_reports_changes_by_exit_code_and_as_json() {
    let account = Account::new().await;
    let differs = run(&account, "table diff --exit-code --json").await;
    assert_eq!(differs.code, Some(2), "{differs:#?}");
    assert_eq!(differs.json()["Changes"].as_array().map(Vec::len), Some(2));
    run(&account, "table diff").await.succeeded();
    assert!(account.stack("table").await.is_none());

    let deployed = run(&account, "table deploy --json")
        .await
        .succeeded()
        .json();
    assert_eq!(deployed["Changed"], true);
    assert_eq!(deployed["StackStatus"], "CREATE_COMPLETE");
    assert!(deployed["Outputs"]["TableName"].is_string());
    run(&account, "table diff --exit-code").await.succeeded();
    let again = run(&account, "table deploy --json")
        .await
        .succeeded()
        .json();
    assert_eq!(again["Changed"], false);

    let wrong = run(&account, "table diff --exit-cod").await;
    assert_eq!(wrong.code, Some(64), "{wrong:#?}");
    let completions = run(&account, "table completions bash").await.succeeded();
    assert!(completions.result.contains("--no-execute"));
}

#[tokio::test]
async fn a_stale_stack_says_which_task_brings_it_up_to_date() {
    let account = Account::new().await;
    run(&account, "vpc deploy").await.succeeded();
    run(&account, "container deploy").await.succeeded();
    let vpc = parameter(&account, "/go-on-aws/vpc").await.expect("a VPC");
    let fresh = run(&account, "container status").await.succeeded();
    assert!(!fresh.result.contains("stale"), "{fresh:#?}");

    put(&account, "/go-on-aws/vpc", "vpc-0123456789abcdef0").await;
    let stale = run(&account, "container status").await.succeeded();
    let line = format!("/go-on-aws/vpc = {vpc} at the last deploy, vpc-0123456789abcdef0 now");
    assert!(stale.result.contains(&line), "{stale:#?}");
    assert!(
        stale
            .result
            .contains("`task deploy-container` brings it up to date")
    );
    let owner = run(&account, "vpc status --json").await.succeeded().json();
    let handed_over = owner["HandsOver"].as_array().expect("a list");
    assert!(
        handed_over
            .iter()
            .any(|one| one["Readers"]["container"] == vpc.as_str()),
        "{owner:#}"
    );
    account.local.stop().await;
}

#[tokio::test]
async fn a_network_in_use_is_destroyed_by_force_only() {
    let account = Account::new().await;
    let none = run(&account, "vpc destroy").await.succeeded();
    assert_eq!(none.result, "vpc does not exist\n");
    run(&account, "vpc deploy").await.succeeded();
    run(&account, "container deploy").await.succeeded();
    let refused = run(&account, "vpc destroy --yes").await.failed();
    assert!(
        refused.progress.contains("container") && refused.progress.contains("--force"),
        "{refused:#?}"
    );
    // AWS does not delete what is in use. The stack says what uses it.
    let forced = run(&account, "vpc destroy --yes --force").await.failed();
    assert!(forced.progress.contains("DELETE_FAILED"), "{forced:#?}");
    account.local.stop().await;
}

#[tokio::test]
async fn a_table_is_destroyed_after_its_items_were_counted() {
    let account = Account::new().await;
    run(&account, "table deploy").await.succeeded();
    let table = fill(&account, "table", "one").await;
    let refused = run(&account, "table destroy").await.failed();
    let count = format!("{table} has 1 item (counted just now)");
    assert!(refused.progress.contains(&count), "{refused:#?}");
    let gone = run(&account, "table destroy --yes").await.succeeded();
    assert!(gone.progress.contains(&count), "{gone:#?}");
    assert!(account.stack("table").await.is_none());
}

#[tokio::test]
async fn a_table_is_not_destroyed_while_the_app_reads_it() {
    let account = Account::new().await;
    run(&account, "vpc deploy").await.succeeded();
    let early = run(&account, "container deploy --image local/showtable:1").await;
    let warning = "There is no table yet, since /go-on-aws/table does not exist";
    assert!(early.succeeded().progress.contains(warning));
    run(&account, "table deploy").await.succeeded();
    let table = account.output("table", "TableName").await;

    let status = run(&account, "container status").await.succeeded();
    let reads = format!("/go-on-aws/table = {table} (read by the app while it runs)");
    assert!(status.result.contains(&reads), "{status:#?}");
    let status = run(&account, "table status").await.succeeded();
    assert!(status.result.contains("read by container"), "{status:#?}");

    let refused = run(&account, "table destroy --yes").await.failed();
    let reason = "table is in use: container reads /go-on-aws/table";
    assert!(refused.progress.contains(reason), "{refused:#?}");
    assert!(account.stack("table").await.is_some());
    run(&account, "table destroy --yes --force")
        .await
        .succeeded();
    account.local.stop().await;
}

#[tokio::test]
async fn a_deletion_that_fails_names_the_stack_that_blocks_it() {
    let account = Account::new().await;
    for stack in ["vpc", "table", "container"] {
        run(&account, &format!("{stack} deploy")).await.succeeded();
    }
    let failed = run(&account, "vpc destroy --yes --force").await.failed();
    let reason = "run `task destroy-container` first";
    assert!(failed.progress.contains(reason), "{failed:#?}");
    // Its parameters are deleted by now, but not what the service uses.
    let refused = run(&account, "vpc destroy --yes").await.failed();
    let reason = "vpc is in use: container reads";
    assert!(refused.progress.contains(reason), "{refused:#?}");
    account.local.stop().await;
}

#[tokio::test]
async fn a_protected_stack_is_not_destroyed() {
    let account = Account::new().await;
    run(&account, "table deploy --termination-protection true")
        .await
        .succeeded();
    let refused = run(&account, "table destroy --yes").await.failed();
    assert!(
        refused
            .progress
            .contains("task deploy-table -- --termination-protection false"),
        "{refused:#?}"
    );
    run(&account, "table deploy --termination-protection false")
        .await
        .succeeded();
    run(&account, "table destroy --yes").await.succeeded();
}

#[tokio::test]
async fn the_service_stands_in_a_network_that_exists_already() {
    const USE: &str =
        "vpc use --vpc-id vpc-0abc --public subnet-0a1,subnet-0a2 --private subnet-0b1";
    let account = Account::new().await;
    let one_zone = USE.replace(",subnet-0a2", "");
    let refused = run(&account, &one_zone).await.failed();
    assert!(refused.progress.contains("two zones"), "{refused:#?}");
    run(&account, USE).await.succeeded();
    run(&account, USE).await.succeeded();
    let other = USE.replace("vpc-0abc", "vpc-0def");
    let refused = run(&account, &other).await.failed();
    assert!(
        refused
            .progress
            .contains("/go-on-aws/vpc = vpc-0abc -> vpc-0def"),
        "{refused:#?}"
    );
    assert_eq!(
        parameter(&account, "/go-on-aws/vpc").await.as_deref(),
        Some("vpc-0abc")
    );

    run(&account, "vpc destroy --yes").await.succeeded();
    assert_eq!(parameter(&account, "/go-on-aws/vpc").await, None);
    run(&account, "vpc deploy").await.succeeded();
    let refused = run(&account, USE).await.failed();
    assert!(
        refused.progress.contains("belongs to the stack vpc"),
        "{refused:#?}"
    );
}

/// Creates a table that belongs to no stack.
async fn make_table(account: &Account, name: &str, key: &str) {
    use aws_sdk_dynamodb::types::{
        AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
    };
    let definition = AttributeDefinition::builder()
        .attribute_name(key)
        .attribute_type(ScalarAttributeType::S);
    let element = KeySchemaElement::builder()
        .attribute_name(key)
        .key_type(KeyType::Hash);
    account
        .dynamodb
        .create_table()
        .table_name(name)
        .attribute_definitions(definition.build().unwrap())
        .key_schema(element.build().unwrap())
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .expect("the table is made");
    let item = account.dynamodb.put_item().table_name(name);
    item.item(key, AttributeValue::S("kept".into()))
        .send()
        .await
        .expect("it is written");
}

#[tokio::test]
async fn a_table_that_exists_already_is_taken_into_the_stack_with_its_items() {
    let account = Account::new().await;
    make_table(&account, "orders", "itemID").await;
    make_table(&account, "others", "pk").await;
    let refused = run(&account, "table import --name others").await.failed();
    assert!(refused.progress.contains("pk (HASH, S)"), "{refused:#?}");
    run(&account, "table import --name none").await.failed();
    assert!(account.stack("table").await.is_none());

    let imported = run(&account, "table import --name orders").await;
    let imported = imported.succeeded();
    assert!(
        imported.result.contains("table.TableName = orders"),
        "{imported:#?}"
    );
    assert_eq!(
        parameter(&account, "/go-on-aws/table").await.as_deref(),
        Some("orders")
    );
    let items = account.dynamodb.scan().table_name("orders").send().await;
    assert_eq!(items.unwrap().count(), 1);
    let again = run(&account, "table import --name orders")
        .await
        .succeeded();
    assert!(again.result.contains("(no changes)"), "{again:#?}");
    let refused = run(&account, "table import --name others").await.failed();
    assert!(!refused.progress.is_empty());

    run(&account, "vpc deploy").await.succeeded();
    run(&account, "container deploy").await.succeeded();
    let status = run(&account, "container status").await.succeeded();
    assert!(status.result.contains("TableName = orders"), "{status:#?}");
    account.local.stop().await;
}

#[tokio::test]
async fn changes_by_hand_are_shown_and_reverted() {
    let account = Account::new().await;
    run(&account, "table deploy").await.succeeded();
    let clean = run(&account, "table diff --drift --exit-code").await;
    assert!(
        clean
            .succeeded()
            .result
            .contains("nothing was changed by hand")
    );
    let table = account.output("table", "TableName").await;

    put(&account, "/go-on-aws/table", "another").await;
    let plain = run(&account, "table diff --exit-code").await.succeeded();
    assert_eq!(plain.result, "table: no changes\n");
    let drift = run(&account, "table diff --drift --exit-code").await;
    assert_eq!(drift.code, Some(2), "{drift:#?}");
    let line = format!("Value: {table} was changed to another");
    assert!(drift.result.contains(&line), "{drift:#?}");

    let reverted = run(&account, "table deploy --revert-drift")
        .await
        .succeeded();
    assert!(
        reverted.progress.contains("(changed by hand)"),
        "{reverted:#?}"
    );
    assert_eq!(parameter(&account, "/go-on-aws/table").await, Some(table));
}

#[tokio::test]
async fn drift_of_the_table_is_shown_before_it_is_destroyed() {
    let account = Account::new().await;
    run(&account, "table deploy").await.succeeded();
    let table = account.output("table", "TableName").await;
    let before = run(&account, "table destroy").await.failed();
    assert!(
        before
            .progress
            .contains("Nothing was changed by hand in the table"),
        "{before:#?}"
    );
    account
        .dynamodb
        .update_table()
        .table_name(&table)
        .deletion_protection_enabled(true)
        .send()
        .await
        .expect("it is changed");
    let drifted = run(&account, "table destroy").await.failed();
    assert!(
        drifted
            .progress
            .contains("DeletionProtectionEnabled: false was changed to true"),
        "{drifted:#?}"
    );
}

#[tokio::test]
async fn everything_carries_the_tags_of_its_project_environment_and_stack() {
    let account = Account::new().await;
    run(&account, "table deploy --env staging")
        .await
        .succeeded();
    let stack = account.stack("staging-table").await.expect("a stack");
    let mut tags: Vec<_> = stack
        .tags()
        .iter()
        .map(|tag| {
            (
                tag.key().unwrap_or_default(),
                tag.value().unwrap_or_default(),
            )
        })
        .collect();
    tags.sort_unstable();
    assert_eq!(
        tags,
        [
            ("environment", "staging"),
            ("project", "go-on-aws"),
            ("stack", "staging-table")
        ]
    );
}

#[tokio::test]
async fn a_protected_table_is_not_touched() {
    let account = Account::new().await;
    run(&account, "table deploy --deletion-protection true")
        .await
        .succeeded();
    let refused = run(&account, "table destroy --yes").await.failed();
    assert!(
        refused
            .progress
            .contains("task deploy-table -- --deletion-protection false"),
        "{refused:#?}"
    );
    assert!(parameter(&account, "/go-on-aws/table").await.is_some());
    assert_eq!(account.settled("table").await, "CREATE_COMPLETE");
    run(&account, "table deploy --deletion-protection false")
        .await
        .succeeded();
    run(&account, "table destroy --yes").await.succeeded();
}
