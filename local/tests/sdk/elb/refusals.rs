//! What ELB refuses, through its API and through `CloudFormation`.

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, Certificate, LoadBalancerAttribute, ProtocolEnum, RedirectActionConfig,
    RedirectActionStatusCodeEnum, RuleCondition,
};

use super::{Setup, forward, message};

#[expect(clippy::too_many_lines, reason = "a table")]
#[tokio::test]
async fn wrong_listeners_and_rules_are_refused_in_the_words_of_elb() {
    let setup = Setup::new().await;
    let web = setup.group("web").await;
    let listener = setup.listener(80, forward(&web)).await;
    let create = |protocol: ProtocolEnum, port: i32, action: Action, certificate: Option<&str>| {
        let certificates =
            certificate.map(|arn| vec![Certificate::builder().certificate_arn(arn).build()]);
        let request = setup
            .elb
            .create_listener()
            .load_balancer_arn(&setup.balancer)
            .protocol(protocol)
            .port(port)
            .default_actions(action)
            .set_certificates(certificates);
        async move { message(&request.send().await.unwrap_err().into_service_error()) }
    };
    let arn = "arn:aws:acm:eu-central-1:123456789012:certificate/x";
    let loops = RedirectActionConfig::builder()
        .status_code(RedirectActionStatusCodeEnum::Http302)
        .build();
    let loops = Action::builder()
        .r#type(ActionTypeEnum::Redirect)
        .redirect_config(loops)
        .build();
    let bare = Action::builder().r#type(ActionTypeEnum::Redirect).build();
    let login = Action::builder()
        .r#type(ActionTypeEnum::AuthenticateOidc)
        .order(1)
        .build();
    for (answer, expected) in [
        (
            create(ProtocolEnum::Http, 80, forward(&web), None).await,
            format!("DuplicateListener: A listener already exists on this port for this load balancer '{}'", setup.balancer),
        ),
        (
            create(ProtocolEnum::Tcp, 81, forward(&web), None).await,
            "ValidationError: Listener protocol 'TCP' must be one of 'HTTPS, HTTP'".into(),
        ),
        (
            create(ProtocolEnum::Https, 443, forward(&web), None).await,
            "ValidationError: A certificate must be specified for HTTPS listeners".into(),
        ),
        (
            create(ProtocolEnum::Https, 443, forward(&web), Some(arn)).await,
            format!("CertificateNotFound: Certificate '{arn}' not found"),
        ),
        (
            create(ProtocolEnum::Http, 81, forward("arn:none"), None).await,
            "TargetGroupNotFound: Target groups 'arn:none' not found".into(),
        ),
        (
            create(ProtocolEnum::Http, 81, loops, None).await,
            "InvalidLoadBalancerAction: The redirect configuration is not valid because it creates a loop".into(),
        ),
        (
            create(ProtocolEnum::Http, 81, bare, None).await,
            "InvalidLoadBalancerAction: For actions of type 'redirect', you must specify the following fields: 'RedirectConfig'".into(),
        ),
        (
            create(ProtocolEnum::Http, 81, login, None).await,
            "InvalidLoadBalancerAction: Each rule must include exactly one of the following types of actions: forward, redirect, or fixed-response".into(),
        ),
    ] {
        assert_eq!(answer, expected);
    }
    let condition = |field: &str| RuleCondition::builder().field(field).values("/a").build();
    let rule = |priority: i32, field: &str| {
        let request = setup
            .elb
            .create_rule()
            .listener_arn(&listener)
            .priority(priority)
            .conditions(condition(field))
            .actions(forward(&web));
        async move {
            request
                .send()
                .await
                .map_err(|err| message(&err.into_service_error()))
        }
    };
    rule(5, "path-pattern").await.unwrap();
    assert_eq!(
        rule(5, "path-pattern").await.unwrap_err(),
        "PriorityInUse: Priority '5' is currently in use"
    );
    let unknown = rule(6, "colour").await.unwrap_err();
    assert!(
        unknown.starts_with(
            "ValidationError: Condition field 'colour' must be one of '[path-pattern,"
        ),
        "{unknown}"
    );
    let deleted = setup
        .elb
        .delete_target_group()
        .target_group_arn(&web)
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        message(&deleted.into_service_error()),
        format!("ResourceInUse: Target group '{web}' is currently in use by a listener or a rule")
    );
    setup.account.local.stop().await;
}

#[tokio::test]
async fn a_protected_load_balancer_is_not_deleted() {
    let setup = Setup::new().await;
    let protect = async |value: &str| {
        let attribute = LoadBalancerAttribute::builder()
            .key("deletion_protection.enabled")
            .value(value)
            .build();
        let request = setup
            .elb
            .modify_load_balancer_attributes()
            .load_balancer_arn(&setup.balancer);
        request.attributes(attribute).send().await
    };
    protect("true").await.unwrap();
    let delete = async || {
        setup
            .elb
            .delete_load_balancer()
            .load_balancer_arn(&setup.balancer)
            .send()
            .await
    };
    let err = message(&delete().await.unwrap_err().into_service_error());
    assert_eq!(
        err,
        format!(
            "OperationNotPermitted: Load balancer '{}' cannot be deleted because deletion protection is enabled",
            setup.balancer
        )
    );
    let wrong = message(&protect("maybe").await.unwrap_err().into_service_error());
    assert!(
        wrong.starts_with("InvalidConfigurationRequest: "),
        "{wrong}"
    );
    protect("false").await.unwrap();
    delete().await.unwrap();
    let gone = setup
        .elb
        .describe_load_balancers()
        .load_balancer_arns(&setup.balancer)
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        message(&gone.into_service_error()),
        "LoadBalancerNotFound: One or more load balancers not found"
    );
    setup.account.local.stop().await;
}
