//! From every state of a stack the deployer leads back to a good one. There is one test for each row
//! of the table of states in the documentation.

use std::time::Duration;

use aws_sdk_cloudformation::types::ChangeSetType;
use deploy::{Clients, Error, Following, Options, Stack};
use e2e::pair::{STACK, TEMPLATE, options, waiting_template};
use e2e::{Account, until};

/// A local AWS with the deployer's clients.
struct Setup {
    account: Account,
    clients: Clients,
}

impl Setup {
    async fn new() -> Self {
        Self::with(&e2e::options()).await
    }

    /// With this share of AWS's waiting times.
    async fn at_pace(pace: f64) -> Self {
        let options = local::Options {
            pace,
            ..e2e::options()
        };
        Self::with(&options).await
    }

    async fn with(options: &local::Options) -> Self {
        let account = Account::with(options).await;
        let clients = Clients::from(&account.config);
        Self { account, clients }
    }

    fn fail(&self, rules: &[&str]) {
        self.account.local.fail(rules).expect("good rules");
    }

    async fn deploy(&self, options: &Options) -> Result<String, Error> {
        let deployed = deploy::deploy(&self.clients, &STACK, options).await?;
        Ok(deployed.state.status.to_string())
    }

    async fn destroy(&self, options: &Options) -> Result<(), Error> {
        let destroyed = deploy::destroy(&self.clients, &STACK, options).await?;
        assert!(destroyed.is_some(), "there was a stack");
        Ok(())
    }

    async fn status(&self) -> Option<String> {
        let stack = self.account.stack("states").await?;
        Some(stack.stack_status()?.as_str().to_owned())
    }

    async fn value(&self, name: &str) -> Option<String> {
        let call = self.account.ssm.get_parameter().name(name);
        call.send().await.ok()?.parameter?.value
    }

    /// Starts to create or update the stack, as a colleague would.
    async fn start(&self, value: &str, kind: ChangeSetType, token: &str) {
        self.start_template(TEMPLATE, value, kind, token).await;
    }

    async fn start_template(&self, template: &str, value: &str, kind: ChangeSetType, token: &str) {
        let parameters = [("Value", value)];
        self.account
            .change_set("states", template, &parameters, kind)
            .await;
        let execution = self.account.cloudformation.execute_change_set();
        let execution = execution.stack_name("states").change_set_name("test");
        let execution = execution.client_request_token(token);
        execution.send().await.expect("it is executed");
    }

    /// Lets the last resource of the waiting template be ready.
    async fn signal(&self) {
        let url = until("the handle", async || {
            let describe = self.account.cloudformation.describe_stack_resource();
            let describe = describe.stack_name("states").logical_resource_id("Handle");
            let described = describe.send().await.ok()?;
            let url = described.stack_resource_detail()?.physical_resource_id()?;
            (!url.is_empty()).then(|| url.to_owned())
        })
        .await;
        let body = r#"{"Status": "SUCCESS", "UniqueId": "one", "Reason": "", "Data": ""}"#;
        assert_eq!(e2e::http::put(&url, body.to_owned()).await.status, 200);
    }

    /// Checks that the stack can be deployed from its present state, and destroyed then.
    async fn ends_well(&self) {
        assert_eq!(
            self.deploy(&options("well")).await.unwrap(),
            "CREATE_COMPLETE"
        );
        assert_eq!(self.value("/pair/second").await.as_deref(), Some("well"));
        self.destroy(&options("")).await.unwrap();
        assert_eq!(self.status().await, None);
        assert_eq!(self.value("/pair/first").await, None, "nothing is left");
    }

    /// Checks that the stack can be destroyed from its present state.
    async fn is_destroyed(&self) {
        self.destroy(&options("")).await.unwrap();
        assert_eq!(self.status().await, None);
    }
}

#[tokio::test]
async fn a_missing_stack_is_created_and_needs_no_destroy() {
    let setup = Setup::new().await;
    let nothing = deploy::destroy(&setup.clients, &STACK, &options("")).await;
    assert!(nothing.unwrap().is_none());
    setup.ends_well().await;
}

#[tokio::test]
async fn review_in_progress_is_deleted_and_created_again() {
    let setup = Setup::new().await;
    for leads_out in [true, false] {
        let create = ChangeSetType::Create;
        setup
            .account
            .change_set("states", TEMPLATE, &[], create)
            .await;
        assert_eq!(setup.status().await.as_deref(), Some("REVIEW_IN_PROGRESS"));
        if leads_out {
            setup.ends_well().await;
        } else {
            setup.is_destroyed().await;
        }
    }
}

#[tokio::test]
async fn create_failed_is_deleted_and_created_again() {
    let setup = Setup::new().await;
    for leads_out in [true, false] {
        setup.fail(&["create:Second=no"]);
        let create = ChangeSetType::Create;
        setup
            .account
            .change_set("states", TEMPLATE, &[], create)
            .await;
        let execution = setup.account.cloudformation.execute_change_set();
        let execution = execution.stack_name("states").change_set_name("test");
        execution.disable_rollback(true).send().await.unwrap();
        assert_eq!(setup.account.settled("states").await, "CREATE_FAILED");
        setup.fail(&[]);
        if leads_out {
            setup.ends_well().await;
        } else {
            setup.is_destroyed().await;
        }
    }
}

#[tokio::test]
async fn rollback_complete_is_deleted_and_created_again() {
    let setup = Setup::new().await;
    for leads_out in [true, false] {
        setup.fail(&["create:Second=The value is refused."]);
        let failed = setup.deploy(&options("one")).await.unwrap_err().to_string();
        let first = "states ended in ROLLBACK_COMPLETE: Second (AWS::SSM::Parameter, template.yaml:7): The value is refused.";
        assert!(failed.starts_with(first), "{failed}");
        assert_eq!(setup.status().await.as_deref(), Some("ROLLBACK_COMPLETE"));
        setup.fail(&[]);
        if leads_out {
            setup.ends_well().await;
        } else {
            setup.is_destroyed().await;
        }
    }
}

#[tokio::test]
async fn rollback_failed_is_deleted_and_created_again() {
    let setup = Setup::new().await;
    for leads_out in [true, false] {
        setup.fail(&["create:Second=no", "delete:First=held"]);
        let failed = setup.deploy(&options("one")).await.unwrap_err().to_string();
        assert!(failed.contains("failed in the rollback: First"), "{failed}");
        assert_eq!(setup.status().await.as_deref(), Some("ROLLBACK_FAILED"));
        setup.fail(&[]);
        if leads_out {
            setup.ends_well().await;
        } else {
            setup.is_destroyed().await;
        }
    }
}

#[tokio::test]
async fn a_complete_stack_is_updated_or_left_alone() {
    let setup = Setup::new().await;
    assert_eq!(
        setup.deploy(&options("one")).await.unwrap(),
        "CREATE_COMPLETE"
    );
    let again = deploy::deploy(&setup.clients, &STACK, &options("one")).await;
    assert!(!again.unwrap().changed);
    assert_eq!(
        setup.deploy(&options("two")).await.unwrap(),
        "UPDATE_COMPLETE"
    );
    setup.fail(&["update:Second=no"]);
    let failed = setup.deploy(&options("three")).await.unwrap_err();
    let Error::Failed(failed) = failed else {
        panic!("{failed}")
    };
    assert_eq!(failed.status, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(failed.failures[0].logical_id, "Second");
    setup.fail(&[]);
    assert_eq!(
        setup.deploy(&options("three")).await.unwrap(),
        "UPDATE_COMPLETE"
    );
    assert_eq!(setup.value("/pair/second").await.as_deref(), Some("three"));
    setup.is_destroyed().await;
}

/// A stack whose rollback has failed at `First`.
async fn update_rollback_failed() -> Setup {
    let setup = Setup::new().await;
    setup.deploy(&options("one")).await.unwrap();
    setup.fail(&["rollback:First=not now", "update:Second=no"]);
    let failed = setup.deploy(&options("two")).await.unwrap_err().to_string();
    assert!(
        failed.contains("UPDATE_ROLLBACK_FAILED: Second"),
        "{failed}"
    );
    assert!(failed.contains("-- --skip First`"), "{failed}");
    assert!(!failed.contains("--skip Second"), "{failed}");
    setup
}

#[tokio::test]
async fn update_rollback_failed_completes_its_rollback_and_is_updated() {
    let setup = update_rollback_failed().await;
    let again = setup
        .deploy(&options("three"))
        .await
        .unwrap_err()
        .to_string();
    assert!(again.contains("-- --skip First`"), "{again}");
    setup.fail(&[]);
    assert_eq!(
        setup.deploy(&options("three")).await.unwrap(),
        "UPDATE_COMPLETE"
    );
    assert_eq!(setup.value("/pair/first").await.as_deref(), Some("three"));
    setup.is_destroyed().await;
}

#[tokio::test]
async fn update_rollback_failed_continues_without_the_skipped_resources() {
    let setup = update_rollback_failed().await;
    setup.fail(&["rollback:First=not now"]);
    let skipping = Options {
        skip: vec!["First".into()],
        ..options("three")
    };
    assert_eq!(setup.deploy(&skipping).await.unwrap(), "UPDATE_COMPLETE");
    assert_eq!(setup.value("/pair/second").await.as_deref(), Some("three"));
}

#[tokio::test]
async fn update_rollback_failed_can_be_destroyed() {
    update_rollback_failed().await.is_destroyed().await;
}

#[tokio::test]
async fn delete_failed_names_what_prevents_it_and_is_deleted_again() {
    let setup = Setup::new().await;
    setup.deploy(&options("one")).await.unwrap();
    setup.fail(&["delete:First=It is held by somebody."]);
    let destroyed = setup.destroy(&options("")).await.unwrap_err().to_string();
    let deployed = setup.deploy(&options("two")).await.unwrap_err().to_string();
    for said in [&destroyed, &deployed] {
        assert!(
            said.starts_with("states ended in DELETE_FAILED: First"),
            "{said}"
        );
        assert!(said.contains("It is held by somebody."), "{said}");
        assert!(said.contains("-- --retain First`"), "{said}");
    }
    setup.fail(&[]);
    setup.is_destroyed().await;
    assert_eq!(setup.value("/pair/first").await, None);
}

#[tokio::test]
async fn delete_failed_keeps_the_retained_resources() {
    let setup = Setup::new().await;
    setup.deploy(&options("one")).await.unwrap();
    setup.fail(&["delete:First=held"]);
    setup.destroy(&options("")).await.unwrap_err();
    let retaining = Options {
        retain: vec!["First".into()],
        ..options("")
    };
    setup.destroy(&retaining).await.unwrap();
    assert_eq!(setup.status().await, None);
    assert_eq!(setup.value("/pair/first").await.as_deref(), Some("one"));
    assert_eq!(setup.value("/pair/second").await, None);
}

#[tokio::test]
async fn an_operation_of_somebody_else_is_waited_for() {
    let setup = Setup::at_pace(0.05).await;
    setup
        .start("theirs", ChangeSetType::Create, "colleague")
        .await;
    assert_eq!(
        setup.deploy(&options("ours")).await.unwrap(),
        "UPDATE_COMPLETE"
    );
    assert_eq!(setup.value("/pair/second").await.as_deref(), Some("ours"));

    setup
        .start("theirs", ChangeSetType::Update, "colleague-2")
        .await;
    setup.is_destroyed().await;
}

#[tokio::test]
async fn without_waiting_the_running_operation_is_named_with_its_start() {
    let setup = Setup::at_pace(0.05).await;
    let template = waiting_template();
    setup
        .start_template(&template, "theirs", ChangeSetType::Create, "colleague")
        .await;
    let impatient = Options {
        following: Following {
            no_wait: true,
            ..Following::default()
        },
        ..options("ours")
    };
    for refused in [
        setup.deploy(&impatient).await.unwrap_err(),
        setup.destroy(&impatient).await.unwrap_err(),
    ] {
        let said = refused.to_string();
        assert!(matches!(refused, Error::InProgress { .. }), "{said}");
        assert!(said.contains("CREATE_IN_PROGRESS since 20"), "{said}");
        assert!(said.contains("token colleague"), "{said}");
    }
    setup.signal().await;
    assert_eq!(setup.account.settled("states").await, "CREATE_COMPLETE");
}

#[tokio::test]
async fn following_ends_with_the_result_of_the_operation() {
    let setup = Setup::at_pace(0.05).await;
    let follow = async || deploy::attach(&setup.clients, &STACK, &options("")).await;
    follow().await.expect("it succeeds without a stack");
    setup.start("one", ChangeSetType::Create, "colleague").await;
    follow().await.expect("it comes to a good end");
    assert_eq!(setup.status().await.as_deref(), Some("CREATE_COMPLETE"));

    setup.fail(&["update:Second=no"]);
    setup
        .start("two", ChangeSetType::Update, "colleague-2")
        .await;
    let failed = follow().await.unwrap_err().to_string();
    assert!(
        failed.starts_with("states ended in UPDATE_ROLLBACK_COMPLETE: Second"),
        "{failed}"
    );
    let told_again = follow().await.unwrap_err().to_string();
    assert_eq!(told_again, failed, "whoever comes late is told the same");
}

fn within(timeout: Duration) -> Options {
    Options {
        following: Following {
            timeout: Some(timeout),
            ..Following::default()
        },
        ..options("late")
    }
}

#[tokio::test]
async fn a_creation_that_takes_too_long_is_deleted() {
    let setup = Setup::at_pace(1.0).await;
    let late = within(Duration::from_millis(500));
    let ended = setup.deploy(&late).await.unwrap_err().to_string();
    assert!(
        ended.contains("DELETE_COMPLETE: the unfinished creation was deleted"),
        "{ended}"
    );
    assert!(
        ended.contains("waiting for First (AWS::SSM::Parameter)"),
        "{ended}"
    );
    assert_eq!(setup.status().await, None);
}

#[tokio::test]
async fn an_update_that_takes_too_long_is_cancelled() {
    let setup = Setup::at_pace(0.05).await;
    setup.deploy(&options("one")).await.unwrap();
    let late = within(Duration::from_millis(300));
    let waiting = Stack::new("states", waiting_template().leak());
    let ended = deploy::deploy(&setup.clients, &waiting, &late).await;
    let ended = ended.unwrap_err().to_string();
    assert!(
        ended.contains("UPDATE_ROLLBACK_COMPLETE: the update was cancelled"),
        "{ended}"
    );
    assert_eq!(setup.value("/pair/first").await.as_deref(), Some("one"));
}

#[tokio::test]
async fn throttling_is_survived() {
    let options_of_local_aws = local::Options {
        throttle: Some(4),
        ..e2e::options()
    };
    let setup = Setup::with(&options_of_local_aws).await;
    assert_eq!(
        setup.deploy(&options("one")).await.unwrap(),
        "CREATE_COMPLETE"
    );
    assert_eq!(
        setup.deploy(&options("two")).await.unwrap(),
        "UPDATE_COMPLETE"
    );
    setup.destroy(&options("")).await.unwrap();
    until("the stack to be gone", async || {
        setup.status().await.is_none().then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_invalid_template_is_reported_with_its_line_and_leaves_nothing() {
    static INVALID: Stack = Stack::new(
        "states",
        "Resources:\n  First:\n    Type: AWS::SSM::Parameter\n    Properties:\n      Type: String\n      Value: one\n      Colour: red\n",
    );
    let setup = Setup::new().await;
    let refused = deploy::deploy(&setup.clients, &INVALID, &options_without_parameters()).await;
    let said = refused.unwrap_err().to_string();
    assert!(
        said.contains("First (AWS::SSM::Parameter, template.yaml:"),
        "{said}"
    );
    assert!(said.contains("Colour"), "{said}");
    assert_eq!(setup.status().await, None);
}

#[tokio::test]
async fn express_mode_does_not_wait_until_resources_are_ready() {
    // Each of the two parameters would take half a minute.
    let setup = Setup::at_pace(10.0).await;
    let express = Options {
        express: true,
        parameters: options("one").parameters,
        ..within(Duration::from_secs(20))
    };
    let deployed = setup.deploy(&express).await;
    assert_eq!(deployed.unwrap(), "CREATE_COMPLETE");
}

fn options_without_parameters() -> Options {
    Options {
        parameters: deploy::Parameters::new(),
        ..options("")
    }
}
