//! Which target answers a request.

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, FixedResponseActionConfig, HostHeaderConditionConfig,
    HttpHeaderConditionConfig, LoadBalancerAttribute, PathPatternConditionConfig,
    QueryStringConditionConfig, QueryStringKeyValuePair, RedirectActionConfig,
    RedirectActionStatusCodeEnum, RuleCondition, RulePriorityPair, TargetGroupAttribute,
};
use e2e::http::get;

use super::{Setup, forward, weighted};

fn fixed(text: &str) -> Action {
    let config = FixedResponseActionConfig::builder()
        .status_code("403")
        .content_type("text/html")
        .message_body(text)
        .build();
    Action::builder()
        .r#type(ActionTypeEnum::FixedResponse)
        .fixed_response_config(config)
        .build()
}

fn redirect(
    config: aws_sdk_elasticloadbalancingv2::types::builders::RedirectActionConfigBuilder,
) -> Action {
    let config = config
        .status_code(RedirectActionStatusCodeEnum::Http301)
        .build();
    Action::builder()
        .r#type(ActionTypeEnum::Redirect)
        .redirect_config(config)
        .build()
}

fn path(pattern: &str) -> RuleCondition {
    let config = PathPatternConditionConfig::builder()
        .values(pattern)
        .build();
    RuleCondition::builder()
        .field("path-pattern")
        .path_pattern_config(config)
        .build()
}

async fn rule(
    setup: &Setup,
    listener: &str,
    priority: i32,
    condition: RuleCondition,
    action: Action,
) -> String {
    let made = setup
        .elb
        .create_rule()
        .listener_arn(listener)
        .priority(priority)
        .conditions(condition)
        .actions(action)
        .send()
        .await
        .unwrap();
    made.rules()[0].rule_arn().unwrap().to_owned()
}

#[tokio::test]
async fn requests_are_shared_by_weight_and_a_group_of_weight_zero_gets_none() {
    let setup = Setup::new().await;
    let (blue, green, old) = tokio::join!(
        setup.group("blue"),
        setup.group("green"),
        setup.group("old")
    );
    setup
        .listener(80, weighted(&[(&blue, 80), (&green, 20), (&old, 0)]))
        .await;
    let url = setup.url("/");
    let mut seen = std::collections::BTreeSet::new();
    e2e::until("both groups to answer", async || {
        let text = get(&url).await.text;
        seen.insert(text.split(' ').next().unwrap().to_owned());
        (seen.contains("blue") && seen.contains("green")).then_some(())
    })
    .await;
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..300 {
        let text = get(&url).await.text;
        *counts
            .entry(text.split(' ').next().unwrap().to_owned())
            .or_default() += 1;
    }
    // 60 are expected, with a deviation of 7.
    assert!((20..110).contains(&counts["green"]), "{counts:?}");
    assert_eq!(
        counts.values().sum::<usize>(),
        counts["green"] + counts["blue"],
        "{counts:?}"
    );
    setup.account.local.stop().await;
}

#[tokio::test]
async fn rules_are_tried_by_priority() {
    let setup = Setup::new().await;
    let web = setup.group("web").await;
    let listener = setup.listener(80, forward(&web)).await;
    setup.until_status("/", 200).await;
    let all = rule(&setup, &listener, 20, path("/private/*"), fixed("no")).await;
    assert_eq!(get(&setup.url("/private/a")).await.status, 403);
    let open = rule(&setup, &listener, 10, path("/private/open*"), forward(&web)).await;
    assert_eq!(get(&setup.url("/private/open")).await.status, 200);
    let answer = get(&setup.url("/private/a")).await;
    assert_eq!((answer.status, answer.text.as_str()), (403, "no"));
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    assert_eq!(answer.header("server"), Some("awselb/2.0"));

    let pair = |rule: &str, priority| {
        RulePriorityPair::builder()
            .rule_arn(rule)
            .priority(priority)
            .build()
    };
    setup
        .elb
        .set_rule_priorities()
        .rule_priorities(pair(&all, 10))
        .rule_priorities(pair(&open, 20))
        .send()
        .await
        .unwrap();
    assert_eq!(get(&setup.url("/private/open")).await.status, 403);
    setup.elb.delete_rule().rule_arn(&all).send().await.unwrap();
    assert_eq!(get(&setup.url("/private/a")).await.status, 200);
    let rules = setup
        .elb
        .describe_rules()
        .listener_arn(&listener)
        .send()
        .await
        .unwrap();
    let priorities: Vec<_> = rules
        .rules()
        .iter()
        .filter_map(|rule| rule.priority())
        .collect();
    assert_eq!(priorities, ["20", "default"]);
    setup.account.local.stop().await;
}

#[tokio::test]
async fn conditions_look_at_host_header_and_query() {
    let setup = Setup::new().await;
    let listener = setup.listener(80, fixed("default")).await;
    let host = HostHeaderConditionConfig::builder()
        .values("*.example.com")
        .build();
    let host = RuleCondition::builder()
        .field("host-header")
        .host_header_config(host)
        .build();
    let header = HttpHeaderConditionConfig::builder()
        .http_header_name("X-Kind")
        .values("beta*")
        .build();
    let header = RuleCondition::builder()
        .field("http-header")
        .http_header_config(header)
        .build();
    let pair = QueryStringKeyValuePair::builder()
        .key("v")
        .value("2")
        .build();
    let query = QueryStringConditionConfig::builder().values(pair).build();
    let query = RuleCondition::builder()
        .field("query-string")
        .query_string_config(query)
        .build();
    rule(&setup, &listener, 1, host, fixed("host")).await;
    rule(&setup, &listener, 2, header, fixed("header")).await;
    rule(&setup, &listener, 3, query, fixed("query")).await;
    let client = reqwest::Client::new();
    for (path, name, value, expected) in [
        ("/", "host", "shop.example.com", "host"),
        ("/", "x-kind", "BETA-7", "header"),
        ("/?a=1&v=2", "x-kind", "stable", "query"),
        ("/?v=20", "x-kind", "stable", "default"),
    ] {
        let asked = client
            .get(setup.url(path))
            .header(name, value)
            .send()
            .await
            .unwrap();
        assert_eq!(
            asked.text().await.unwrap(),
            expected,
            "{path} {name}: {value}"
        );
    }
    setup.account.local.stop().await;
}

#[tokio::test]
async fn a_second_listener_has_its_own_port_and_a_redirect_names_it() {
    let setup = Setup::new().await;
    let port = e2e::free_port();
    let second = setup.listener(port.into(), fixed("second")).await;
    // The only listener answers at the address of the load balancer.
    assert_eq!(get(&setup.url("/")).await.text, "second");
    let to_second = redirect(
        RedirectActionConfig::builder()
            .port(port.to_string())
            .path("/new/#{path}"),
    );
    setup.listener(80, to_second).await;
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let answer = client.get(setup.url("/a?b=c")).send().await.unwrap();
    assert_eq!(answer.status(), 301);
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(get(&location).await.text, "second", "{location}");
    let tags = setup
        .elb
        .describe_tags()
        .resource_arns(&second)
        .send()
        .await
        .unwrap();
    let tag = &tags.tag_descriptions()[0].tags()[0];
    let local = tag.value().unwrap().to_owned();
    assert_eq!(tag.key(), Some("local:address"));
    assert_eq!(location, format!("http://{local}/new/a?b=c"));
    setup
        .elb
        .delete_listener()
        .listener_arn(&second)
        .send()
        .await
        .unwrap();
    assert_eq!(get(&location).await.status, 0);
    setup.account.local.stop().await;
}

#[tokio::test]
async fn attributes_change_what_targets_see() {
    let setup = Setup::new().await;
    let web = setup.group("web").await;
    setup.listener(80, forward(&web)).await;
    setup.until_status("/", 200).await;
    let client = reqwest::Client::new();
    let ask = async || {
        let request = client
            .get(setup.url("/"))
            .header("x-forwarded-for", "1.2.3.4")
            .header("bad_name", "x");
        request.send().await.unwrap().text().await.unwrap()
    };
    let text = ask().await;
    assert!(
        text.contains("x-forwarded-for: 1.2.3.4, 127.0.0.1"),
        "{text}"
    );
    assert!(
        text.contains("x-forwarded-port: 80") && text.contains("bad_name: x"),
        "{text}"
    );
    let attribute = |key: &str, value: &str| {
        LoadBalancerAttribute::builder()
            .key(key)
            .value(value)
            .build()
    };
    setup
        .elb
        .modify_load_balancer_attributes()
        .load_balancer_arn(&setup.balancer)
        .attributes(attribute(
            "routing.http.xff_header_processing.mode",
            "remove",
        ))
        .attributes(attribute(
            "routing.http.drop_invalid_header_fields.enabled",
            "true",
        ))
        .send()
        .await
        .unwrap();
    let text = ask().await;
    assert!(
        !text.contains("x-forwarded-for") && !text.contains("bad_name"),
        "{text}"
    );
    setup.account.local.stop().await;
}

#[tokio::test]
async fn a_sticky_client_stays_with_its_target() {
    let setup = Setup::new().await;
    let web = setup.group("one").await;
    setup.register(&web, "two").await;
    let attribute = TargetGroupAttribute::builder()
        .key("stickiness.enabled")
        .value("true")
        .build();
    setup
        .elb
        .modify_target_group_attributes()
        .target_group_arn(&web)
        .attributes(attribute)
        .send()
        .await
        .unwrap();
    setup.listener(80, forward(&web)).await;
    let url = setup.url("/");
    let mut seen = std::collections::BTreeSet::new();
    e2e::until("both targets to answer", async || {
        let text = get(&url).await.text;
        seen.insert(text.split(' ').next().unwrap().to_owned());
        (seen.contains("one") && seen.contains("two")).then_some(())
    })
    .await;
    let first = get(&url).await;
    let cookies: Vec<_> = first
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap())
        .collect();
    assert!(cookies[0].starts_with("AWSALB="), "{cookies:?}");
    let cookie = cookies[0].split(';').next().unwrap();
    let name = first.text.split(' ').next().unwrap();
    let client = reqwest::Client::new();
    for _ in 0..20 {
        let text = client
            .get(&url)
            .header("cookie", cookie)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert!(text.starts_with(name), "{text}");
    }
    setup.account.local.stop().await;
}
