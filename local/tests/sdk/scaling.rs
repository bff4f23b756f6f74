//! Application Auto Scaling on the deployed architecture.

use aws_sdk_ecs::Client;
use e2e::{Account, until};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::call::{Response, json as call};

const DIMENSION: &str = "ecs:service:DesiredCount";

/// The deployed architecture, with the `service/CLUSTER/NAME` of its service.
struct Deployed {
    account: Account,
    ecs: Client,
    id: String,
}

impl Deployed {
    async fn new() -> Self {
        let account = Account::new().await;
        account.local.deploy().await.unwrap();
        let ecs = Client::new(&account.config);
        let clusters = ecs.list_clusters().send().await.unwrap();
        let cluster = &clusters.cluster_arns()[0];
        let services = ecs.list_services().cluster(cluster).send().await.unwrap();
        let (_, id) = services.service_arns()[0].split_once(":service/").unwrap();
        Self {
            id: format!("service/{id}"),
            account,
            ecs,
        }
    }

    async fn call(&self, action: &str, input: &Value) -> Response {
        call(&self.account, "application-autoscaling", action, input).await
    }

    /// The input with the parts of the service's target.
    fn with(&self, mut input: Value) -> Value {
        input["ServiceNamespace"] = "ecs".into();
        input["ResourceId"] = self.id.clone().into();
        input["ScalableDimension"] = DIMENSION.into();
        input
    }

    /// The first item of a list, which a describing action returns in `member`.
    async fn first(&self, action: &str, member: &str) -> Value {
        let input = json!({"ServiceNamespace": "ecs"});
        self.call(action, &input).await.output()[member][0].clone()
    }

    async fn counts(&self) -> (i32, i32) {
        let (_, names) = self.id.split_once('/').unwrap();
        let (cluster, service) = names.split_once('/').unwrap();
        let request = self.ecs.describe_services().cluster(cluster);
        let answer = request.services(service).send().await.unwrap();
        let service = &answer.services()[0];
        (service.desired_count(), service.running_count())
    }

    /// Waits until the service wants and runs this number of tasks.
    async fn reaches(&self, count: i32) {
        until("the service to be scaled", async || {
            (self.counts().await == (count, count)).then_some(())
        })
        .await;
    }

    /// Waits until the newest activity has ended, and returns it.
    async fn activity(&self, description: &str) -> Value {
        until("the activity to end", async || {
            let newest = self
                .first("DescribeScalingActivities", "ScalingActivities")
                .await;
            let is_it = newest["Description"] == description && newest["EndTime"].is_number();
            is_it.then_some(newest)
        })
        .await
    }
}

#[tokio::test]
async fn a_target_and_its_policy_are_as_in_the_template() {
    let deployed = Deployed::new().await;
    let target = deployed
        .first("DescribeScalableTargets", "ScalableTargets")
        .await;
    assert_eq!(target["ResourceId"], deployed.id.as_str());
    assert_eq!(
        (&target["MinCapacity"], &target["MaxCapacity"]),
        (&json!(1), &json!(4))
    );
    let role = target["RoleARN"].as_str().unwrap();
    assert!(
        role.ends_with("/AWSServiceRoleForApplicationAutoScaling_ECSService"),
        "{role}"
    );
    assert_eq!(target["SuspendedState"]["ScheduledScalingSuspended"], false);
    let arn = target["ScalableTargetARN"].as_str().unwrap();
    assert!(
        arn.starts_with(
            "arn:aws:application-autoscaling:eu-central-1:123456789012:scalable-target/"
        ),
        "{arn}"
    );

    let policy = deployed
        .first("DescribeScalingPolicies", "ScalingPolicies")
        .await;
    assert_eq!(policy["PolicyName"], "cpu");
    assert_eq!(policy["PolicyType"], "TargetTrackingScaling");
    let tracking = &policy["TargetTrackingScalingPolicyConfiguration"];
    assert_eq!(tracking["TargetValue"], 60);
    let arn = policy["PolicyARN"].as_str().unwrap();
    let end = format!(":resource/ecs/{}:policyName/cpu", deployed.id);
    assert!(arn.ends_with(&end), "{arn}");
    let alarms = policy["Alarms"].as_array().unwrap();
    let names: Vec<&str> = alarms
        .iter()
        .map(|one| one["AlarmName"].as_str().unwrap())
        .collect();
    for kind in ["AlarmHigh", "AlarmLow"] {
        let start = format!("TargetTracking-{}-{kind}-", deployed.id);
        assert!(
            names.iter().any(|name| name.starts_with(&start)),
            "{names:?}"
        );
    }
    deployed.account.local.stop().await;
}

#[tokio::test]
async fn bounds_that_change_scale_the_service_at_once() {
    let deployed = Deployed::new().await;
    let raised = deployed.with(json!({"MinCapacity": 2}));
    deployed
        .call("RegisterScalableTarget", &raised)
        .await
        .output();
    deployed.reaches(2).await;
    let activity = deployed.activity("Setting desired count to 2.").await;
    assert_eq!(activity["Cause"], "minimum capacity was set to 2");
    assert_eq!(activity["StatusCode"], "Successful");
    assert_eq!(
        activity["StatusMessage"],
        "Successfully set desired count to 2. Change successfully fulfilled by ecs."
    );
    let lowered = deployed.with(json!({"MinCapacity": 0, "MaxCapacity": 1}));
    deployed
        .call("RegisterScalableTarget", &lowered)
        .await
        .output();
    deployed.reaches(1).await;
    let activity = deployed.activity("Setting desired count to 1.").await;
    assert_eq!(activity["Cause"], "maximum capacity was set to 1");

    // By hand, a service leaves its bounds, until they or an alarm change it.
    let (_, names) = deployed.id.split_once('/').unwrap();
    let (cluster, service) = names.split_once('/').unwrap();
    let update = deployed
        .ecs
        .update_service()
        .cluster(cluster)
        .service(service);
    update.desired_count(3).send().await.unwrap();
    deployed.reaches(3).await;
    deployed.account.local.stop().await;
}

/// The template of the container, whose service scales on requests, to two tasks at most.
fn on_requests() -> String {
    let edits = [
        ("MaxCapacity: 4", "MaxCapacity: 2"),
        (
            "PredefinedMetricType: ECSServiceAverageCPUUtilization",
            "PredefinedMetricType: ALBRequestCountPerTarget
          ResourceLabel: !Sub ${LoadBalancer.LoadBalancerFullName}/${TargetGroup.TargetGroupFullName}",
        ),
        ("ScaleOutCooldown: 60", "ScaleOutCooldown: 0"),
        ("ScaleInCooldown: 300", "ScaleInCooldown: 0"),
    ];
    let template = container::STACK.template.to_owned();
    edits
        .into_iter()
        .fold(template, |template, (find, replace)| {
            assert!(template.contains(find), "{find}");
            template.replace(find, replace)
        })
}

#[tokio::test]
async fn load_brings_a_second_task_and_its_end_takes_it_away() {
    let deployed = Deployed::new().await;
    let image = [("Image", "local/showtable")];
    let status = deployed
        .account
        .deploy("container", &on_requests(), &image)
        .await;
    assert_eq!(status, "UPDATE_COMPLETE");
    let url = deployed.account.output("container", "ServiceURL").await;
    let policy = deployed
        .first("DescribeScalingPolicies", "ScalingPolicies")
        .await;
    assert_eq!(policy["Alarms"].as_array().unwrap().len(), 2);
    assert_eq!(deployed.counts().await.0, 1);

    let load = tokio::spawn(async move {
        loop {
            e2e::http::get(&format!("{url}/ping")).await;
        }
    });
    deployed.reaches(2).await;
    let activity = deployed.activity("Setting desired count to 2.").await;
    let cause = activity["Cause"].as_str().unwrap();
    let start = format!("monitor alarm TargetTracking-{}-AlarmHigh-", deployed.id);
    assert!(cause.starts_with(&start), "{cause}");
    assert!(
        cause.ends_with(" in state ALARM triggered policy cpu"),
        "{cause}"
    );

    load.abort();
    deployed.reaches(1).await;
    let activity = deployed.activity("Setting desired count to 1.").await;
    let cause = activity["Cause"].as_str().unwrap();
    assert!(cause.contains("-AlarmLow-"), "{cause}");
    deployed.account.local.stop().await;
}

#[tokio::test]
async fn an_update_keeps_the_scaled_count_unless_the_template_names_one() {
    let deployed = Deployed::new().await;
    let raised = deployed.with(json!({"MinCapacity": 2}));
    deployed
        .call("RegisterScalableTarget", &raised)
        .await
        .output();
    deployed.reaches(2).await;
    let grace = "HealthCheckGracePeriodSeconds: 30";
    for (replace, expected) in [
        ("HealthCheckGracePeriodSeconds: 31", 2),
        // As on AWS, it overrides what scaling has set, and the bounds do not change it back.
        (
            "HealthCheckGracePeriodSeconds: 32\n      DesiredCount: 1",
            1,
        ),
    ] {
        let template = container::STACK.template.replace(grace, replace);
        let image = [("Image", "local/showtable")];
        let status = deployed
            .account
            .deploy("container", &template, &image)
            .await;
        assert_eq!(status, "UPDATE_COMPLETE", "{replace}");
        assert_eq!(deployed.counts().await.0, expected, "{replace}");
    }
    deployed.account.local.stop().await;
}

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
    let bounds = deployed.with(json!({"MaxCapacity": 3}));
    deployed
        .call("RegisterScalableTarget", &bounds)
        .await
        .output();
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

#[tokio::test]
async fn a_scheduled_action_sets_the_bounds() {
    let deployed = Deployed::new().await;
    let put = |schedule: &str| {
        deployed.with(json!({
            "ScheduledActionName": "morning",
            "Schedule": schedule,
            "Timezone": "Europe/Berlin",
            "ScalableTargetAction": {"MinCapacity": 3, "MaxCapacity": 5},
        }))
    };
    let refused = deployed
        .call("PutScheduledAction", &put("0 8 * * ? *"))
        .await;
    let (code, message) = refused.error();
    assert_eq!(code, "ValidationException");
    assert!(
        message.starts_with("Invalid schedule expression"),
        "{message}"
    );
    deployed
        .call("PutScheduledAction", &put("cron(0 8 ? * MON-FRI *)"))
        .await
        .output();
    let action = deployed
        .first("DescribeScheduledActions", "ScheduledActions")
        .await;
    assert_eq!(action["Schedule"], "cron(0 8 ? * MON-FRI *)");
    assert_eq!(
        action["ScalableTargetAction"],
        json!({"MinCapacity": 3, "MaxCapacity": 5})
    );
    let arn = action["ScheduledActionARN"].as_str().unwrap();
    assert!(arn.ends_with(":scheduledActionName/morning"), "{arn}");

    // A recurring action also runs when it starts.
    let mut soon = put("rate(1 day)");
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    soon["StartTime"] = (now + 2).into();
    deployed.call("PutScheduledAction", &soon).await.output();
    deployed.reaches(3).await;
    let activity = deployed.activity("Setting desired count to 3.").await;
    assert_eq!(activity["Cause"], "minimum capacity was set to 3");
    let input = json!({"ServiceNamespace": "ecs", "MaxResults": 1, "NextToken": "1"});
    let page = deployed
        .call("DescribeScalingActivities", &input)
        .await
        .output();
    let earlier = &page["ScalingActivities"][0];
    assert_eq!(
        earlier["Cause"],
        "scheduled action name morning was triggered"
    );
    assert_eq!(
        earlier["StatusMessage"],
        "Successfully set min capacity to 3 and max capacity to 5"
    );
    let named = deployed.with(json!({"ScheduledActionName": "morning"}));
    deployed
        .call("DeleteScheduledAction", &named)
        .await
        .output();
    let again = deployed.call("DeleteScheduledAction", &named).await.error();
    assert_eq!(again.0, "ObjectNotFoundException");
    deployed.account.local.stop().await;
}

#[tokio::test]
async fn what_is_not_there_or_not_right_is_refused_in_the_words_of_aws() {
    let deployed = Deployed::new().await;
    let gone = json!({
        "ServiceNamespace": "ecs", "ResourceId": "service/a/b", "ScalableDimension": DIMENSION,
    });
    let with = |members: Value| {
        let mut input = gone.clone();
        input
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        input
    };
    let named = "service namespace: ecs, resource ID: service/a/b, scalable dimension: ecs:service:DesiredCount";
    let table = json!({
        "ServiceNamespace": "dynamodb", "ResourceId": "table/none",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits", "MinCapacity": 1, "MaxCapacity": 2,
    });
    let cases = [
        ("DeregisterScalableTarget", gone.clone(), "ObjectNotFoundException", format!("No scalable target found for {named}")),
        ("DeleteScalingPolicy", with(json!({"PolicyName": "p"})), "ObjectNotFoundException", format!("No scaling policy found for {named}, policy name: p")),
        ("PutScalingPolicy", with(json!({"PolicyName": "p", "PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 1.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}})), "ObjectNotFoundException", format!("No scalable target registered for {named}")),
        ("RegisterScalableTarget", with(json!({"MinCapacity": 1, "MaxCapacity": 2})), "ValidationException", "ECS service doesn't exist: service/a/b".into()),
        ("RegisterScalableTarget", table, "ValidationException", "DynamoDB table does not exist: table/none".into()),
        ("RegisterScalableTarget", deployed.with(json!({"RoleARN": "arn:aws:iam::123456789012:role/none"})), "ValidationException", "Unable to assume IAM role: arn:aws:iam::123456789012:role/none".into()),
        ("DescribeScalableTargets", json!({"ServiceNamespace": "ecs", "NextToken": "x"}), "InvalidNextTokenException", "The next token is not valid.".into()),
        ("DescribeScalableTargets", json!({"ServiceNamespace": "ECS"}), "ValidationException", "1 validation error detected: Value 'ECS' at 'serviceNamespace' failed to satisfy constraint: Member must satisfy enum value set: ".into()),
    ];
    for (action, input, code, message) in cases {
        let (found_code, found) = deployed.call(action, &input).await.error();
        assert_eq!(found_code, code, "{action}: {found}");
        assert!(found.starts_with(&message), "{action}: {found}");
    }
    deployed.account.local.stop().await;
}

#[tokio::test]
async fn a_deregistered_target_takes_its_policies_and_alarms_along() {
    let deployed = Deployed::new().await;
    let steps = deployed.with(json!({
        "PolicyName": "steps",
        "StepScalingPolicyConfiguration": {
            "AdjustmentType": "ChangeInCapacity",
            "StepAdjustments": [{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": 1}],
        },
    }));
    let made = deployed.call("PutScalingPolicy", &steps).await.output();
    assert_eq!(made["Alarms"], json!([]));
    let again = deployed.call("PutScalingPolicy", &steps).await.output();
    assert_eq!(again["PolicyARN"], made["PolicyARN"]);
    let target = deployed.with(json!({}));
    deployed
        .call("DeregisterScalableTarget", &target)
        .await
        .output();
    for (action, member) in [
        ("DescribeScalingPolicies", "ScalingPolicies"),
        ("DescribeScalableTargets", "ScalableTargets"),
    ] {
        assert_eq!(
            deployed.first(action, member).await,
            Value::Null,
            "{action}"
        );
    }
    deployed.account.local.stop().await;
}

#[tokio::test]
async fn tags_belong_to_a_target() {
    let deployed = Deployed::new().await;
    let target = deployed
        .first("DescribeScalableTargets", "ScalableTargets")
        .await;
    let named = json!({"ResourceARN": target["ScalableTargetARN"]});
    let add =
        json!({"ResourceARN": target["ScalableTargetARN"], "Tags": {"team": "a", "stage": ""}});
    deployed.call("TagResource", &add).await.output();
    let tags = deployed.call("ListTagsForResource", &named).await.output();
    assert_eq!(tags["Tags"]["team"], "a");
    assert_eq!(tags["Tags"]["stage"], "");
    // A tag of the stack.
    assert_eq!(tags["Tags"]["project"], "go-on-aws");
    let remove = json!({"ResourceARN": target["ScalableTargetARN"], "TagKeys": ["team"]});
    deployed.call("UntagResource", &remove).await.output();
    let tags = deployed.call("ListTagsForResource", &named).await.output();
    assert_eq!(tags["Tags"]["team"], Value::Null);
    assert_eq!(tags["Tags"]["stage"], "");
    let unknown = json!({"ResourceARN": "arn:aws:application-autoscaling:eu-central-1:123456789012:scalable-target/0"});
    let (code, _) = deployed.call("ListTagsForResource", &unknown).await.error();
    assert_eq!(code, "ResourceNotFoundException");
    deployed.account.local.stop().await;
}

#[tokio::test]
async fn a_table_is_scaled_into_its_bounds() {
    let deployed = Deployed::new().await;
    let create = deployed.account.dynamodb.create_table().table_name("own");
    let key = aws_sdk_dynamodb::types::KeySchemaElement::builder()
        .attribute_name("id")
        .key_type(aws_sdk_dynamodb::types::KeyType::Hash);
    let attribute = aws_sdk_dynamodb::types::AttributeDefinition::builder()
        .attribute_name("id")
        .attribute_type(aws_sdk_dynamodb::types::ScalarAttributeType::S);
    let units = aws_sdk_dynamodb::types::ProvisionedThroughput::builder()
        .read_capacity_units(1)
        .write_capacity_units(1);
    create
        .key_schema(key.build().unwrap())
        .attribute_definitions(attribute.build().unwrap())
        .provisioned_throughput(units.build().unwrap())
        .send()
        .await
        .unwrap();
    let register = json!({
        "ServiceNamespace": "dynamodb", "ResourceId": "table/own",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits", "MinCapacity": 4, "MaxCapacity": 9,
    });
    deployed
        .call("RegisterScalableTarget", &register)
        .await
        .output();
    until("the table to be scaled", async || {
        let request = deployed.account.dynamodb.describe_table();
        let described = request.table_name("own").send().await.unwrap();
        let units = described
            .table()?
            .provisioned_throughput()?
            .read_capacity_units()?;
        (units == 4).then_some(())
    })
    .await;
    let input = json!({"ServiceNamespace": "dynamodb"});
    let activities = deployed
        .call("DescribeScalingActivities", &input)
        .await
        .output();
    assert_eq!(
        activities["ScalingActivities"][0]["Description"],
        "Setting read capacity units to 4."
    );
    deployed.account.local.stop().await;
}

#[tokio::test]
async fn actions_at_the_same_time_lose_nothing() {
    let deployed = Deployed::new().await;
    let put = async |number: usize| {
        let input = deployed.with(json!({
            "ScheduledActionName": format!("at-{number}"),
            "Schedule": "cron(0 18 * * ? *)",
            "ScalableTargetAction": {"MinCapacity": 1},
        }));
        deployed.call("PutScheduledAction", &input).await.output()
    };
    join_all((0..30).map(put)).await;
    let input = json!({"ServiceNamespace": "ecs"});
    let described = deployed.call("DescribeScheduledActions", &input).await;
    let described = described.output();
    assert_eq!(described["ScheduledActions"].as_array().unwrap().len(), 30);
    deployed.account.local.stop().await;
}
