//! CloudWatch: alarms from templates, metrics of logs, and what AWS measures itself.

use std::io::Write as _;

use ciborium::Value as Cbor;
use e2e::http::get;
use e2e::{Account, until};
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
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

#[tokio::test]
async fn load_balancers_and_services_are_measured() {
    let account = Account::new().await;
    let demo = account
        .local
        .deploy()
        .await
        .expect("the architecture is deployed");
    let sum = async |namespace: &str, name: &str, names: &[&str]| -> Option<f64> {
        let input = json!({"Namespace": namespace, "MetricName": name});
        let listed = output(&account, "monitoring", "ListMetrics", input).await;
        let metrics = listed["Metrics"].as_array().unwrap().clone();
        let metric = metrics.into_iter().find(|metric| {
            let dimensions = metric["Dimensions"].as_array().unwrap().iter();
            let own: Vec<&str> = dimensions
                .map(|one| one["Name"].as_str().unwrap())
                .collect();
            own == names
        })?;
        let query =
            json!([{"Id": "m", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Sum"}}]);
        let input = json!({"MetricDataQueries": query, "StartTime": 1_700_000_000, "EndTime": 1_700_000_001});
        let mut input = input;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = now.unwrap().as_secs();
        input["StartTime"] = (now - 3600).into();
        input["EndTime"] = (now + 60).into();
        let got = output(&account, "monitoring", "GetMetricData", input).await;
        let values = got["MetricDataResults"][0]["Values"]
            .as_array()
            .unwrap()
            .clone();
        Some(values.iter().filter_map(Value::as_f64).sum())
    };
    for _ in 0..5 {
        assert_eq!(get(&format!("{}/ping", demo.url)).await.status, 200);
    }
    assert_eq!(get(&format!("{}/", demo.url)).await.status, 401);
    let (elb, balancer) = ("AWS/ApplicationELB", ["LoadBalancer"].as_slice());
    let group = ["LoadBalancer", "TargetGroup"].as_slice();
    let service = ["ClusterName", "ServiceName"].as_slice();
    for (namespace, name, names, least) in [
        (elb, "RequestCount", balancer, 6.0),
        (elb, "RequestCount", group, 6.0),
        (elb, "HTTPCode_Target_2XX_Count", balancer, 5.0),
        (elb, "HTTPCode_Target_4XX_Count", group, 1.0),
        (elb, "NewConnectionCount", balancer, 1.0),
        (elb, "HealthyHostCount", group, 1.0),
        (
            elb,
            "RequestCountPerTarget",
            ["TargetGroup"].as_slice(),
            6.0,
        ),
        (elb, "TargetResponseTime", balancer, 1e-6),
        ("AWS/ECS", "MemoryUtilization", service, 1e-3),
    ] {
        let value = until(name, async || {
            let value = sum(namespace, name, names).await;
            value.filter(|value| *value >= least)
        })
        .await;
        let counts = name.contains("Request") || name.contains("HTTPCode");
        assert!(!counts || value < least + 1.0, "{name}: {value}");
    }
    until("the CPU", async || {
        sum("AWS/ECS", "CPUUtilization", service).await
    })
    .await;
    assert_eq!(sum(elb, "HTTPCode_ELB_5XX_Count", balancer).await, None);
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

/// Calls CloudWatch as its newer clients do. Returns the status, the code in the header, and the body.
async fn cbor(account: &Account, action: &str, input: Cbor) -> (u16, String, Cbor) {
    let mut body = Vec::new();
    ciborium::into_writer(&input, &mut body).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&body).unwrap();
    let url = account.local.endpoint_url();
    let scope = "AKIDEXAMPLE/20260101/eu-central-1/monitoring/aws4_request";
    let signed = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    let request = Request::post(format!(
        "{url}/service/GraniteServiceVersion20100801/operation/{action}"
    ))
    .header("smithy-protocol", "rpc-v2-cbor")
    .header("content-type", "application/cbor")
    .header("content-encoding", "gzip")
    .header("authorization", signed)
    .body(Full::new(Bytes::from(packed.finish().unwrap())))
    .unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let (parts, body) = client.request(request).await.unwrap().into_parts();
    assert_eq!(parts.headers["smithy-protocol"], "rpc-v2-cbor");
    assert_eq!(parts.headers["content-type"], "application/cbor");
    let code = parts.headers.get("x-amzn-query-error");
    let code = code.map(|code| code.to_str().unwrap().to_owned());
    let body = body.collect().await.unwrap().to_bytes();
    let body = ciborium::from_reader(&body[..]).unwrap();
    (parts.status.as_u16(), code.unwrap_or_default(), body)
}

fn text(text: &str) -> Cbor {
    Cbor::Text(text.to_owned())
}

fn map(members: &[(&str, Cbor)]) -> Cbor {
    let members = members.iter();
    Cbor::Map(
        members
            .map(|(name, value)| (text(name), value.clone()))
            .collect(),
    )
}

fn member<'a>(value: &'a Cbor, name: &str) -> &'a Cbor {
    let mut members = value.as_map().unwrap().iter();
    &members.find(|(own, _)| *own == text(name)).unwrap().1
}

#[tokio::test]
async fn its_clients_speak_cbor_and_forms() {
    let account = Account::new().await;
    let alarm = map(&[
        ("AlarmName", text("a")),
        ("Namespace", text("Mine")),
        ("MetricName", text("Size")),
        ("Statistic", text("Sum")),
        ("Period", Cbor::from(60)),
        ("EvaluationPeriods", Cbor::from(1)),
        ("Threshold", Cbor::from(1.5)),
        ("ComparisonOperator", text("GreaterThanThreshold")),
    ]);
    assert_eq!(cbor(&account, "PutMetricAlarm", alarm).await.0, 200);
    let (status, _, described) = cbor(&account, "DescribeAlarms", map(&[])).await;
    assert_eq!(status, 200);
    let alarm = &member(&described, "MetricAlarms").as_array().unwrap()[0];
    assert_eq!(member(alarm, "Threshold"), &Cbor::from(1.5));
    assert_eq!(
        member(alarm, "StateReason"),
        &text("Unchecked: Initial alarm creation")
    );
    let (tag, _) = member(alarm, "StateUpdatedTimestamp").as_tag().unwrap();
    assert_eq!(tag, 1);
    let wrong = map(&[("DashboardName", text("none"))]);
    let (status, code, body) = cbor(&account, "GetDashboard", wrong).await;
    assert_eq!((status, code.as_str()), (404, "ResourceNotFound;Sender"));
    assert_eq!(
        member(&body, "message"),
        &text("Dashboard none does not exist")
    );
    let (status, code, _) = cbor(&account, "PutMetricData", text("no structure")).await;
    assert_eq!(
        (status, code.as_str()),
        (400, "SerializationException;Sender")
    );

    let form = "Action=PutMetricData&Namespace=Mine&MetricData.member.1.MetricName=Size&MetricData.member.1.Value=7.5";
    assert_eq!(query(&account, "monitoring", form).await.status, 200);
    let form = "Action=DescribeAlarms&AlarmNames.member.1=a&MaxRecords=10";
    let shown = until("the alarm", async || {
        let shown = query(&account, "monitoring", form).await.text;
        shown
            .contains("<StateValue>ALARM</StateValue>")
            .then_some(shown)
    })
    .await;
    assert!(shown.contains("<Threshold>1.5</Threshold>"), "{shown}");
    assert!(shown.contains("<StateUpdatedTimestamp>20"), "{shown}");
    let form = "Action=PutMetricAlarm&AlarmName=b&EvaluationPeriods=x&ComparisonOperator=LessThanThreshold";
    assert_eq!(query(&account, "monitoring", form).await.status, 400);
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
