//! The deployer reports why a service did not become healthy, even after the rollback has removed the
//! service.

use deploy::{Approval, Clients, Environment, Options};
use e2e::Account;

const DEFAULT: Environment = Environment::DEFAULT;

fn options(image: &str) -> Options {
    Options {
        parameters: [("Image".to_owned(), image.to_owned())].into(),
        approval: Approval::Never,
        ..Options::default()
    }
}

/// A local AWS with the network and the table. It waits a little so that events come in the same order as on AWS.
pub(crate) async fn network_and_table() -> (Account, Clients) {
    let paced = local::Options {
        pace: 0.002,
        ..e2e::options()
    };
    let account = Account::with(&paced).await;
    let clients = Clients::from(&account.config);
    let granted = Options {
        approval: Approval::Never,
        ..Options::default()
    };
    for stack in [&vpc::STACK, &table::STACK] {
        deploy::deploy(&clients, stack, &granted)
            .await
            .expect("it is deployed");
    }
    (account, clients)
}

#[tokio::test]
async fn a_crash_is_reported_with_its_exit_code_and_last_log_lines_after_the_rollback() {
    let (account, clients) = network_and_table().await;
    let failed = container::deploy(&clients, &DEFAULT, None, &options("local/crashes")).await;
    let said = failed.unwrap_err().to_string();
    let status = account.stack("container").await.expect("it is rolled back");
    assert_eq!(status.stack_status().unwrap().as_str(), "ROLLBACK_COMPLETE");
    assert!(
        said.starts_with(
            "container ended in ROLLBACK_COMPLETE: Service (AWS::ECS::Service, template.yaml:"
        ),
        "{said}"
    );
    for expected in [
        "stopped: Essential container in task exited",
        "container showtable exited with code 3",
        "| the configuration cannot be read: this image always crashes",
    ] {
        assert!(
            said.contains(expected),
            "{expected:?} is missing in: {said}"
        );
    }
    account.local.stop().await;
}

#[tokio::test]
async fn a_service_that_answers_500_is_reported_with_the_reason_of_its_target() {
    let (account, clients) = network_and_table().await;
    let deployed = container::deploy(&clients, &DEFAULT, None, &options("local/showtable")).await;
    deployed.expect("a good image first");
    let failed = container::deploy(&clients, &DEFAULT, None, &options("local/unhealthy")).await;
    let said = failed.unwrap_err().to_string();
    assert!(
        said.starts_with("container ended in UPDATE_ROLLBACK_COMPLETE: Service"),
        "{said}"
    );
    for expected in [
        "Health checks failed with these codes: [500]",
        "| listening on",
    ] {
        assert!(
            said.contains(expected),
            "{expected:?} is missing in: {said}"
        );
    }
    account.local.stop().await;
}
