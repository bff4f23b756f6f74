//! Step scaling, and metrics of one's own.

use e2e::until;
use serde_json::{Value, json};

use super::Deployed;
use crate::call::json as call;

#[tokio::test]
async fn steps_and_own_metrics_scale_as_their_alarms_say() {
    let deployed = Deployed::new().await;
    let steps = deployed.with(json!({
        "PolicyName": "steps",
        "PolicyType": "StepScaling",
        "StepScalingPolicyConfiguration": {
            "AdjustmentType": "ChangeInCapacity",
            "Cooldown": 0,
            "StepAdjustments": [
                {"MetricIntervalLowerBound": 0.0, "MetricIntervalUpperBound": 50.0, "ScalingAdjustment": 1},
                {"MetricIntervalLowerBound": 50.0, "ScalingAdjustment": 2},
            ],
        },
    }));
    let policy = deployed.call("PutScalingPolicy", &steps).await.output()["PolicyARN"].clone();
    deployed.register(json!({"MaxCapacity": 3})).await;
    let monitoring = async |action: &str, input: Value| {
        call(&deployed.account, "monitoring", action, &input)
            .await
            .output()
    };
    let alarm = json!({
        "AlarmName": "long queue", "Namespace": "Own", "MetricName": "Queue", "Statistic": "Maximum",
        "Period": 60, "EvaluationPeriods": 1, "Threshold": 100.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold", "AlarmActions": [policy],
    });
    monitoring("PutMetricAlarm", alarm).await;
    let value =
        json!({"Namespace": "Own", "MetricData": [{"MetricName": "Queue", "Value": 160.0}]});
    monitoring("PutMetricData", value).await;
    deployed.reaches(3).await;
    let activity = deployed.activity("Setting desired count to 3.").await;
    assert_eq!(
        activity["Cause"],
        "monitor alarm long queue in state ALARM triggered policy steps"
    );
    let listed = deployed.with(json!({"PolicyNames": ["steps"]}));
    let listed = deployed
        .call("DescribeScalingPolicies", &listed)
        .await
        .output();
    let alarms = &listed["ScalingPolicies"][0]["Alarms"];
    assert_eq!(alarms[0]["AlarmName"], "long queue");
    until(
        "the alarm to call the policy again, at the maximum",
        async || {
            let input = json!({"ServiceNamespace": "ecs", "IncludeNotScaledActivities": true});
            let all = deployed
                .call("DescribeScalingActivities", &input)
                .await
                .output();
            let newest = all["ScalingActivities"][0].clone();
            let reasons = json!([{"Code": "AlreadyAtMaxCapacity", "MaxCapacity": 3}]);
            (newest["NotScaledReasons"] == reasons).then_some(())
        },
    )
    .await;

    // An expression: messages for each task.
    let stat = |name: &str| json!({"Metric": {"Namespace": "Own", "MetricName": name, "Dimensions": []}, "Stat": "Sum"});
    let tracking = deployed.with(json!({
        "PolicyName": "backlog",
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": 10.0,
            "CustomizedMetricSpecification": {"Metrics": [
                {"Id": "a", "MetricStat": stat("Queue"), "ReturnData": false},
                {"Id": "b", "MetricStat": stat("Workers"), "ReturnData": false},
                {"Id": "c", "Expression": "a / b", "ReturnData": true},
            ]},
        },
    }));
    let made = deployed.call("PutScalingPolicy", &tracking).await.output();
    let names = json!({"AlarmNames": [made["Alarms"][0]["AlarmName"]]});
    let alarms = monitoring("DescribeAlarms", names).await;
    let metrics = &alarms["MetricAlarms"][0]["Metrics"];
    assert_eq!(metrics[2]["Expression"], "a / b");
    assert_eq!(metrics[0]["MetricStat"]["Period"], 60);
    deployed.account.local.stop().await;
}
