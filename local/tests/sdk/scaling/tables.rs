//! The alarms of a table that is scaled.

use e2e::{Account, until};
use serde_json::json;

use crate::call::json as call;

#[tokio::test]
async fn the_alarms_of_a_table_count_units_and_follow_its_capacity() {
    let account = Account::new().await;
    let template = |units: u32| {
        json!({"Resources": {
            "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {
                "TableName": "own",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "ProvisionedThroughput": {"ReadCapacityUnits": units, "WriteCapacityUnits": 1},
            }},
            "Target": {"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": {
                "ServiceNamespace": "dynamodb", "ResourceId": {"Fn::Sub": "table/${Table}"},
                "ScalableDimension": "dynamodb:table:ReadCapacityUnits", "MinCapacity": 1, "MaxCapacity": 40,
            }},
            "Policy": {"Type": "AWS::ApplicationAutoScaling::ScalingPolicy", "Properties": {
                "PolicyName": "reads", "PolicyType": "TargetTrackingScaling", "ScalingTargetId": {"Ref": "Target"},
                "TargetTrackingScalingPolicyConfiguration": {
                    "TargetValue": 70,
                    "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"},
                },
            }},
        }})
        .to_string()
    };
    assert_eq!(
        account.deploy("table", &template(5), &[]).await,
        "CREATE_COMPLETE"
    );
    // What AWS makes for 5 units and 70 %.
    let thresholds = async |expected: [&str; 4]| {
        until("the alarms of this capacity", async || {
            let all = call(&account, "monitoring", "DescribeAlarms", &json!({}))
                .await
                .output();
            let all = all["MetricAlarms"].as_array().unwrap().clone();
            let of = |kind: &str| {
                let begin = format!("TargetTracking-table/own-{kind}-");
                let found = all
                    .iter()
                    .find(|one| one["AlarmName"].as_str().unwrap().starts_with(&begin));
                found.map(|one| one["Threshold"].as_f64().unwrap().to_string())
            };
            let kinds = [
                "AlarmHigh",
                "AlarmLow",
                "ProvisionedCapacityHigh",
                "ProvisionedCapacityLow",
            ];
            let found: Vec<String> = kinds.iter().filter_map(|kind| of(kind)).collect();
            (all.len() == 4 && found == expected).then_some(())
        })
        .await;
    };
    thresholds(["210", "150", "5", "5"]).await;
    assert_eq!(
        account.deploy("table", &template(10), &[]).await,
        "UPDATE_COMPLETE"
    );
    thresholds(["420", "300", "10", "10"]).await;
    account.local.stop().await;
}
