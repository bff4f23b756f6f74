//! Load balancers: their API, and requests that pass through them.

mod access_logs;
mod api;
mod login;
mod refusals;
mod routing;
mod tls;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, ForwardActionConfig, ProtocolEnum, TargetDescription, TargetGroupTuple,
    TargetTypeEnum,
};
use axum::Router;
use axum::http::{HeaderMap, Uri};
use e2e::Account;
use tokio::net::TcpListener;

/// A network with two subnets.
const NETWORK: &str = "
Resources:
  Vpc: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: 10.0.0.0/16}}
  Gateway: {Type: 'AWS::EC2::InternetGateway'}
  Attachment: {Type: 'AWS::EC2::VPCGatewayAttachment', Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
  Table: {Type: 'AWS::EC2::RouteTable', Properties: {VpcId: !Ref Vpc}}
  Route: {Type: 'AWS::EC2::Route', DependsOn: Attachment, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}
  A: {Type: 'AWS::EC2::Subnet', Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: eu-central-1a}}
  B: {Type: 'AWS::EC2::Subnet', Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: eu-central-1b}}
  RouteA: {Type: 'AWS::EC2::SubnetRouteTableAssociation', Properties: {SubnetId: !Ref A, RouteTableId: !Ref Table}}
  RouteB: {Type: 'AWS::EC2::SubnetRouteTableAssociation', Properties: {SubnetId: !Ref B, RouteTableId: !Ref Table}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: everything
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: '-1', CidrIp: 0.0.0.0/0}]
Outputs:
  Vpc: {Value: !Ref Vpc}
  A: {Value: !Ref A}
  B: {Value: !Ref B}
  Group: {Value: !Ref Group}
";

/// A local AWS with a network and one load balancer.
struct Setup {
    account: Account,
    elb: Client,
    vpc: String,
    /// The ARN of the load balancer.
    balancer: String,
    /// Its address: `127.0.0.1:PORT`.
    address: String,
}

impl Setup {
    async fn new() -> Self {
        let account = Account::new().await;
        assert_eq!(
            account.deploy("network", NETWORK, &[]).await,
            "CREATE_COMPLETE"
        );
        let vpc = account.output("network", "Vpc").await;
        let elb = Client::new(&account.config);
        let made = elb
            .create_load_balancer()
            .name("web")
            .subnets(account.output("network", "A").await)
            .subnets(account.output("network", "B").await)
            .security_groups(account.output("network", "Group").await)
            .send()
            .await
            .unwrap();
        let balancer = &made.load_balancers()[0];
        Self {
            vpc,
            balancer: balancer.load_balancer_arn().unwrap().to_owned(),
            address: balancer.dns_name().unwrap().to_owned(),
            elb,
            account,
        }
    }

    /// A target group with one target, a server that answers with `name` and what it was asked.
    async fn group(&self, name: &'static str) -> String {
        let arn = self.empty_group(name).await;
        self.register(&arn, name).await;
        arn
    }

    async fn empty_group(&self, name: &str) -> String {
        let made = self
            .elb
            .create_target_group()
            .name(name)
            .protocol(ProtocolEnum::Http)
            .port(8080)
            .vpc_id(&self.vpc)
            .target_type(TargetTypeEnum::Ip)
            .health_check_interval_seconds(5)
            .health_check_timeout_seconds(2)
            .send()
            .await
            .unwrap();
        made.target_groups()[0]
            .target_group_arn()
            .unwrap()
            .to_owned()
    }

    /// Registers a server that answers with `name` and what it was asked.
    async fn register(&self, group: &str, name: &'static str) -> u16 {
        let port = serve(name).await;
        let target = TargetDescription::builder()
            .id("127.0.0.1")
            .port(port.into())
            .build();
        self.elb
            .register_targets()
            .target_group_arn(group)
            .targets(target)
            .send()
            .await
            .unwrap();
        port
    }

    /// A listener, by its ARN.
    async fn listener(&self, port: i32, action: Action) -> String {
        let made = self
            .elb
            .create_listener()
            .load_balancer_arn(&self.balancer)
            .protocol(ProtocolEnum::Http)
            .port(port)
            .default_actions(action)
            .send()
            .await
            .unwrap();
        made.listeners()[0].listener_arn().unwrap().to_owned()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Waits until the load balancer answers with the status.
    async fn until_status(&self, path: &str, status: u16) {
        let url = self.url(path);
        e2e::until("the load balancer to answer", async || {
            (e2e::http::get(&url).await.status == status).then_some(())
        })
        .await;
    }
}

/// Forwards to one target group.
fn forward(group: &str) -> Action {
    Action::builder()
        .r#type(ActionTypeEnum::Forward)
        .target_group_arn(group)
        .build()
}

/// Forwards to target groups by weight.
fn weighted(groups: &[(&str, i32)]) -> Action {
    let mut config = ForwardActionConfig::builder();
    for (group, weight) in groups {
        let tuple = TargetGroupTuple::builder()
            .target_group_arn(*group)
            .weight(*weight);
        config = config.target_groups(tuple.build());
    }
    Action::builder()
        .r#type(ActionTypeEnum::Forward)
        .forward_config(config.build())
        .build()
}

/// A server on a free port: it answers with its name, the path, and the headers of the load balancer.
async fn serve(name: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = move |uri: Uri, headers: HeaderMap| async move {
        let shown: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")))
            .collect();
        format!("{name} {uri}\n{}", shown.join("\n"))
    };
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

/// The message of an error of the SDK.
fn message<E: aws_sdk_elasticloadbalancingv2::error::ProvideErrorMetadata>(err: &E) -> String {
    let (code, message) = (err.code().unwrap_or(""), err.message().unwrap_or(""));
    format!("{code}: {message}")
}
