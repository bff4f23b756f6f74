//! Scheduled actions.

use futures_util::future::join_all;
use serde_json::json;

use super::Deployed;

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
