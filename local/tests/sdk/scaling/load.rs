//! What scales a target: its bounds, load, and an update of its stack.

use e2e::until;
use serde_json::json;

use super::Deployed;

#[tokio::test]
async fn bounds_that_change_scale_the_service_at_once() {
    let deployed = Deployed::new().await;
    // Without load, an alarm would scale in between.
    let suspended = json!({
        "DynamicScalingInSuspended": true,
        "DynamicScalingOutSuspended": true,
    });
    deployed
        .register(json!({"MinCapacity": 2, "SuspendedState": suspended}))
        .await;
    deployed.reaches(2).await;
    let activity = deployed.activity("Setting desired count to 2.").await;
    assert_eq!(activity["Cause"], "minimum capacity was set to 2");
    assert_eq!(activity["StatusCode"], "Successful");
    assert_eq!(
        activity["StatusMessage"],
        "Successfully set desired count to 2. Change successfully fulfilled by ecs."
    );
    deployed
        .register(json!({"MinCapacity": 0, "MaxCapacity": 1}))
        .await;
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
    deployed.register(json!({"MinCapacity": 2})).await;
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
