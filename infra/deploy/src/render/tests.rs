use insta::assert_snapshot;

use super::*;
use crate::model::{
    Change, Dependent, Deployed, Difference, Drift, Event, HandedOver, Plan, PropertyChange, Read,
    Resource, StackDetails, StackParameter, StackState, UnexecutedPlan,
};

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
        ..Change::default()
    }
}

fn property(path: &str, before: Option<&str>, after: Option<&str>) -> PropertyChange {
    PropertyChange {
        path: path.into(),
        before: before.map(Into::into),
        after: after.map(Into::into),
        recreation: "Never".into(),
        by_hand: false,
    }
}

fn table() -> StackState {
    StackState {
        id: "arn:aws:cloudformation:eu-central-1:123456789012:stack/table/1".into(),
        name: "table".into(),
        status: "UPDATE_COMPLETE".into(),
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
        ..StackState::default()
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
        PropertyChange {
            by_hand: true,
            ..property(
                "/Properties/DeletionProtectionEnabled",
                Some("true"),
                Some("false"),
            )
        },
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
            Change {
                policy_action: "Retain".into(),
                ..change("Remove", "", "Kept", "AWS::Logs::LogGroup")
            },
            change("Modify", "True", "Task", "AWS::ECS::TaskDefinition"),
            Change {
                properties: vec![property(
                    "/Properties/SecurityGroupEgress",
                    None,
                    Some("[{\"CidrIp\":\"0.0.0.0/0\"}]"),
                )],
                ..change("Add", "", "Group", "AWS::EC2::SecurityGroup")
            },
            change("SyncWithActual", "", "Synced", "AWS::SSM::Parameter"),
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
fn a_stack_without_changes() {
    let deployed = Deployed {
        state: StackState {
            outputs: Vec::new(),
            ..table()
        },
        changed: false,
    };
    assert_snapshot!(super::deployed(&deployed));
}

fn report() -> StackDetails {
    StackDetails {
        state: table(),
        resources: resources(),
        reads: vec![Read {
            name: "/go-on-aws/vpc".into(),
            deployed: Some("vpc-1".into()),
            now: Some("vpc-1".into()),
        }],
        hands_over: vec![HandedOver {
            name: "/go-on-aws/table".into(),
            now: Some("table-Table-1ABC".into()),
            readers: [("container".into(), Some("table-Table-1ABC".into()))].into(),
        }],
    }
}

#[test]
fn the_status_of_a_stack() {
    assert_snapshot!(details(&report()));
}

#[test]
fn a_stale_stack_and_stale_readers() {
    let mut stale = report();
    stale.state.name = "staging-container".into();
    stale.state.termination_protection = true;
    stale.reads[0].now = Some("vpc-2".into());
    stale.reads.push(Read {
        name: "/go-on-aws/vpc/public-subnets".into(),
        deployed: Some("subnet-1,subnet-2".into()),
        now: None,
    });
    stale.hands_over[0].now = Some("table-Table-2DEF".into());
    assert_snapshot!(details(&stale));
}

#[test]
fn what_was_changed_by_hand() {
    let difference = |path: &str, kind: &str| Difference {
        path: path.into(),
        expected: "one".into(),
        actual: "two".into(),
        kind: kind.into(),
    };
    let drifts = [
        Drift {
            logical_id: "Table".into(),
            physical_id: "table-Table-1ABC".into(),
            resource_type: "AWS::DynamoDB::Table".into(),
            status: "MODIFIED".into(),
            differences: vec![
                difference("/BillingMode", "NOT_EQUAL"),
                difference("/Tags/0", "ADD"),
                difference("/Tags/1", "REMOVE"),
            ],
        },
        Drift {
            logical_id: "TableParameter".into(),
            physical_id: "/go-on-aws/table".into(),
            resource_type: "AWS::SSM::Parameter".into(),
            status: "DELETED".into(),
            differences: Vec::new(),
        },
    ];
    assert_snapshot!(drift("table", &drifts));
    assert_eq!(drift("table", &[]), "table: nothing was changed by hand\n");
}

#[test]
fn what_is_lost_is_named_in_the_question() {
    assert_eq!(question_of_destruction(&[]), "Delete all of this?");
    let losses = ["3 items".to_owned(), "1 item".to_owned()];
    assert_eq!(
        question_of_destruction(&losses),
        "Delete all of this, with 3 items and 1 item?"
    );
}

#[test]
fn drift_is_shown_before_a_loss() {
    let drift = |found| drift_before_loss("table", found);
    assert_eq!(drift(Ok(&[])), "Nothing was changed by hand in the table");
    assert_eq!(
        drift(Err("Rate exceeded")),
        "Drift cannot be checked: Rate exceeded"
    );
}

#[test]
fn a_kept_change_set_says_how_to_execute_it() {
    let kept = UnexecutedPlan {
        stack: "staging-table".into(),
        plan: Plan {
            name: "change-1".into(),
            changes: Vec::new(),
            parameters: Vec::new(),
            stack_id: "arn:aws:cloudformation:eu-central-1:123456789012:stack/staging-table/1"
                .into(),
            change_set_id: "arn:aws:cloudformation:eu-central-1:123456789012:changeSet/change-1/2"
                .into(),
            is_new_stack: true,
        },
    };
    assert_snapshot!(kept.to_string());
}

#[test]
fn what_a_destroy_deletes() {
    assert_snapshot!(destruction("table", &resources()));
}

#[test]
fn an_event_without_and_with_a_reason() {
    let mut created = Event {
        time: 1_795_426_867,
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
