//! Alarms of CloudWatch that watch over a deployment.

use serde_json::json;

use super::{STACK, Service, new, status, template};
use crate::call::json as call;

const UNPAUSED: &str = "        Strategy: CANARY
        CanaryConfiguration: {CanaryPercent: 50}
        Alarms: {AlarmNames: [errors, slow], Enable: true, Rollback: true}
";
const PAUSE: &str = "        LifecycleHooks:
          - TargetType: PAUSE
            LifecycleStages: [POST_PRODUCTION_TRAFFIC_SHIFT]
            TimeoutConfiguration: {TimeoutInMinutes: 20000}
";

impl Service {
    async fn cloudwatch(&self, action: &str, input: serde_json::Value) {
        let answer = call(&self.account, "monitoring", action, &input).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    async fn set_alarm(&self, state: &str) {
        let input = json!({"AlarmName": "errors", "StateValue": state, "StateReason": "a test"});
        self.cloudwatch("SetAlarmState", input).await;
    }
}

#[tokio::test]
async fn an_alarm_rolls_a_deployment_back_unless_it_had_gone_off_before() {
    let service = Service::deploy(UNPAUSED).await;
    let alarm = json!({
        "AlarmName": "errors", "Namespace": "App", "MetricName": "Errors", "Statistic": "Sum",
        "Period": 60, "EvaluationPeriods": 1, "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "ignore",
    });
    service.cloudwatch("PutMetricAlarm", alarm).await;
    let load = service.load();
    let paused = format!("{UNPAUSED}{PAUSE}");
    service.begin_update(&template(&paused), &new()).await;
    service.paused("POST_PRODUCTION_TRAFFIC_SHIFT").await;
    service.set_alarm("ALARM").await;
    assert_eq!(
        service.account.settled(STACK).await,
        "UPDATE_ROLLBACK_COMPLETE"
    );
    let after = load.next(40).await;
    assert!(after.new <= 4, "{after:?}");
    let deployments = service.deployments().await;
    assert_eq!(status(&deployments[0]), "ROLLBACK_SUCCESSFUL");
    let alarms = deployments[0].alarms().unwrap();
    assert_eq!(alarms.status().unwrap().as_str(), "TRIGGERED");
    assert_eq!(alarms.triggered_alarm_names(), ["errors"]);
    let events = service.events().await;
    let expected = "deployment failed: alarm detected.";
    assert!(
        events.iter().any(|event| event.ends_with(expected)),
        "{events:#?}"
    );

    // It is still in ALARM: a new deployment, which may mend that, does not look at it.
    service.begin_update(&template(UNPAUSED), &new()).await;
    assert_eq!(service.account.settled(STACK).await, "UPDATE_COMPLETE");
    let all = load.end().await;
    assert_eq!(all.failed, 0, "{all:?}");
    service.stop().await;
}
