use insta::assert_snapshot;

use super::*;

fn change(action: &str, replacement: &str, logical_id: &str, resource_type: &str) -> Change {
    Change {
        action: action.into(),
        logical_id: logical_id.into(),
        physical_id: if action == "Add" {
            String::new()
        } else {
            format!("table-{logical_id}-1ABC")
        },
        resource_type: resource_type.into(),
        replacement: replacement.into(),
        properties: Vec::new(),
    }
}

fn property(path: &str, before: Option<&str>, after: Option<&str>) -> PropertyChange {
    PropertyChange {
        path: path.into(),
        before: before.map(Into::into),
        after: after.map(Into::into),
        recreation: "Never".into(),
    }
}

fn table() -> StackState {
    StackState {
        id: "arn:aws:cloudformation:eu-central-1:123456789012:stack/table/1".into(),
        name: "table".into(),
        status: "UPDATE_COMPLETE".into(),
        reason: None,
        changed: Some("2026-11-23T09:41:07Z".into()),
        parameters: vec![
            StackParameter {
                key: "ParameterPrefix".into(),
                value: "/go-on-aws".into(),
                resolved: None,
            },
            StackParameter {
                key: "VpcId".into(),
                value: "/go-on-aws/vpc".into(),
                resolved: Some("vpc-1".into()),
            },
        ],
        outputs: vec![
            ("TableArn".into(), "arn:aws:dynamodb:1".into()),
            ("TableName".into(), "table-Table-1ABC".into()),
        ],
    }
}

fn resources() -> Vec<Resource> {
    [
        ("Table", "table-Table-1ABC", "AWS::DynamoDB::Table"),
        ("Parameter", "/go-on-aws/table", "AWS::SSM::Parameter"),
    ]
    .map(|(logical_id, physical_id, resource_type)| Resource {
        logical_id: logical_id.into(),
        physical_id: physical_id.into(),
        resource_type: resource_type.into(),
        status: "CREATE_COMPLETE".into(),
    })
    .to_vec()
}

fn caused(logical_id: &str, reason: &str) -> Failure {
    Failure {
        logical_id: logical_id.into(),
        resource_type: "AWS::EC2::Subnet".into(),
        reason: reason.into(),
    }
}

#[test]
fn every_kind_of_change() {
    let mut table = change("Modify", "True", "Table", "AWS::DynamoDB::Table");
    table.properties = vec![
        PropertyChange {
            recreation: "Always".into(),
            ..property("/Properties/TableName", Some("old"), Some("new"))
        },
        property("/Properties/Tags/0", None, Some("{\"Key\":\"a\"}")),
        property("/Properties/BillingMode", Some("PROVISIONED"), None),
    ];
    let mut parameter = change("Modify", "Conditional", "Parameter", "AWS::SSM::Parameter");
    parameter.properties = vec![property("/Properties/Value", None, None)];
    assert_snapshot!(changes(
        "table",
        &[
            change("Add", "", "LogGroup", "AWS::Logs::LogGroup"),
            table,
            parameter,
            change("Modify", "False", "Role", "AWS::IAM::Role"),
            change("Remove", "", "Old", "AWS::SSM::Parameter"),
            change("Teleport", "", "Unknown", "AWS::New::Thing"),
        ]
    ));
}

#[test]
fn long_values_are_shown_where_they_differ() {
    let long = |image: &str| {
        format!(
            "[{{\"Essential\":true,\"Image\":\"{image}\",\"Name\":\"showtable\",\"User\":\"65532\"}}]"
        )
    };
    let mut task = change(
        "Modify",
        "True",
        "TaskDefinition",
        "AWS::ECS::TaskDefinition",
    );
    let (before, after) = (long("showtable:1"), long("showtable:ä"));
    task.properties = vec![
        property(
            "/Properties/ContainerDefinitions",
            Some(&before),
            Some(&after),
        ),
        property("/Properties/Longer", Some(&before), Some(&before.repeat(2))),
        property(
            "/Properties/TaskRoleArn",
            Some("arn:1"),
            Some("{{changeSet:KNOWN_AFTER_APPLY}}"),
        ),
    ];
    assert_snapshot!(changes("container", &[task]));
}

#[test]
fn no_changes() {
    assert_snapshot!(changes("table", &[]));
}

#[test]
fn a_deployed_stack() {
    let deployed = Deployed {
        state: table(),
        changed: true,
    };
    assert_snapshot!(super::deployed(&deployed));
}

#[test]
fn a_stack_that_stood_already() {
    let deployed = Deployed {
        state: StackState {
            outputs: Vec::new(),
            ..table()
        },
        changed: false,
    };
    assert_snapshot!(super::deployed(&deployed));
}

#[test]
fn the_status_of_a_stack() {
    assert_snapshot!(status(&table(), &resources()));
}

#[test]
fn what_a_destroy_deletes() {
    assert_snapshot!(destruction("table", &resources()));
}

#[test]
fn an_event_without_and_with_a_reason() {
    let mut created = Event {
        time: "2026-11-23T09:41:07Z".into(),
        logical_id: "Table".into(),
        physical_id: "table-Table-1ABC".into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        status: "CREATE_COMPLETE".into(),
        reason: String::new(),
    };
    let plain = event(&created);
    created.status = "CREATE_FAILED".into();
    created.reason = "Table already exists".into();
    assert_snapshot!(format!("{plain}\n{}", event(&created)));
}

#[test]
fn a_failed_delete_says_what_holds_it() {
    assert_snapshot!(failure(
        "vpc",
        "DELETE_FAILED",
        &[caused("A", "has dependencies"), caused("B", "denied")]
    ));
}

#[test]
fn a_failed_deploy_has_its_root_cause_in_the_first_line() {
    assert_snapshot!(failure(
        "vpc",
        "ROLLBACK_COMPLETE",
        &[caused("A", "The CIDR '10.0.0.0/8' is invalid")]
    ));
}

#[test]
fn stacks_in_use_name_their_dependents() {
    let dependent = Dependent {
        stack: "container".into(),
        parameters: vec![
            "/go-on-aws/vpc".into(),
            "/go-on-aws/vpc/public-subnets".into(),
        ],
    };
    assert_snapshot!(dependents("vpc", &[dependent]));
}
