//! Application Auto Scaling on the deployed architecture.

mod load;
mod schedules;
mod steps;
mod tables;

use aws_sdk_ecs::Client;
use e2e::{Account, until};
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

    /// Registers the target with these members, or changes it.
    async fn register(&self, input: Value) {
        let input = self.with(input);
        self.call("RegisterScalableTarget", &input).await.output();
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
async fn a_deleted_service_takes_its_target_along() {
    let deployed = Deployed::new().await;
    let (_, names) = deployed.id.split_once('/').unwrap();
    let (cluster, service) = names.split_once('/').unwrap();
    let delete = deployed.ecs.delete_service().cluster(cluster);
    delete.service(service).force(true).send().await.unwrap();
    until("the target to be gone", async || {
        let target = deployed
            .first("DescribeScalableTargets", "ScalableTargets")
            .await;
        let policy = deployed
            .first("DescribeScalingPolicies", "ScalingPolicies")
            .await;
        (target.is_null() && policy.is_null()).then_some(())
    })
    .await;
    deployed.account.local.stop().await;
}
