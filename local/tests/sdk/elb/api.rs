//! The API of ELB: pages, tags, filters, and what a stack makes.

use aws_sdk_elasticloadbalancingv2::types::{Tag, TargetDescription};

use super::{Setup, forward, message};

#[tokio::test]
async fn lists_have_pages_and_filters() {
    let setup = Setup::new().await;
    let (one, two) = tokio::join!(setup.group("one"), setup.group("two"));
    setup.listener(80, forward(&one)).await;
    let groups = setup.elb.describe_target_groups();
    let pages: Vec<_> = groups
        .clone()
        .page_size(1)
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await
        .unwrap();
    assert_eq!(pages.len(), 2);
    let named = groups.clone().names("two").send().await.unwrap();
    assert_eq!(
        named.target_groups()[0].target_group_arn(),
        Some(two.as_str())
    );
    let used = groups
        .load_balancer_arn(&setup.balancer)
        .send()
        .await
        .unwrap();
    let group = &used.target_groups()[0];
    assert_eq!(group.target_group_arn(), Some(one.as_str()));
    assert_eq!(group.health_check_port(), Some("traffic-port"));
    assert_eq!(
        group.load_balancer_arns(),
        std::slice::from_ref(&setup.balancer)
    );
    let balancers = setup
        .elb
        .describe_load_balancers()
        .names("web")
        .send()
        .await
        .unwrap();
    let balancer = &balancers.load_balancers()[0];
    assert_eq!(balancer.vpc_id(), Some(setup.vpc.as_str()));
    assert_eq!(
        balancer.availability_zones()[0].zone_name(),
        Some("eu-central-1a")
    );
    assert!(balancer.created_time().is_some() && balancer.ip_address_type().is_some());
    let unknown = setup
        .elb
        .describe_load_balancers()
        .names("none")
        .send()
        .await
        .unwrap_err();
    assert!(message(&unknown.into_service_error()).starts_with("LoadBalancerNotFound: "));
    let policies = setup.elb.describe_ssl_policies().send().await.unwrap();
    assert!(policies.ssl_policies().len() > 30);
    let limits = setup.elb.describe_account_limits().send().await.unwrap();
    assert!(
        limits
            .limits()
            .iter()
            .any(|limit| limit.max() == Some("50"))
    );
    setup.account.local.stop().await;
}

#[tokio::test]
async fn tags_are_added_and_removed() {
    let setup = Setup::new().await;
    let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build();
    let arn = &setup.balancer;
    let add = setup
        .elb
        .add_tags()
        .resource_arns(arn)
        .tags(tag("a", "1"))
        .tags(tag("b", "2"));
    add.send().await.unwrap();
    setup
        .elb
        .add_tags()
        .resource_arns(arn)
        .tags(tag("a", "3"))
        .send()
        .await
        .unwrap();
    setup
        .elb
        .remove_tags()
        .resource_arns(arn)
        .tag_keys("b")
        .send()
        .await
        .unwrap();
    let tags = setup
        .elb
        .describe_tags()
        .resource_arns(arn)
        .send()
        .await
        .unwrap();
    let tags: Vec<_> = tags.tag_descriptions()[0]
        .tags()
        .iter()
        .map(|tag| (tag.key(), tag.value()))
        .collect();
    assert_eq!(tags, [(Some("a"), Some("3"))]);
    setup.account.local.stop().await;
}

#[tokio::test]
async fn targets_are_registered_and_drained() {
    let setup = Setup::new().await;
    let web = setup.empty_group("web").await;
    let port = setup.register(&web, "web").await;
    let health = async |port: u16| {
        let target = TargetDescription::builder()
            .id("127.0.0.1")
            .port(port.into())
            .build();
        let request = setup
            .elb
            .describe_target_health()
            .target_group_arn(&web)
            .targets(target);
        let answer = request.send().await.unwrap();
        let health = answer.target_health_descriptions()[0]
            .target_health()
            .unwrap()
            .clone();
        (
            health.state().unwrap().as_str().to_owned(),
            health.reason().map(|reason| reason.as_str().to_owned()),
        )
    };
    assert_eq!(
        health(port).await,
        ("unused".into(), Some("Target.NotInUse".into()))
    );
    assert_eq!(
        health(1).await,
        ("unused".into(), Some("Target.NotRegistered".into()))
    );
    setup.listener(80, forward(&web)).await;
    e2e::until("the target to be healthy", async || {
        (health(port).await.0 == "healthy").then_some(())
    })
    .await;
    let target = TargetDescription::builder()
        .id("127.0.0.1")
        .port(port.into())
        .build();
    let request = setup
        .elb
        .deregister_targets()
        .target_group_arn(&web)
        .targets(target);
    request.send().await.unwrap();
    setup.until_status("/", 503).await;
    setup.account.local.stop().await;
}

/// A stack with two listeners, a rule and a redirect.
const STACK: &str = "
Parameters:
  Balancer: {Type: String}
  Vpc: {Type: String}
Resources:
  Group: {Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: {Port: 8080, Protocol: HTTP, TargetType: ip, VpcId: !Ref Vpc}}
  Http:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 80
      Protocol: HTTP
      DefaultActions: [{Type: redirect, RedirectConfig: {Protocol: HTTPS, Port: '443', Host: '#{host}', Path: '/#{path}', Query: '#{query}', StatusCode: HTTP_301}}]
  Other:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 81
      Protocol: HTTP
      DefaultActions: [{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref Group, Weight: 1}]}}]
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Other
      Priority: 1
      Conditions: [{Field: path-pattern, Values: ['/text']}]
      Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '200', ContentType: text/plain, MessageBody: MESSAGE}}]
";

#[tokio::test]
async fn a_stack_makes_changes_and_removes_listeners_and_rules() {
    let setup = Setup::new().await;
    let parameters = [
        ("Balancer", setup.balancer.as_str()),
        ("Vpc", setup.vpc.as_str()),
    ];
    let deploy = async |text: &str| {
        let template = STACK.replace("MESSAGE", text);
        setup.account.deploy("web", &template, &parameters).await
    };
    assert_eq!(deploy("one").await, "CREATE_COMPLETE");
    let listeners = setup
        .elb
        .describe_listeners()
        .load_balancer_arn(&setup.balancer)
        .send()
        .await
        .unwrap();
    let other = listeners
        .listeners()
        .iter()
        .find(|one| one.port() == Some(81))
        .unwrap();
    let tags = setup
        .elb
        .describe_tags()
        .resource_arns(other.listener_arn().unwrap())
        .send()
        .await
        .unwrap();
    let local = tags.tag_descriptions()[0].tags()[0]
        .value()
        .unwrap()
        .to_owned();
    let url = format!("http://{local}/text");
    assert_eq!(e2e::http::get(&url).await.text, "one");
    assert_eq!(deploy("two").await, "UPDATE_COMPLETE");
    assert_eq!(e2e::http::get(&url).await.text, "two");
    assert_eq!(e2e::http::get(&setup.url("/")).await.status, 301);
    setup
        .account
        .cloudformation
        .delete_stack()
        .stack_name("web")
        .send()
        .await
        .unwrap();
    e2e::until("the stack to be gone", async || {
        setup.account.stack("web").await.is_none().then_some(())
    })
    .await;
    assert_eq!(e2e::http::get(&url).await.status, 0);
    setup.account.local.stop().await;
}

#[tokio::test]
async fn a_target_group_says_which_load_balancers_use_it() {
    const TEMPLATE: &str = "
Parameters:
  Vpc: {Type: String}
  Balancer: {Type: String}
Resources:
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {VpcId: !Ref Vpc, Port: 80, Protocol: HTTP, TargetType: ip}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 8000
      Protocol: HTTP
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
Outputs:
  Balancer: {Value: !Select [0, !GetAtt Targets.LoadBalancerArns]}
";
    let setup = Setup::new().await;
    let given = [("Vpc", &*setup.vpc), ("Balancer", &*setup.balancer)];
    let status = setup.account.deploy("routed", TEMPLATE, &given).await;
    assert_eq!(status, "CREATE_COMPLETE");
    let shown = setup.account.output("routed", "Balancer").await;
    assert_eq!(shown, setup.balancer);
}
