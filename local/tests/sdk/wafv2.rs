//! AWS WAF: web ACLs in front of a load balancer, from templates and by their actions.

use std::net::SocketAddr;

use e2e::{Account, until};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;

use crate::call::json as call;

/// A load balancer that answers itself, with a web ACL.
const TEMPLATE: &str = include_str!("wafv2.yaml");

struct Setup {
    account: Account,
    address: SocketAddr,
    balancer: String,
    acl: String,
}

impl Setup {
    async fn new() -> Self {
        let account = Account::new().await;
        assert_eq!(
            account.deploy("web", TEMPLATE, &[]).await,
            "CREATE_COMPLETE"
        );
        let address = account.output("web", "Address").await;
        let balancer = account.output("web", "Balancer").await;
        let acl = account.output("web", "Acl").await;
        Self {
            address: address.parse().expect("an address"),
            account,
            balancer,
            acl,
        }
    }

    async fn call(&self, action: &str, input: &Value) -> Value {
        call(&self.account, "wafv2", action, input).await.output()
    }

    async fn refused(&self, action: &str, input: &Value) -> (String, String) {
        call(&self.account, "wafv2", action, input).await.error()
    }

    /// The response to a request from an address of this machine.
    async fn get_from(&self, client: &str, path: &str, headers: &str) -> String {
        let socket = TcpSocket::new_v4().expect("a socket");
        let client = format!("{client}:0").parse().expect("an address");
        socket.bind(client).expect("an address of this machine");
        let mut stream = socket.connect(self.address).await.expect("connected");
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: web\r\nConnection: close\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        answer
    }

    async fn status(&self, client: &str, path: &str) -> String {
        let answer = self.get_from(client, path, "User-Agent: test\r\n").await;
        let (_, rest) = answer.split_once(' ').expect("a status");
        rest[..3].to_owned()
    }

    /// The web ACL of the template by its name, id and scope, with its lock token.
    async fn found(&self) -> (Value, Value) {
        let list = self
            .call("ListWebACLs", &json!({"Scope": "REGIONAL"}))
            .await;
        let one = &list["WebACLs"][0];
        let named = json!({"Name": one["Name"], "Id": one["Id"], "Scope": "REGIONAL"});
        let got = self.call("GetWebACL", &named).await;
        assert_eq!(got["LockToken"], one["LockToken"]);
        (named, got)
    }
}

#[tokio::test]
async fn a_client_above_the_rate_gets_403_and_the_others_do_not() {
    let setup = Setup::new().await;
    for turn in 0..10 {
        assert_eq!(setup.status("127.0.0.2", "/").await, "200", "{turn}");
    }
    let blocked = until("the client to be limited", async || {
        let answer = setup
            .get_from("127.0.0.2", "/", "User-Agent: test\r\n")
            .await;
        answer.starts_with("HTTP/1.1 403").then_some(answer)
    })
    .await;
    assert!(blocked.contains("server: awselb/2.0"), "{blocked}");
    assert!(
        blocked.ends_with("<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>\r\n</body>\r\n</html>\r\n"),
        "{blocked}"
    );
    // X-Forwarded-For is not believed, and does not matter.
    let disguised =
        "User-Agent: test\r\nX-Forwarded-For: 203.0.113.9\r\nAuthorization: Basic c2VjcmV0\r\n";
    let answer = setup.get_from("127.0.0.2", "/", disguised).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert_eq!(setup.status("127.0.0.3", "/").await, "200");

    let (named, _) = setup.found().await;
    let rule = json!({
        "Scope": "REGIONAL", "WebACLName": named["Name"], "WebACLId": named["Id"], "RuleName": "rate",
    });
    let keys = setup.call("GetRateBasedStatementManagedKeys", &rule).await;
    assert_eq!(
        keys["ManagedKeysIPV4"]["Addresses"],
        json!(["127.0.0.2/32"])
    );
    let window = json!({"StartTime": 0, "EndTime": 99_999_999_999_u64});
    let asked = json!({
        "WebAclArn": setup.acl, "RuleMetricName": "rate", "Scope": "REGIONAL",
        "TimeWindow": window, "MaxItems": 100,
    });
    let samples = setup.call("GetSampledRequests", &asked).await;
    let first = &samples["SampledRequests"][0];
    assert_eq!(first["Action"], "BLOCK");
    assert_eq!(first["ResponseCodeSent"], 403);
    assert_eq!(first["Request"]["ClientIP"], "127.0.0.2");
    let samples = samples.to_string();
    let hidden = r#"{"Name":"authorization","Value":"REDACTED"}"#;
    assert!(
        samples.contains(hidden) && !samples.contains("c2VjcmV0"),
        "{samples}"
    );
    setup.account.local.stop().await;
}

#[tokio::test]
async fn ip_sets_and_the_documented_rules_of_managed_groups_are_applied() {
    let setup = Setup::new().await;
    // 127.0.0.66 is in the set: it gets the answer that the rule says.
    let answer = setup
        .get_from("127.0.0.66", "/", "User-Agent: test\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 418"), "{answer}");
    assert!(answer.contains("x-why: set"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nNot you."), "{answer}");

    let answer = setup.get_from("127.0.0.4", "/", "").await;
    assert!(
        answer.starts_with("HTTP/1.1 403"),
        "no User-Agent: {answer}"
    );
    let long = format!("/?q={}", "a".repeat(2046));
    assert_eq!(setup.status("127.0.0.4", &long).await, "200", "2048 bytes");
    // The template lets this rule count only.
    assert_eq!(setup.status("127.0.0.4", &format!("{long}b")).await, "200");
    let long = format!("/{}", "a".repeat(1024));
    assert_eq!(setup.status("127.0.0.4", &long).await, "403", "a path");

    let window = json!({"StartTime": 0, "EndTime": 99_999_999_999_u64});
    let asked = json!({
        "WebAclArn": setup.acl, "RuleMetricName": "common", "Scope": "REGIONAL",
        "TimeWindow": window, "MaxItems": 100,
    });
    let samples = setup.call("GetSampledRequests", &asked).await;
    let within: Vec<_> = samples["SampledRequests"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (&one["RuleNameWithinRuleGroup"], &one["Action"]))
        .collect();
    let group = "AWS#AWSManagedRulesCommonRuleSet#";
    assert_eq!(
        json!(within),
        json!([
            [format!("{group}NoUserAgent_HEADER"), "BLOCK"],
            [format!("{group}SizeRestrictions_QUERYSTRING"), "COUNT"],
            [format!("{group}SizeRestrictions_URIPATH"), "BLOCK"],
        ])
    );
    setup.account.local.stop().await;
}

#[tokio::test]
async fn a_web_acl_is_changed_by_who_has_seen_it_last() {
    let setup = Setup::new().await;
    let (named, got) = setup.found().await;
    let acl = &got["WebACL"];
    assert_eq!(acl["ARN"], setup.acl.as_str());
    assert_eq!(acl["Capacity"], 703);
    let mut change = named.clone();
    for member in ["DefaultAction", "VisibilityConfig"] {
        change[member] = acl[member].clone();
    }
    change["LockToken"] = got["LockToken"].clone();
    // Without its rules and with another default.
    change["DefaultAction"] = json!({"Block": {}});
    let updated = setup.call("UpdateWebACL", &change).await;
    assert_ne!(updated["NextLockToken"], got["LockToken"]);
    assert_eq!(setup.status("127.0.0.5", "/").await, "403");
    let (code, message) = setup.refused("UpdateWebACL", &change).await;
    assert!(code.ends_with("WAFOptimisticLockException"), "{code}");
    assert!(
        message.contains("someone changed the resource"),
        "{message}"
    );

    let of = json!({"ResourceArn": setup.balancer});
    let found = setup.call("GetWebACLForResource", &of).await;
    assert_eq!(found["WebACL"]["ARN"], setup.acl.as_str());
    let delete = json!({
        "Name": named["Name"], "Id": named["Id"], "Scope": "REGIONAL", "LockToken": updated["NextLockToken"],
    });
    let (code, _) = setup.refused("DeleteWebACL", &delete).await;
    assert!(code.ends_with("WAFAssociatedItemException"), "{code}");
    setup.call("DisassociateWebACL", &of).await;
    assert_eq!(setup.status("127.0.0.5", "/").await, "200");
    let found = setup.call("GetWebACLForResource", &of).await;
    assert_eq!(found, json!({}));
    setup.call("DeleteWebACL", &delete).await;
    let (code, message) = setup.refused("GetWebACL", &named).await;
    assert!(code.ends_with("WAFNonexistentItemException"), "{code}");
    assert!(
        message.ends_with("your resource doesn’t exist."),
        "{message}"
    );
    setup.account.local.stop().await;
}

#[tokio::test]
async fn web_acls_and_ip_sets_can_be_made_by_hand() {
    let setup = Setup::new().await;
    let set = json!({
        "Name": "others", "Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": ["127.0.0.7/32"],
        "Tags": [{"Key": "team", "Value": "web"}],
    });
    let made = setup.call("CreateIPSet", &set).await;
    let arn = made["Summary"]["ARN"].clone();
    let visibility = |name: &str| json!({"SampledRequestsEnabled": false, "CloudWatchMetricsEnabled": false, "MetricName": name});
    let rule = json!({
        "Name": "others", "Priority": 0, "Action": {"Block": {}}, "VisibilityConfig": visibility("others"),
        "Statement": {"IPSetReferenceStatement": {"ARN": arn}},
    });
    let input = json!({
        "Name": "own", "Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "Rules": [rule],
        "VisibilityConfig": visibility("own"),
    });
    let capacity = json!({"Scope": "REGIONAL", "Rules": [rule]});
    let capacity = setup.call("CheckCapacity", &capacity).await;
    assert_eq!(capacity["Capacity"], 1);
    let own = setup.call("CreateWebACL", &input).await["Summary"]["ARN"].clone();
    let (code, _) = setup.refused("CreateWebACL", &input).await;
    assert!(code.ends_with("WAFDuplicateItemException"), "{code}");

    // The new web ACL takes the place of the other one.
    let both = json!({"WebACLArn": own, "ResourceArn": setup.balancer});
    setup.call("AssociateWebACL", &both).await;
    setup.call("AssociateWebACL", &both).await;
    assert_eq!(setup.status("127.0.0.7", "/").await, "403");
    assert_eq!(setup.status("127.0.0.66", "/").await, "200");
    let listed = setup
        .call("ListResourcesForWebACL", &json!({"WebACLArn": own}))
        .await;
    assert_eq!(listed["ResourceArns"], json!([setup.balancer]));
    let listed = setup
        .call("ListResourcesForWebACL", &json!({"WebACLArn": setup.acl}))
        .await;
    assert_eq!(listed["ResourceArns"], json!([]));

    // A change of the set counts at once; the set is used, so it stays.
    let named = json!({"Name": "others", "Id": made["Summary"]["Id"], "Scope": "REGIONAL"});
    let mut change = named.clone();
    change["Addresses"] = json!(["127.0.0.8/32"]);
    change["LockToken"] = made["Summary"]["LockToken"].clone();
    let updated = setup.call("UpdateIPSet", &change).await;
    assert_eq!(setup.status("127.0.0.7", "/").await, "200");
    assert_eq!(setup.status("127.0.0.8", "/").await, "403");
    let got = setup.call("GetIPSet", &named).await;
    assert_eq!(got["IPSet"]["Addresses"], json!(["127.0.0.8/32"]));
    assert_eq!(got["LockToken"], updated["NextLockToken"]);
    let mut delete = named.clone();
    delete["LockToken"] = got["LockToken"].clone();
    let (code, _) = setup.refused("DeleteIPSet", &delete).await;
    assert!(code.ends_with("WAFAssociatedItemException"), "{code}");

    setup
        .call(
            "UntagResource",
            &json!({"ResourceARN": arn, "TagKeys": ["team"]}),
        )
        .await;
    let more = json!({"ResourceARN": arn, "Tags": [{"Key": "stage", "Value": "test"}]});
    setup.call("TagResource", &more).await;
    let tags = setup
        .call("ListTagsForResource", &json!({"ResourceARN": arn}))
        .await;
    let expected = json!([{"Key": "stage", "Value": "test"}]);
    assert_eq!(tags["TagInfoForResource"]["TagList"], expected);
    setup.account.local.stop().await;
}

#[tokio::test]
async fn what_is_not_done_is_refused_by_name() {
    let setup = Setup::new().await;
    let visibility = json!({"SampledRequestsEnabled": false, "CloudWatchMetricsEnabled": false, "MetricName": "m"});
    let bot = json!({"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesBotControlRuleSet"}});
    let geo = json!({"GeoMatchStatement": {"CountryCodes": ["DE"]}});
    for (statement, action, said) in [
        (&geo, "Action", "GeoMatchStatement"),
        (
            &bot,
            "OverrideAction",
            "the rule group AWSManagedRulesBotControlRuleSet",
        ),
    ] {
        let what = if action == "Action" {
            json!({"Block": {}})
        } else {
            json!({"None": {}})
        };
        let rule = json!({
            "Name": "a", "Priority": 0, "Statement": statement, action: what, "VisibilityConfig": visibility,
        });
        let input = json!({
            "Name": "own", "Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "Rules": [rule],
            "VisibilityConfig": visibility,
        });
        let (_, message) = setup.refused("CreateWebACL", &input).await;
        assert!(message.contains(said), "{message}");
    }
    let asked = json!({"Scope": "REGIONAL"});
    let (code, message) = setup.refused("ListRuleGroups", &asked).await;
    assert!(code.ends_with("NotImplemented"), "{code}");
    assert!(message.contains("ListRuleGroups"), "{message}");
    let group =
        json!({"Scope": "REGIONAL", "VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"});
    let group = setup.call("DescribeManagedRuleGroup", &group).await;
    assert_eq!(group["Capacity"], 700);
    assert_eq!(group["Rules"][0]["Name"], "NoUserAgent_HEADER");
    let groups = setup.call("ListAvailableManagedRuleGroups", &asked).await;
    assert_eq!(
        groups["ManagedRuleGroups"].as_array().map(Vec::len),
        Some(11)
    );
    setup.account.local.stop().await;
}
