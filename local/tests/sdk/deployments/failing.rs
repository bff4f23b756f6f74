//! Deployments that fail: the old revision serves all the time.

use super::{STACK, Service, old, status, template};

const BLUE_GREEN: &str = "        Strategy: BLUE_GREEN\n";
const CANARY: &str = "        Strategy: CANARY\n";

#[tokio::test]
async fn a_revision_that_crashes_or_is_unhealthy_never_serves() {
    for (configuration, image) in [(BLUE_GREEN, "local/crashes"), (CANARY, "local/unhealthy")] {
        let service = Service::deploy(configuration).await;
        let load = service.load();
        service
            .begin_update(&template(configuration), &[("Image", image)])
            .await;
        assert_eq!(
            service.account.settled(STACK).await,
            "UPDATE_ROLLBACK_COMPLETE"
        );
        load.next(20).await;
        let all = load.end().await;
        assert_eq!((all.failed, all.new), (0, 0), "{image}: {all:?}");
        let failure = service.failure().await;
        assert!(
            failure.contains("ECS Deployment Circuit Breaker was triggered"),
            "{failure}"
        );
        let deployments = service.deployments().await;
        let failed = &deployments[0];
        assert_eq!(status(failed), "ROLLBACK_SUCCESSFUL");
        assert_eq!(
            failed.status_reason(),
            Some(
                "Service deployment rolled back because the circuit breaker threshold was exceeded."
            )
        );
        let breaker = failed.deployment_circuit_breaker().unwrap();
        assert_eq!(breaker.status().unwrap().as_str(), "TRIGGERED");
        assert_eq!((breaker.failure_count(), breaker.threshold()), (3, 3));
        let events = service.events().await;
        for expected in [
            "deployment failed: tasks failed to start.",
            "rolling back to deployment ecs-svc/",
        ] {
            assert!(
                events.iter().any(|event| event.contains(expected)),
                "{events:#?}"
            );
        }
        service.stop().await;
    }
}

/// A change of the role, and the reason with which the update then fails.
const ROLES: [(&str, &str, &str); 3] = [
    (
        "Principal: {Service: ecs.amazonaws.com}",
        "Principal: {Service: ecs-tasks.amazonaws.com}",
        "Service deployment rolled back because of invalid networking configuration. ECS was unable to manage the ELB resources due to missing permissions on ECS Infrastructure Role 'arn:aws:iam::123456789012:role/",
    ),
    (
        "ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers]",
        "Policies: [{PolicyName: a, PolicyDocument: {Version: '2012-10-17', Statement: {Effect: Allow, Action: ['elasticloadbalancing:Describe*', 'elasticloadbalancing:RegisterTargets'], Resource: '*'}}}]",
        "/ECSNetworkingWithELB is not authorized to perform: elasticloadbalancing:ModifyRule on resource: arn:aws:elasticloadbalancing:",
    ),
    (
        "              - {TargetGroupArn: !Ref Alternate, Weight: 0}",
        "              - {TargetGroupArn: !Ref Alternate, Weight: 7}",
        "should have exactly one target group serving traffic but found 2 target groups which are serving traffic",
    ),
];

#[tokio::test]
async fn a_role_or_a_rule_that_does_not_fit_rolls_the_deployment_back() {
    let service = Service::deploy(BLUE_GREEN).await;
    let mut load = Some(service.load());
    for (number, (from, to, reason)) in ROLES.into_iter().enumerate() {
        if to.contains("Weight") {
            // Until the rule has its weights again, a part of the traffic finds no task.
            let all = load.take().expect("load").end().await;
            assert_eq!(all.failed, 0, "{all:?}");
        }
        let edited = template(BLUE_GREEN).replacen(from, to, 1);
        let edited = edited.replace("StopTimeout: 30", &format!("StopTimeout: {}", 10 + number));
        service.begin_update(&edited, &old()).await;
        assert_eq!(
            service.account.settled(STACK).await,
            "UPDATE_ROLLBACK_COMPLETE",
            "{to}"
        );
        let failure = service.failure().await;
        assert!(failure.contains(reason), "{to}: {failure}");
    }
    service.stop().await;
}

#[tokio::test]
async fn a_first_deployment_that_fails_has_nothing_to_go_back_to() {
    let service = Service::deploy(BLUE_GREEN).await;
    let create = service.ecs.create_service();
    let describe = service.ecs.describe_services().cluster(&service.cluster);
    let described = describe.services(&service.name).send().await.unwrap();
    let known = &described.services()[0];
    let crashing = crashing(&service, known.task_definition().unwrap()).await;
    let created = create
        .cluster(&service.cluster)
        .service_name("first")
        .task_definition(crashing)
        .desired_count(1)
        .launch_type("FARGATE".into())
        .deployment_configuration(known.deployment_configuration().unwrap().clone())
        .network_configuration(known.network_configuration().unwrap().clone());
    created.send().await.unwrap();
    let deployment = e2e::until("the deployment to fail", async || {
        let list = service.ecs.list_service_deployments();
        let list = list.cluster(&service.cluster).service("first");
        let listed = list.send().await.unwrap();
        let newest = listed.service_deployments()[0].clone();
        (newest.status()?.as_str() != "IN_PROGRESS").then_some(newest)
    })
    .await;
    assert_eq!(deployment.status().unwrap().as_str(), "ROLLBACK_FAILED");
    assert_eq!(
        deployment.status_reason(),
        Some("No rollback candidate was found to run the rollback.")
    );
    service.stop().await;
}

/// A revision of the task definition whose image crashes.
async fn crashing(service: &Service, definition: &str) -> String {
    let describe = service.ecs.describe_task_definition();
    let described = describe.task_definition(definition).send().await.unwrap();
    let known = described.task_definition().unwrap();
    let mut containers = known.container_definitions().to_vec();
    containers[0].image = Some("local/crashes".into());
    let registered = service
        .ecs
        .register_task_definition()
        .family("crashing")
        .network_mode("awsvpc".into())
        .requires_compatibilities("FARGATE".into())
        .cpu("256")
        .memory("512")
        .execution_role_arn(known.execution_role_arn().unwrap())
        .set_container_definitions(Some(containers))
        .send()
        .await
        .unwrap();
    let registered = registered.task_definition().unwrap();
    registered.task_definition_arn().unwrap().to_owned()
}
