//! Deployments that users roll back, and what is refused.

use super::{STACK, Service, message, new, status, template};

const PAUSED: &str = "        Strategy: BLUE_GREEN
        LifecycleHooks:
          - TargetType: PAUSE
            LifecycleStages: [POST_PRODUCTION_TRAFFIC_SHIFT]
            TimeoutConfiguration: {TimeoutInMinutes: 20000}
";
const UNPAUSED: &str = "        Strategy: BLUE_GREEN\n";

#[tokio::test]
async fn a_paused_deployment_is_rolled_back_and_the_old_revision_serves_again() {
    let service = Service::deploy(UNPAUSED).await;
    let load = service.load();
    service.begin_update(&template(PAUSED), &new()).await;
    let paused = service.paused("POST_PRODUCTION_TRAFFIC_SHIFT").await;
    let shifted = load.next(40).await;
    assert!(shifted.old <= 4, "{shifted:?}");
    service.refusals(&paused.0).await;
    service.answer(&paused, "ROLLBACK").await;
    assert_eq!(
        service.account.settled(STACK).await,
        "UPDATE_ROLLBACK_COMPLETE"
    );
    let after = load.next(40).await;
    assert!(after.new <= 4, "{after:?}");
    let all = load.end().await;
    assert_eq!(all.failed, 0, "{all:?}");

    let reason = "Service deployment rolled back because POST_PRODUCTION_TRAFFIC_SHIFT lifecycle hook(s) failed";
    let failure = service.failure().await;
    assert!(failure.contains(reason), "{failure}");
    let deployments = service.deployments().await;
    let rolled_back = &deployments[0];
    assert_eq!(status(rolled_back), "ROLLBACK_SUCCESSFUL");
    assert_eq!(
        rolled_back.status_reason(),
        Some(format!("{reason}.").as_str())
    );
    let rollback = rolled_back.rollback().unwrap();
    assert_eq!(
        rollback.service_revision_arn(),
        rolled_back.source_service_revisions()[0].arn()
    );
    let arn = rolled_back.service_deployment_arn().unwrap();
    let stop = service.ecs.stop_service_deployment();
    let refused = stop.service_deployment_arn(arn).send().await.unwrap_err();
    assert!(message(&refused.into_service_error()).starts_with("ConflictException: "));
    service.stop().await;
}

impl Service {
    async fn refusals(&self, deployment: &aws_sdk_ecs::types::ServiceDeployment) {
        let arn = deployment.service_deployment_arn().unwrap();
        for (arn, hook, expected) in [
            (
                arn,
                "hook",
                "InvalidParameterException: Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}",
            ),
            (
                arn,
                "ecs-pause-0",
                "InvalidParameterException: Provided hookId is either completed, unavailable, or not associated with the given Resource ARN",
            ),
            (
                &format!("{arn}0"),
                "ecs-pause-0",
                "ServiceDeploymentNotFoundException: The service deployment does not exist.",
            ),
        ] {
            let call = self.ecs.continue_service_deployment();
            let call = call.service_deployment_arn(arn).hook_id(hook);
            let refused = call.send().await.unwrap_err();
            assert_eq!(message(&refused.into_service_error()), expected);
        }
    }
}

#[tokio::test]
async fn a_running_deployment_is_stopped_and_rolled_back() {
    let service = Service::deploy(UNPAUSED).await;
    service.begin_update(&template(PAUSED), &new()).await;
    let (paused, _) = service.paused("POST_PRODUCTION_TRAFFIC_SHIFT").await;
    let stop = service.ecs.stop_service_deployment();
    stop.service_deployment_arn(paused.service_deployment_arn().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(
        service.account.settled(STACK).await,
        "UPDATE_ROLLBACK_COMPLETE"
    );
    assert_eq!(
        status(&service.deployments().await[0]),
        "ROLLBACK_SUCCESSFUL"
    );
    service.stop().await;
}

#[tokio::test]
async fn a_newer_deployment_replaces_a_paused_one() {
    let service = Service::deploy(UNPAUSED).await;
    let load = service.load();
    let update = || {
        let update = service.ecs.update_service().cluster(&service.cluster);
        update.service(&service.name).force_new_deployment(true)
    };
    service.begin_update(&template(PAUSED), &new()).await;
    service.paused("POST_PRODUCTION_TRAFFIC_SHIFT").await;
    let forced = update().send().await.unwrap();
    let current = forced.service().unwrap().current_service_deployment();
    let deployments = service.deployments().await;
    assert_eq!(deployments[0].service_deployment_arn(), current);
    assert_eq!(status(&deployments[1]), "STOPPED");
    assert_eq!(deployments[0].source_service_revisions().len(), 2);
    let paused = service.paused("POST_PRODUCTION_TRAFFIC_SHIFT").await;
    assert_eq!(paused.0.service_deployment_arn(), current);
    service.answer(&paused, "CONTINUE").await;
    assert_eq!(service.account.settled(STACK).await, "UPDATE_COMPLETE");
    let all = load.end().await;
    assert_eq!(all.failed, 0, "{all:?}");
    service.stop().await;
}
