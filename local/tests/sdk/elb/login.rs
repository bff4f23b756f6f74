//! The action `authenticate-oidc`, with a provider on this machine.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, AuthenticateOidcActionConditionalBehaviorEnum as Behaviour,
    AuthenticateOidcActionConfig, Certificate, FixedResponseActionConfig, ProtocolEnum,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use e2e::provider::{CLIENT, Provider, SECRET, Visitor};
use serde_json::{Value, json};

use super::{Setup, forward, message};

const CERTIFICATE: &str = "
Resources:
  Zone: {Type: 'AWS::Route53::HostedZone', Properties: {Name: example.test}}
  Certificate:
    Type: AWS::CertificateManager::Certificate
    Properties:
      DomainName: app.example.test
      ValidationMethod: DNS
      DomainValidationOptions: [{DomainName: app.example.test, HostedZoneId: !Ref Zone}]
Outputs:
  Certificate: {Value: !Ref Certificate}
";

/// A group that lets a load balancer reach its targets only.
const CLOSED: &str = "
Parameters: {Vpc: {Type: String}}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: nothing out but to targets
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: '-1', CidrIp: 0.0.0.0/0}]
      SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 1024, ToPort: 65535, CidrIp: 0.0.0.0/0}]
Outputs: {Group: {Value: !Ref Group}}
";

/// A load balancer with a certificate, and a provider.
struct Scene {
    setup: Setup,
    provider: Provider,
    certificate: String,
}

type Oidc = aws_sdk_elasticloadbalancingv2::types::builders::AuthenticateOidcActionConfigBuilder;

impl Scene {
    async fn new() -> Self {
        let (setup, provider) = tokio::join!(Setup::new(), Provider::start());
        let deployed = setup.account.deploy("certificate", CERTIFICATE, &[]).await;
        assert_eq!(deployed, "CREATE_COMPLETE");
        let certificate = setup.account.output("certificate", "Certificate").await;
        Self {
            setup,
            provider,
            certificate,
        }
    }

    fn oidc(&self) -> Oidc {
        let issuer = &self.provider.issuer;
        AuthenticateOidcActionConfig::builder()
            .issuer(issuer)
            .authorization_endpoint(format!("{issuer}/auth"))
            .token_endpoint(format!("{issuer}/token"))
            .user_info_endpoint(format!("{issuer}/me"))
            .client_id(CLIENT)
            .client_secret(SECRET)
    }

    /// An HTTPS listener that authenticates and then forwards to a server that shows its headers.
    async fn listen(&self, oidc: Oidc) -> String {
        let group = self.setup.group("app").await;
        let made = self
            .create(ProtocolEnum::Https, vec![authenticate(oidc), last(&group)])
            .await;
        let listener = made.expect("a listener");
        let url = format!("{}/oauth2/idpresponse", self.url());
        e2e::until("the target to be healthy", async || {
            let health = self
                .setup
                .elb
                .describe_target_health()
                .target_group_arn(&group);
            let health = health.send().await.ok()?;
            let state = health.target_health_descriptions()[0]
                .target_health()?
                .state()?
                .clone();
            (state.as_str() == "healthy").then_some(())
        })
        .await;
        assert_eq!(Visitor::new(&[]).get(&url).await.status, 401, "it listens");
        listener
    }

    async fn create(&self, protocol: ProtocolEnum, actions: Vec<Action>) -> Result<String, String> {
        let create = self.setup.elb.create_listener();
        let create = create.load_balancer_arn(&self.setup.balancer).port(443);
        let certificate = Certificate::builder()
            .certificate_arn(&self.certificate)
            .build();
        let is_https = protocol == ProtocolEnum::Https;
        let made = create
            .protocol(protocol)
            .set_certificates(is_https.then(|| vec![certificate]))
            .set_default_actions(Some(actions))
            .send()
            .await;
        let made = made.map_err(|err| message(&err.into_service_error()))?;
        Ok(made.listeners()[0]
            .listener_arn()
            .expect("an ARN")
            .to_owned())
    }

    fn url(&self) -> String {
        format!("https://{}", self.setup.address)
    }
}

fn authenticate(oidc: Oidc) -> Action {
    Action::builder()
        .r#type(ActionTypeEnum::AuthenticateOidc)
        .order(1)
        .authenticate_oidc_config(oidc.build())
        .build()
}

fn last(group: &str) -> Action {
    let mut action = forward(group);
    action.order = Some(2);
    action
}

/// A header, as the target has shown it.
fn shown<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = text.lines();
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).expect("a part");
    serde_json::from_slice(&URL_SAFE.decode(part).expect("padded Base64")).expect("JSON")
}

/// Checks the signature with the key that the endpoint publishes.
async fn is_signed(scene: &Scene, token: &str) -> bool {
    let kid = part(token, 0)["kid"].as_str().expect("an id").to_owned();
    let base = scene.setup.account.local.endpoint_url();
    let answer = e2e::http::get(&format!("{base}/_local/elb-public-keys/{kid}")).await;
    assert_eq!(answer.status, 200);
    let lines = answer.text.lines().filter(|line| !line.starts_with('-'));
    let spki = STANDARD.decode(lines.collect::<String>()).expect("Base64");
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let signature = URL_SAFE.decode(signature).expect("padded Base64");
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &spki[26..])
        .verify(signed.as_bytes(), &signature)
        .is_ok()
}

#[tokio::test]
async fn a_user_logs_in_once_and_the_target_learns_who_it_is() {
    let scene = Scene::new().await;
    scene.listen(scene.oidc().scope("openid email")).await;
    let mut anna = Visitor::new(&[]);
    let page = format!("{}/query?limit=1&x=%20y", scene.url());
    let forged = anna
        .get_with(&page, &[("x-amzn-oidc-data", "forged")])
        .await;
    assert_eq!(forged.status, 302, "a header is no login");
    let seen = anna.follow(&page).await;
    assert_eq!((seen.status, seen.url.as_str()), (200, page.as_str()));
    assert_eq!(shown(&seen.text, "x-amzn-oidc-identity"), Some("1"));
    assert_eq!(shown(&seen.text, "x-amzn-oidc-accesstoken"), Some("opaque"));
    let token = shown(&seen.text, "x-amzn-oidc-data").expect("a token");
    assert!(is_signed(&scene, token).await);
    let (header, claims) = (part(token, 0), part(token, 1));
    assert_eq!(header["signer"], scene.setup.balancer.as_str());
    assert_eq!(header["iss"], scene.provider.issuer.as_str());
    assert_eq!(
        (&header["client"], &header["alg"]),
        (&json!(CLIENT), &json!("ES256"))
    );
    assert_eq!(claims["email"], "anna@example.com");

    // The session lasts, and what a client says about itself never reaches the target.
    let lies = [
        ("x-amzn-oidc-data", "forged"),
        ("x-amzn-oidc-identity", "root"),
    ];
    let again = anna.get_with(&page, &lies).await;
    assert_eq!(again.status, 200);
    assert_eq!(shown(&again.text, "x-amzn-oidc-identity"), Some("1"));
    assert!(
        !again.text.contains("forged") && !again.text.contains("root"),
        "{}",
        again.text
    );
    assert_eq!(scene.provider.logins(), 1);

    // Another browser has no session, and a changed cookie is none.
    assert_eq!(Visitor::new(&[]).get(&page).await.status, 302);
    for value in anna.cookies.values_mut() {
        let first = if value.starts_with('A') { "B" } else { "A" };
        value.replace_range(..1, first);
    }
    assert_eq!(anna.get(&page).await.status, 302);
    scene.setup.account.local.stop().await;
}

#[tokio::test]
async fn an_answer_of_the_provider_is_good_for_one_browser_and_once() {
    let scene = Scene::new().await;
    scene.listen(scene.oidc()).await;
    let page = format!("{}/", scene.url());
    let mut anna = Visitor::new(&[]);
    let to_provider = anna.get(&page).await.headers["location"]
        .to_str()
        .unwrap()
        .to_owned();
    let back = anna.get(&to_provider).await.headers["location"]
        .to_str()
        .unwrap()
        .to_owned();
    // Somebody else who gets hold of the link, and one without its state.
    assert_eq!(Visitor::new(&[]).get(&back).await.status, 401);
    let bare = format!("{}/oauth2/idpresponse?code=code-1", scene.url());
    assert_eq!(anna.get(&bare).await.status, 401);
    assert_eq!(anna.get(&back).await.status, 302);
    assert_eq!(anna.get(&page).await.status, 200);
    assert_eq!(anna.get(&back).await.status, 561, "the code is used up");
    scene.setup.account.local.stop().await;
}

#[tokio::test]
async fn a_provider_that_refuses_is_561_and_one_that_is_away_is_500() {
    let scene = Scene::new().await;
    scene.listen(scene.oidc()).await;
    let page = format!("{}/", scene.url());
    let status = async || Visitor::new(&[]).follow(&page).await.status;
    scene.provider.set_user(None);
    assert_eq!(status().await, 561);
    scene
        .provider
        .set_user(Some(json!({"sub": "1", "note": "x".repeat(11 * 1024)})));
    assert_eq!(status().await, 500, "too much to pass on");
    scene
        .provider
        .set_user(Some(json!({"sub": "1", "note": "x".repeat(9 * 1024)})));
    assert_eq!(status().await, 200, "several cookies");
    scene.provider.fail(Some(400));
    assert_eq!(status().await, 561);
    let mut anna = Visitor::new(&[]);
    let to_provider = anna.get(&page).await.headers["location"]
        .to_str()
        .unwrap()
        .to_owned();
    let back = anna.get(&to_provider).await.headers["location"]
        .to_str()
        .unwrap()
        .to_owned();
    scene.provider.stop().await;
    assert_eq!(anna.get(&back).await.status, 500);
    scene.setup.account.local.stop().await;
}

#[tokio::test]
async fn a_session_ends_and_who_has_none_is_denied_or_let_through() {
    let scene = Scene::new().await;
    let listener = scene.listen(scene.oidc().session_timeout(1)).await;
    let page = format!("{}/", scene.url());
    let mut anna = Visitor::new(&[]);
    assert_eq!(anna.follow(&page).await.status, 200);
    e2e::until("the session to end", async || {
        let seen = anna.get(&page).await;
        (seen.status == 302).then_some(())
    })
    .await;
    let answer = FixedResponseActionConfig::builder()
        .status_code("200")
        .message_body("open");
    let open = Action::builder()
        .r#type(ActionTypeEnum::FixedResponse)
        .order(5)
        .fixed_response_config(answer.build())
        .build();
    for (behaviour, status) in [(Behaviour::Deny, 401), (Behaviour::Allow, 200)] {
        let oidc = scene.oidc().on_unauthenticated_request(behaviour);
        let modify = scene.setup.elb.modify_listener().listener_arn(&listener);
        let modify = modify
            .default_actions(authenticate(oidc))
            .default_actions(open.clone());
        modify.send().await.expect("modified");
        assert_eq!(Visitor::new(&[]).get(&page).await.status, status);
    }
    scene.setup.account.local.stop().await;
}

#[tokio::test]
async fn the_secret_is_never_shown_and_can_be_kept() {
    let scene = Scene::new().await;
    let listener = scene.listen(scene.oidc()).await;
    let described = async || {
        let all = scene
            .setup
            .elb
            .describe_listeners()
            .listener_arns(&listener);
        let all = all.send().await.expect("described");
        let action = all.listeners()[0].default_actions()[0].clone();
        action.authenticate_oidc_config.expect("its configuration")
    };
    let before = described().await;
    assert_eq!(
        (before.client_secret(), before.scope()),
        (None, Some("openid"))
    );
    assert_eq!(before.session_timeout(), Some(604_800));
    assert_eq!(
        before.session_cookie_name(),
        Some("AWSELBAuthSessionCookie")
    );
    assert_eq!(
        before.on_unauthenticated_request(),
        Some(&Behaviour::Authenticate)
    );
    let group = scene.setup.empty_group("new").await;
    let kept = scene
        .oidc()
        .set_client_secret(None)
        .use_existing_client_secret(true);
    let modify = scene.setup.elb.modify_listener().listener_arn(&listener);
    let modify = modify.default_actions(authenticate(kept.session_timeout(60)));
    modify
        .default_actions(last(&group))
        .send()
        .await
        .expect("modified");
    assert_eq!(described().await.session_timeout(), Some(60));
    // The new group has no target, which only a user who is logged in can see.
    assert_eq!(
        Visitor::new(&[])
            .follow(&format!("{}/", scene.url()))
            .await
            .status,
        503
    );
    scene.setup.account.local.stop().await;
}

#[tokio::test]
async fn a_login_that_aws_refuses_is_refused() {
    let scene = Scene::new().await;
    let group = scene.setup.empty_group("app").await;
    let https = ProtocolEnum::Https;
    let unordered = Action::builder()
        .r#type(ActionTypeEnum::AuthenticateOidc)
        .authenticate_oidc_config(scene.oidc().build())
        .build();
    let after = {
        let mut action = authenticate(scene.oidc());
        action.order = Some(3);
        action
    };
    let plain = scene.oidc().issuer("http://id.example.com");
    let both = scene.oidc().use_existing_client_secret(true);
    for (protocol, actions, expected) in [
        (
            ProtocolEnum::Http,
            vec![authenticate(scene.oidc()), last(&group)],
            "only on HTTPS listeners",
        ),
        (
            https.clone(),
            vec![authenticate(scene.oidc())],
            "must include exactly one",
        ),
        (https.clone(), vec![unordered, last(&group)], "An order"),
        (
            https.clone(),
            vec![after, last(&group)],
            "must be the last action",
        ),
        (
            https.clone(),
            vec![authenticate(both), last(&group)],
            "cannot both",
        ),
        (
            https.clone(),
            vec![authenticate(plain), last(&group)],
            "including the HTTPS protocol",
        ),
        (
            https,
            vec![
                authenticate(scene.oidc()),
                authenticate(scene.oidc().scope("email")),
                last(&group),
            ],
            "'authenticate-oidc,authenticate-oidc' cannot be specified together",
        ),
    ] {
        let refused = scene.create(protocol, actions).await.expect_err(expected);
        assert!(
            refused.contains("InvalidLoadBalancerAction") && refused.contains(expected),
            "{refused}"
        );
    }
    scene.setup.account.local.stop().await;
}

#[tokio::test]
async fn the_load_balancer_reaches_the_provider_only_if_its_groups_let_it_out() {
    let scene = Scene::new().await;
    scene.listen(scene.oidc()).await;
    let page = format!("{}/", scene.url());
    let account = &scene.setup.account;
    let deployed = account
        .deploy("closed", CLOSED, &[("Vpc", &scene.setup.vpc)])
        .await;
    assert_eq!(deployed, "CREATE_COMPLETE");
    let elb = &scene.setup.elb;
    let set = elb
        .set_security_groups()
        .load_balancer_arn(&scene.setup.balancer);
    set.security_groups(account.output("closed", "Group").await)
        .send()
        .await
        .expect("set");
    assert_eq!(Visitor::new(&[]).follow(&page).await.status, 500);
    let set = elb
        .set_security_groups()
        .load_balancer_arn(&scene.setup.balancer);
    set.security_groups(account.output("network", "Group").await)
        .send()
        .await
        .expect("set");
    assert_eq!(Visitor::new(&[]).follow(&page).await.status, 200);
    scene.setup.account.local.stop().await;
}
