//! Login at an identity provider: the stack, the load balancer and the app together.

use std::io::Write as _;

use e2e::provider::{CLIENT, Provider, SECRET, Visitor};
use e2e::{Account, command};
use tempfile::NamedTempFile;

use crate::commands::{fails, succeeds};

const DOMAIN: &str = "app.example.test";

/// The zone of the domain, and the secret of the client.
const SURROUNDINGS: &str = "
Resources:
  Zone: {Type: 'AWS::Route53::HostedZone', Properties: {Name: example.test}}
  Secret: {Type: 'AWS::SecretsManager::Secret', Properties: {Name: showtable-login, SecretString: 'SECRET'}}
";

/// An account with a network, a table, a zone and a secret.
async fn account() -> Account {
    let account = Account::new().await;
    succeeds(&account, "vpc deploy").await;
    succeeds(&account, "table deploy").await;
    let template = SURROUNDINGS.replace("SECRET'", &format!("{SECRET}'"));
    assert_eq!(
        account.deploy("around", &template, &[]).await,
        "CREATE_COMPLETE"
    );
    account
}

/// Runs a command that trusts the authority of the provider. Returns whether it succeeds, and what it prints.
async fn run(account: &Account, provider: &Provider, line: &str) -> (bool, String) {
    let mut trusted = NamedTempFile::new().expect("a file");
    trusted
        .write_all(provider.authority.as_bytes())
        .expect("written");
    let mut command = command(&account.local.endpoint_url(), line);
    command.env("SSL_CERT_FILE", trusted.path());
    let ran = tokio::task::spawn_blocking(move || command.output().expect("it runs"));
    let ran = ran.await.expect("it ends");
    drop(trusted);
    (
        ran.status.success(),
        String::from_utf8_lossy(&ran.stderr).into_owned(),
    )
}

/// The port of the load balancer on this machine.
async fn port(account: &Account) -> String {
    let name = account.output("container", "LoadBalancerDNS").await;
    let (_, port) = name.rsplit_once(':').expect("a port");
    port.to_owned()
}

/// Lets requests over HTTP through to the tasks, as if somebody had found a way past the login. What a
/// client says about itself stays in them.
async fn open_a_back_door(account: &Account) -> String {
    let elb = aws_sdk_elasticloadbalancingv2::Client::new(&account.config);
    let balancers = elb
        .describe_load_balancers()
        .send()
        .await
        .expect("described");
    let balancer = balancers.load_balancers()[0]
        .load_balancer_arn()
        .expect("an ARN");
    let listeners = elb.describe_listeners().load_balancer_arn(balancer);
    let listeners = listeners.send().await.expect("described");
    let mut plain = listeners
        .listeners()
        .iter()
        .filter(|one| one.port() == Some(80));
    let plain = plain
        .next()
        .and_then(|one| one.listener_arn())
        .expect("an ARN");
    let rules = elb
        .describe_rules()
        .listener_arn(plain)
        .send()
        .await
        .expect("described");
    let mut redirects = rules
        .rules()
        .iter()
        .filter(|rule| rule.is_default() == Some(false));
    let redirect = redirects
        .next()
        .and_then(|rule| rule.rule_arn())
        .expect("a redirect");
    elb.delete_rule()
        .rule_arn(redirect)
        .send()
        .await
        .expect("deleted");
    format!("http://127.0.0.1:{}", port(account).await)
}

#[tokio::test]
async fn users_log_in_at_the_provider_and_a_forged_header_is_worth_nothing() {
    let (account, provider) = tokio::join!(account(), Provider::start());
    let line = format!(
        "container deploy --image local/showtable --domain {DOMAIN} --oidc {} --oidc-client-id {CLIENT} --oidc-secret showtable-login",
        provider.issuer
    );
    let (succeeded, printed) = run(&account, &provider, &line).await;
    assert!(succeeded, "{printed}");
    assert!(printed.contains("/oauth2/idpresponse"), "{printed}");
    assert!(!printed.contains("get-parameter"), "{printed}");
    let port = port(&account).await;
    let page = format!("https://{DOMAIN}:{port}/query?format=json");
    let mut anna = Visitor::new(&[DOMAIN]);
    let seen = anna.follow(&page).await;
    assert_eq!(
        (seen.status, seen.url.as_str()),
        (200, page.as_str()),
        "{}",
        seen.text
    );
    assert_eq!(provider.logins(), 1);
    let logged = succeeds(&account, "container logs --since 1h").await;
    assert!(logged.contains("anna@example.com"), "{logged}");

    // Past the load balancer, nothing helps: no password, and no header that nobody has signed.
    let task = open_a_back_door(&account).await;
    let password = account
        .ssm
        .get_parameter()
        .name("/go-on-aws/credentials")
        .with_decryption(true);
    let password = password
        .send()
        .await
        .expect("read")
        .parameter
        .and_then(|one| one.value);
    let direct = e2e::http::get_as(&task, "/query", &password.expect("a password")).await;
    assert_eq!(direct.status, 401);
    assert!(
        direct.header("www-authenticate").is_none() && direct.text.contains("identity provider")
    );
    let mut mallory = Visitor::new(&[]);
    for header in ["", "a.b.c", "e30=.e30=.AAAA"] {
        let seen = mallory
            .get_with(&format!("{task}/query"), &[("x-amzn-oidc-data", header)])
            .await;
        assert_eq!(seen.status, 401, "{header}");
    }

    // Without HTTPS there is no such login, so the two go together.
    let refused = fails(&account, "container deploy --http --yes").await;
    assert!(refused.contains("add --no-oidc"), "{refused}");
    let (succeeded, printed) = run(&account, &provider, "container deploy --no-oidc --yes").await;
    assert!(succeeded, "{printed}");
    let again = anna.get(&format!("https://{DOMAIN}:{port}/")).await;
    assert_eq!(again.status, 401);
    assert!(
        again.headers.contains_key("www-authenticate"),
        "names and passwords again"
    );
    account.local.stop().await;
}

#[tokio::test]
async fn mistakes_in_the_options_are_named_before_anything_happens() {
    let account = Account::new().await;
    let rest = "--oidc-client-id a --oidc-secret b";
    for (line, said) in [
        (
            format!("--oidc https://127.0.0.1:1 {rest}"),
            "add --domain NAME or --certificate ARN",
        ),
        (
            format!("--certificate arn:aws:acm:x --oidc https://127.0.0.1:1 {rest}"),
            "cannot be read",
        ),
        (
            format!("--certificate arn:aws:acm:x --oidc http://a {rest}"),
            "write --oidc as https://HOST",
        ),
    ] {
        let line = format!("container deploy --image local/showtable {line}");
        let printed = fails(&account, &line).await;
        assert!(printed.contains(said), "{line}: {printed}");
        assert!(account.stack("container").await.is_none());
    }
    account.local.stop().await;
}
