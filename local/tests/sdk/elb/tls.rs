//! HTTPS listeners, with a client that trusts the authority of the local AWS.

use super::Setup;

/// The zone is a stack of its own: the records that validate a certificate stay in it when the
/// certificate is deleted, as on AWS, and a zone with records cannot be deleted.
const ZONE: &str = "
Resources:
  Zone: {Type: 'AWS::Route53::HostedZone', Properties: {Name: example.test}}
Outputs:
  Zone: {Value: !Ref Zone}
";

/// A certificate that a hosted zone validates, and a load balancer that uses it.
const STACK: &str = "
Parameters:
  Balancer: {Type: String}
  Zone: {Type: 'AWS::Route53::HostedZone::Id'}
Resources:
  Certificate:
    Type: AWS::CertificateManager::Certificate
    Properties:
      DomainName: app.example.test
      ValidationMethod: DNS
      DomainValidationOptions: [{DomainName: app.example.test, HostedZoneId: !Ref Zone}]
  Other:
    Type: AWS::CertificateManager::Certificate
    Properties:
      DomainName: '*.other.example.test'
      ValidationMethod: DNS
      DomainValidationOptions: [{DomainName: '*.other.example.test', HostedZoneId: !Ref Zone}]
  Https:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 443
      Protocol: HTTPS
      SslPolicy: POLICY
      Certificates: [{CertificateArn: !Ref Certificate}]
      DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '200', ContentType: text/plain, MessageBody: secure}}]
  More:
    Type: AWS::ElasticLoadBalancingV2::ListenerCertificate
    Properties: {ListenerArn: !Ref Https, Certificates: [{CertificateArn: !Ref Other}]}
  Http:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 80
      Protocol: HTTP
      DefaultActions: [{Type: redirect, RedirectConfig: {Protocol: HTTPS, Port: '443', StatusCode: HTTP_301}}]
";

async fn deploy(setup: &Setup, template: &str) -> String {
    let account = &setup.account;
    assert_eq!(account.deploy("zone", ZONE, &[]).await, "CREATE_COMPLETE");
    let zone = account.output("zone", "Zone").await;
    let parameters = [
        ("Balancer", setup.balancer.as_str()),
        ("Zone", zone.as_str()),
    ];
    account.deploy("tls", template, &parameters).await
}

async fn client(setup: &Setup, hosts: &[&str]) -> reqwest::Client {
    let url = format!("{}/_local/ca.pem", setup.account.local.endpoint_url());
    let pem = e2e::http::get(&url).await.text;
    let authority = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
    let mut client = reqwest::Client::builder().tls_certs_only([authority]);
    for host in hosts {
        client = client.resolve(host, setup.address.parse().unwrap());
    }
    client.build().unwrap()
}

#[tokio::test]
async fn http_redirects_to_https_and_each_name_has_its_certificate() {
    let setup = Setup::new().await;
    let template = STACK.replace("POLICY", "ELBSecurityPolicy-TLS13-1-2-2021-06");
    assert_eq!(deploy(&setup, &template).await, "CREATE_COMPLETE");
    let hosts = [
        "app.example.test",
        "a.other.example.test",
        "a.b.other.example.test",
    ];
    let client = client(&setup, &hosts).await;
    let port = setup.address.rsplit_once(':').unwrap().1;
    let get = async |url: String| client.get(url).send().await;
    let answer = get(setup.url("/path")).await.unwrap();
    assert_eq!(
        answer.url().as_str(),
        format!("https://{}/path", setup.address)
    );
    assert_eq!(answer.text().await.unwrap(), "secure");
    for host in &hosts[..2] {
        let text = get(format!("https://{host}:{port}/"))
            .await
            .unwrap()
            .text()
            .await;
        assert_eq!(text.unwrap(), "secure");
    }
    assert!(get(format!("https://{}:{port}/", hosts[2])).await.is_err());
    // A client that does not know the authority refuses the certificate.
    let stranger = reqwest::get(format!("https://{}/", setup.address)).await;
    assert!(stranger.is_err());
    setup.account.local.stop().await;
}

#[tokio::test]
async fn plain_http_to_an_https_port_is_refused() {
    let setup = Setup::new().await;
    let start = STACK.find("  Http:").unwrap();
    let template = STACK[..start].replace("POLICY", "ELBSecurityPolicy-2016-08");
    assert_eq!(deploy(&setup, &template).await, "CREATE_COMPLETE");
    let answer = e2e::http::get(&setup.url("/")).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer
            .text
            .contains("The plain HTTP request was sent to HTTPS port"),
        "{}",
        answer.text
    );
    setup.account.local.stop().await;
}

#[tokio::test]
async fn a_wrong_policy_fails_the_listener() {
    let setup = Setup::new().await;
    let template = STACK.replace("POLICY", "ELBSecurityPolicy-2099-01");
    assert_eq!(deploy(&setup, &template).await, "ROLLBACK_COMPLETE");
    let events = setup
        .account
        .cloudformation
        .describe_stack_events()
        .stack_name("tls")
        .send()
        .await
        .unwrap();
    let reasons: Vec<_> = events
        .stack_events()
        .iter()
        .filter_map(|event| event.resource_status_reason())
        .collect();
    assert!(
        reasons.iter().any(|reason| reason.contains(
            "SSL policy 'ELBSecurityPolicy-2099-01' not found (Service: ElasticLoadBalancingV2"
        )),
        "{reasons:?}"
    );
    setup.account.local.stop().await;
}

#[tokio::test]
async fn a_listener_sets_headers_of_responses() {
    let setup = Setup::new().await;
    let template = STACK.replace("POLICY", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09");
    let attributes = "
      ListenerAttributes:
        - {Key: routing.http.response.strict_transport_security.header_value, Value: max-age=31536000}
        - {Key: routing.http.response.x_frame_options.header_value, Value: DENY}
      DefaultActions: [{Type: forward, TargetGroupArn: 'GROUP'}]
  More:";
    let start = template
        .find("\n      DefaultActions: [{Type: fixed")
        .unwrap();
    let end = template.find("\n  More:").unwrap();
    let attributes = attributes.replace("GROUP", &setup.group("page").await);
    let template = format!(
        "{}{attributes}{}",
        &template[..start],
        &template[end + "\n  More:".len()..]
    );
    assert_eq!(deploy(&setup, &template).await, "CREATE_COMPLETE");
    let client = client(&setup, &[]).await;
    let url = format!("https://{}/", setup.address);
    let answer = e2e::until("the target to answer", async || {
        let answer = client.get(&url).send().await.unwrap();
        answer.status().is_success().then_some(answer)
    })
    .await;
    for (name, value) in [
        ("strict-transport-security", "max-age=31536000"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(answer.headers()[name], value);
    }
    setup.account.local.stop().await;
}
