//! The CDK's own command line against the local AWS, with an ordinary app of three stacks.

mod tool;

use aws_sdk_cloudformation::types::StackStatus;
use e2e::Account;
use e2e::http::get_as;

use self::tool::Cdk;

const LOGIN: &str = "someone:a-long-password";

#[tokio::test]
#[ignore = "needs Node, aws-cdk and aws-cdk-lib (npm, in target/ci-npm or CDK_MODULES)"]
async fn an_ordinary_app_is_bootstrapped_deployed_compared_changed_and_destroyed() {
    let account = Account::new().await;
    let cdk = Cdk::new(&account, "app");
    assert_eq!(cdk.run(&["list"]).await.output, "Network\nData\nWeb\n");

    cdk.run(&["bootstrap"]).await;
    cdk.run(&["deploy", "--all"]).await;
    let url = url(&account).await;
    let page = get_as(&url, "/query", LOGIN).await;
    assert_eq!(page.status, 200, "{}", page.text);

    // With --fail, it fails if there is a difference.
    cdk.run(&["diff", "--fail"]).await;
    let changed = ["--context", "memory=1024"];
    let diff = cdk.try_run(&["diff", "--fail", "Web"], &changed).await;
    assert!(
        !diff.succeeded && diff.errors.contains("TaskDefinition"),
        "{}",
        diff.errors
    );
    let deploy = ["deploy", "Web", "--exclusively"];
    let deployed = cdk.try_run(&deploy, &changed).await;
    assert!(deployed.succeeded, "{}", deployed.errors);
    assert_eq!(get_as(&url, "/query", LOGIN).await.status, 200);
    let again = cdk.try_run(&deploy, &changed).await;
    assert!(again.errors.contains("(no changes)"), "{}", again.errors);

    cdk.run(&["destroy", "--all", "--force"]).await;
    assert_eq!(stacks(&account).await, ["CDKToolkit"]);
}

#[tokio::test]
#[ignore = "needs Node, aws-cdk and aws-cdk-lib (npm, in target/ci-npm or CDK_MODULES)"]
async fn an_app_looks_up_what_exists() {
    let account = Account::new().await;
    let existing = include_str!("lookups/existing.yaml");
    let status = account.deploy("existing", existing, &[]).await;
    assert_eq!(status, "CREATE_COMPLETE");
    let cdk = Cdk::new(&account, "lookups");
    cdk.run(&["bootstrap"]).await;
    cdk.run(&["deploy"]).await;
    assert_eq!(account.output("Lookups", "Greeting").await, "hello 3");
    let url = url_of(&account, "Lookups").await;
    let page = get_as(&url, "/query", LOGIN).await;
    assert_eq!(page.status, 200, "{}", page.text);
    cdk.run(&["destroy", "--force"]).await;
    assert_eq!(stacks(&account).await, ["CDKToolkit", "existing"]);
}

/// The names of the stacks that are not deleted.
async fn stacks(account: &Account) -> Vec<String> {
    let listed = account.cloudformation.list_stacks().send().await.unwrap();
    let living = listed.stack_summaries().iter();
    let living = living.filter(|stack| stack.stack_status() != Some(&StackStatus::DeleteComplete));
    let names = living.filter_map(|stack| stack.stack_name().map(str::to_owned));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// The address of the load balancer of the stack `Web`.
async fn url(account: &Account) -> String {
    url_of(account, "Web").await
}

/// The address of the load balancer of a stack.
async fn url_of(account: &Account, stack: &str) -> String {
    let stack = account.stack(stack).await.expect("the stack stands");
    let mut outputs = stack
        .outputs()
        .iter()
        .filter_map(|output| output.output_value());
    let url = outputs.find(|value| value.starts_with("http://"));
    url.expect("the output with the URL").to_owned()
}
