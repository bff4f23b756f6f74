//! Deployments that succeed.

use aws_sdk_elasticloadbalancingv2::types::TargetGroupTuple;

use super::load::revision;
use super::{STACK, Service, new, status, template};

const BLUE_GREEN: &str = "        Strategy: BLUE_GREEN\n        BakeTimeInMinutes: 5\n";

impl Service {
    /// The weights that the production rule has, with the names of the target groups.
    async fn weights(&self) -> Vec<(String, i32)> {
        let elb = aws_sdk_elasticloadbalancingv2::Client::new(&self.account.config);
        let described = self.account.cloudformation.describe_stack_resource();
        let described = described
            .stack_name(STACK)
            .logical_resource_id("ProductionRule")
            .send()
            .await
            .unwrap();
        let rule = described.stack_resource_detail().unwrap();
        let rules = elb
            .describe_rules()
            .rule_arns(rule.physical_resource_id().unwrap())
            .send()
            .await
            .unwrap();
        let action = &rules.rules()[0].actions()[0];
        assert!(action.target_group_arn().is_none(), "{action:?}");
        let weight = |tuple: &TargetGroupTuple| {
            let arn = tuple.target_group_arn().unwrap();
            let name = if arn.contains("Alter") {
                "alternate"
            } else {
                "own"
            };
            (name.to_owned(), tuple.weight().unwrap())
        };
        let mut weights: Vec<_> = action
            .forward_config()
            .unwrap()
            .target_groups()
            .iter()
            .map(weight)
            .collect();
        weights.sort();
        weights
    }
}

#[tokio::test]
async fn a_blue_green_update_moves_all_traffic_at_once_without_a_gap() {
    let service = Service::deploy(BLUE_GREEN).await;
    let weight = |alternate: i32| {
        vec![
            ("alternate".to_owned(), alternate),
            ("own".to_owned(), 100 - alternate),
        ]
    };
    // The first deployment goes to the target group that served nothing.
    assert_eq!(service.weights().await, weight(100));
    let load = service.load();
    assert_eq!(load.next(20).await.new, 0);
    service.begin_update(&template(BLUE_GREEN), &new()).await;
    assert_eq!(service.account.settled(STACK).await, "UPDATE_COMPLETE");
    let after = load.next(40).await;
    assert!(after.old <= 4, "{after:?}");
    let all = load.end().await;
    assert_eq!(all.failed, 0, "{all:?}");
    assert!(all.old > 0 && all.new > 0, "{all:?}");
    assert_eq!(revision(&service.url, "/").await, Some("new"));
    assert_eq!(service.weights().await, weight(0));

    let deployments = service.deployments().await;
    assert_eq!(deployments.len(), 2);
    for deployment in &deployments {
        assert_eq!(status(deployment), "SUCCESSFUL");
        assert_eq!(deployment.lifecycle_stage().unwrap().as_str(), "CLEAN_UP");
        assert!(deployment.finished_at() >= deployment.created_at());
    }
    let target = deployments[0].target_service_revision().unwrap();
    assert_eq!(
        (target.requested_task_count(), target.running_task_count()),
        (1, 1)
    );
    assert!((target.requested_production_traffic_weight().unwrap() - 100.0).abs() < 1e-9);
    assert_eq!(deployments[0].source_service_revisions().len(), 1);
    let revisions = service.ecs.describe_service_revisions();
    let revisions = revisions.service_revision_arns(target.arn().unwrap());
    let revisions = revisions.send().await.unwrap();
    let revision = &revisions.service_revisions()[0];
    let resolved = revision.resolved_configuration().unwrap().load_balancers();
    assert!(!resolved[0].target_group_arn().unwrap().contains("Alter"));
    assert!(resolved[0].production_listener_rule().is_some());
    let events = service.events().await;
    for expected in [
        "deployment completed.",
        "has reached a steady state.",
        "registered 1 targets in (target-group",
        "has begun draining connections on 1 tasks.",
    ] {
        assert!(
            events.iter().any(|event| event.contains(expected)),
            "{expected}: {events:#?}"
        );
    }
    service.stop().await;
}

const CANARY: &str = "        Strategy: CANARY
        CanaryConfiguration: {CanaryPercent: 20, CanaryBakeTimeInMinutes: 1}
        LifecycleHooks:
          - TargetType: PAUSE
            LifecycleStages: [POST_TEST_TRAFFIC_SHIFT, PRE_PRODUCTION_TRAFFIC_SHIFT]
            TimeoutConfiguration: {TimeoutInMinutes: 20000}
";

/// The same without pauses, for the first deployment.
fn unpaused(configuration: &str) -> &str {
    configuration
        .split("        LifecycleHooks")
        .next()
        .unwrap()
}

#[tokio::test]
async fn a_canary_gets_its_share_before_the_rest_follows() {
    let service = Service::deploy(unpaused(CANARY)).await;
    let load = service.load();
    service.begin_update(&template(CANARY), &new()).await;
    let paused = service.paused("POST_TEST_TRAFFIC_SHIFT").await;
    // Only the test traffic has moved.
    assert_eq!(revision(&service.url, "/?test=1").await, Some("new"));
    assert_eq!(load.next(40).await.new, 0);
    service.answer(&paused, "CONTINUE").await;
    let paused = service.paused("PRODUCTION_TRAFFIC_SHIFT").await;
    assert_eq!(load.next(20).await.new, 0);
    service.answer(&paused, "CONTINUE").await;
    let paused = service.paused("PRODUCTION_TRAFFIC_SHIFT").await;
    let weights = service.weights().await;
    assert_eq!(
        weights,
        [("alternate".to_owned(), 80), ("own".to_owned(), 20)]
    );
    let target = paused.0.target_service_revision().unwrap();
    assert!((target.requested_production_traffic_weight().unwrap() - 20.0).abs() < 1e-9);
    let share = load.next(600).await;
    let percent = 100 * share.new / (share.new + share.old);
    assert!((12..=28).contains(&percent), "{percent} %: {share:?}");
    service.answer(&paused, "CONTINUE").await;
    assert_eq!(service.account.settled(STACK).await, "UPDATE_COMPLETE");
    let all = load.end().await;
    assert_eq!(all.failed, 0, "{all:?}");
    assert_eq!(revision(&service.url, "/").await, Some("new"));
    service.stop().await;
}

const LINEAR: &str = "        Strategy: LINEAR
        LinearConfiguration: {StepPercent: 40, StepBakeTimeInMinutes: 1}
        LifecycleHooks:
          - TargetType: PAUSE
            LifecycleStages: [PRE_PRODUCTION_TRAFFIC_SHIFT, POST_PRODUCTION_TRAFFIC_SHIFT]
            TimeoutConfiguration: {TimeoutInMinutes: 20000}
";

#[tokio::test]
async fn a_linear_deployment_goes_step_by_step() {
    let service = Service::deploy(unpaused(LINEAR)).await;
    service.begin_update(&template(LINEAR), &new()).await;
    for own in [0, 40, 80] {
        let paused = service.paused("PRODUCTION_TRAFFIC_SHIFT").await;
        assert_eq!(service.weights().await[1], ("own".to_owned(), own));
        service.answer(&paused, "CONTINUE").await;
    }
    let paused = service.paused("POST_PRODUCTION_TRAFFIC_SHIFT").await;
    assert_eq!(service.weights().await[1], ("own".to_owned(), 100));
    let describe = service.ecs.describe_services().cluster(&service.cluster);
    let described = describe.services(&service.name).send().await.unwrap();
    let described = &described.services()[0];
    assert_eq!(described.deployments().len(), 2);
    assert_eq!(described.running_count(), 2);
    assert_eq!(
        described.current_service_deployment(),
        paused.0.service_deployment_arn()
    );
    let advanced = described.load_balancers()[0].advanced_configuration();
    assert!(advanced.unwrap().role_arn().is_some());
    service.answer(&paused, "CONTINUE").await;
    assert_eq!(service.account.settled(STACK).await, "UPDATE_COMPLETE");
    service.stop().await;
}
