//! CloudWatch: alarms from templates, metrics of logs, and what AWS measures itself.

mod clients;
mod measured;

use e2e::{Account, until};
use serde_json::{Value, json};

use crate::call::{json as call, query};

const TEMPLATE: &str = r#"
Resources:
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: app}}
  Topic: {Type: AWS::SNS::Topic}
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: !Ref Group
      FilterPattern: '{ $.level = "ERROR" }'
      MetricTransformations:
        - {MetricName: Errors, MetricNamespace: App, MetricValue: $.count, Unit: Count}
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: errors
      Namespace: App
      MetricName: Errors
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 5
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref Topic]
      OKActions: ['arn:aws:sns:eu-central-1:123456789012:gone']
      Tags: [{Key: of, Value: app}]
  Slow:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: slow
      EvaluationPeriods: 1
      Threshold: 2
      ComparisonOperator: GreaterThanOrEqualToThreshold
      Metrics:
        - Id: time
          ReturnData: false
          MetricStat:
            Metric:
              Namespace: App
              MetricName: Time
              Dimensions: [{Name: Path, Value: /a}]
            Period: 60
            Stat: Maximum
        - {Id: seconds, Expression: time / 1000}
  Either:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties: {AlarmName: either, AlarmRule: !Sub 'ALARM("${Errors}") AND ALARM(${Slow.Arn})'}
  Dashboard:
    Type: AWS::CloudWatch::Dashboard
    Properties: {DashboardName: app, DashboardBody: '{"widgets": []}'}
Outputs:
  Arn: {Value: !GetAtt Errors.Arn}
"#;

async fn output(account: &Account, service: &str, action: &str, input: Value) -> Value {
    call(account, service, action, &input).await.output()
}

async fn in_alarm(account: &Account, name: &str) -> Value {
    until("the alarm", async || {
        let input = json!({
            "AlarmNames": [name], "StateValue": "ALARM",
            "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
        });
        let mut found = output(account, "monitoring", "DescribeAlarms", input).await;
        let kinds = ["MetricAlarms", "CompositeAlarms"];
        kinds.iter().find_map(|kind| {
            let alarms = found[*kind].as_array_mut()?;
            (!alarms.is_empty()).then(|| alarms.remove(0))
        })
    })
    .await
}

#[tokio::test]
async fn lines_of_a_log_cause_the_alarms_of_a_template() {
    let account = Account::new().await;
    let status = account.deploy("app", TEMPLATE, &[]).await;
    assert_eq!(status, "CREATE_COMPLETE");
    let stream = json!({"logGroupName": "app", "logStreamName": "s"});
    output(&account, "logs", "CreateLogStream", stream).await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = u64::try_from(now.unwrap().as_millis()).unwrap();
    let embedded = json!({
        "_aws": {"Timestamp": now, "CloudWatchMetrics": [{
            "Namespace": "App", "Dimensions": [["Path"]], "Metrics": [{"Name": "Time", "Unit": "Milliseconds"}],
        }]},
        "Path": "/a", "Time": 2500,
    });
    let lines = [
        json!({"level": "ERROR", "count": 6}).to_string(),
        json!({"level": "INFO", "count": 100}).to_string(),
        embedded.to_string(),
    ];
    let events: Vec<Value> = lines
        .iter()
        .map(|line| json!({"timestamp": now, "message": line}))
        .collect();
    let put = json!({"logGroupName": "app", "logStreamName": "s", "logEvents": events});
    output(&account, "logs", "PutLogEvents", put).await;

    let errors = in_alarm(&account, "errors").await;
    let reason = errors["StateReason"].as_str().unwrap();
    assert!(
        reason.starts_with("Threshold Crossed: 1 datapoint [6.0 ("),
        "{reason}"
    );
    assert!(
        reason.ends_with(")] was greater than the threshold (5.0)."),
        "{reason}"
    );
    assert_eq!(
        errors["AlarmArn"],
        "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:errors"
    );
    let slow = in_alarm(&account, "slow").await;
    assert!(
        slow["StateReason"].as_str().unwrap().contains("[2.5 ("),
        "{slow}"
    );
    in_alarm(&account, "either").await;

    let topic = until("the action", async || {
        let input = json!({"AlarmName": "errors", "HistoryItemType": "Action"});
        let history = output(&account, "monitoring", "DescribeAlarmHistory", input).await;
        let summary = history["AlarmHistoryItems"][0]["HistorySummary"].as_str();
        summary.map(str::to_owned)
    })
    .await;
    assert!(
        topic.starts_with("Successfully executed action arn:aws:sns:"),
        "{topic}"
    );
    let set = json!({"AlarmName": "errors", "StateValue": "OK", "StateReason": "mine"});
    output(&account, "monitoring", "SetAlarmState", set).await;
    until("the failed action", async || {
        let input = json!({"AlarmName": "errors", "HistoryItemType": "Action"});
        let history = output(&account, "monitoring", "DescribeAlarmHistory", input).await;
        let text = history.to_string();
        text.contains("Failed to execute action arn:aws:sns:eu-central-1:123456789012:gone")
            .then_some(())
    })
    .await;

    account
        .cloudformation
        .delete_stack()
        .stack_name("app")
        .send()
        .await
        .unwrap();
    until("the stack to be gone", async || {
        account.stack("app").await.is_none().then_some(())
    })
    .await;
    let input = json!({"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]});
    let left = output(&account, "monitoring", "DescribeAlarms", input).await;
    assert_eq!(
        (&left["MetricAlarms"], &left["CompositeAlarms"]),
        (&json!([]), &json!([]))
    );
    let dashboards = output(&account, "monitoring", "ListDashboards", json!({})).await;
    assert_eq!(dashboards["DashboardEntries"], json!([]));
    let filters = output(&account, "logs", "DescribeMetricFilters", json!({})).await;
    assert_eq!(filters["metricFilters"], json!([]));
    account.local.stop().await;
}

const SILENT: &str = r"
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: own-policy}}
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement: [{Effect: Deny, Principal: '*', Action: 'sns:Publish', Resource: !Ref Topic,
          Condition: {Bool: {'aws:SecureTransport': false}}}]
  Encrypted: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: alias/aws/sns}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    DependsOn: Policy
    Properties:
      AlarmName: silent
      Namespace: Mine
      MetricName: Size
      Statistic: Average
      Period: 60
      EvaluationPeriods: 1
      Threshold: 5
      ComparisonOperator: GreaterThanThreshold
      AlarmActions: [!Ref Topic]
      OKActions: [!Ref Encrypted]
";

#[tokio::test]
async fn a_topic_must_let_alarms_publish() {
    let account = Account::new().await;
    assert_eq!(
        account.deploy("silent", SILENT, &[]).await,
        "CREATE_COMPLETE"
    );
    for (state, part) in [
        (
            "ALARM",
            "CloudWatch Alarms is not authorized to perform: SNS:Publish on resource:arn:aws:sns:",
        ),
        (
            "OK",
            "CloudWatch Alarms does not have authorization to access the SNS topic encryption key.",
        ),
    ] {
        let set = json!({"AlarmName": "silent", "StateValue": state, "StateReason": "mine"});
        output(&account, "monitoring", "SetAlarmState", set).await;
        until("the failed action", async || {
            let input = json!({"AlarmName": "silent", "HistoryItemType": "Action"});
            let history = output(&account, "monitoring", "DescribeAlarmHistory", input).await;
            history.to_string().contains(part).then_some(())
        })
        .await;
    }
    account.local.stop().await;
}

#[tokio::test]
async fn a_suppressor_holds_the_actions_of_a_composite_alarm_back() {
    let account = Account::new().await;
    let put = async |action: &str, input: Value| {
        output(&account, "monitoring", action, input).await;
    };
    query(&account, "sns", "Action=CreateTopic&Name=t").await;
    let topic = "arn:aws:sns:eu-central-1:123456789012:t";
    for name in ["cause", "deployment"] {
        let alarm = json!({
            "AlarmName": name, "Namespace": "App", "MetricName": name, "Statistic": "Sum", "Period": 86400,
            "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "ignore",
        });
        put("PutMetricAlarm", alarm).await;
    }
    let composite = |wait: i64| {
        json!({
            "AlarmName": "both", "AlarmRule": "ALARM(cause)", "AlarmActions": [topic], "OKActions": [topic],
            "ActionsSuppressor": "deployment", "ActionsSuppressorWaitPeriod": wait, "ActionsSuppressorExtensionPeriod": 60,
        })
    };
    let set = |name: &str, value: &str| json!({"AlarmName": name, "StateValue": value, "StateReason": "mine"});
    let actions = async || {
        let input = json!({"AlarmName": "both", "AlarmTypes": ["CompositeAlarm"], "HistoryItemType": "Action"});
        let history = output(&account, "monitoring", "DescribeAlarmHistory", input).await;
        history["AlarmHistoryItems"].as_array().map_or(0, Vec::len)
    };
    put("SetAlarmState", set("deployment", "ALARM")).await;
    put("SetAlarmState", set("cause", "ALARM")).await;
    put("PutCompositeAlarm", composite(60)).await;
    let held = in_alarm(&account, "both").await;
    assert_eq!(held["ActionsSuppressedBy"], "Alarm", "{held}");
    assert_eq!(actions().await, 0);
    put("SetAlarmState", set("deployment", "OK")).await;
    until("the actions after the suppressor", async || {
        (actions().await == 1).then_some(())
    })
    .await;
    let free = in_alarm(&account, "both").await;
    assert_eq!(free["ActionsSuppressedBy"], Value::Null, "{free}");

    let mut wrong = composite(60);
    wrong["ActionsSuppressor"] = "none".into();
    let wrong = call(&account, "monitoring", "PutCompositeAlarm", &wrong).await;
    assert_eq!(wrong.status, 400, "{}", wrong.text);
    assert!(
        wrong.text.contains("suppressor alarm none does not exist"),
        "{}",
        wrong.text
    );
}
