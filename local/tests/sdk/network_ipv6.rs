//! IPv6: what a dual-stack network has, and that it decides what a browser reaches.

use std::time::Duration;

use e2e::Account;
use e2e::http::get;

use crate::call::query;

/// A dual-stack load balancer that only IPv6 clients may reach.
const TEMPLATE: &str = r"
Parameters:
  Type: {Type: String, Default: dualstack}
  Route: {Type: String, Default: '::/0'}
  From: {Type: String, Default: '::/0'}
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.3.0.0/16}
  Block:
    Type: AWS::EC2::VPCCidrBlock
    Properties: {VpcId: !Ref Vpc, AmazonProvidedIpv6CidrBlock: true}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Attachment:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}
  One:
    Type: AWS::EC2::Subnet
    DependsOn: Block
    Properties:
      VpcId: !Ref Vpc
      AvailabilityZone: !Select [0, !GetAZs '']
      CidrBlock: 10.3.0.0/24
      Ipv6CidrBlock: !Select [0, !Cidr [!Select [0, !GetAtt Vpc.Ipv6CidrBlocks], 2, 64]]
  Two:
    Type: AWS::EC2::Subnet
    DependsOn: Block
    Properties:
      VpcId: !Ref Vpc
      AvailabilityZone: !Select [1, !GetAZs '']
      CidrBlock: 10.3.1.0/24
  TwoBlock:
    Type: AWS::EC2::SubnetCidrBlock
    Properties:
      SubnetId: !Ref Two
      Ipv6CidrBlock: !Select [1, !Cidr [!Select [0, !GetAtt Vpc.Ipv6CidrBlocks], 2, 64]]
  Table:
    Type: AWS::EC2::RouteTable
    Properties: {VpcId: !Ref Vpc}
  Ipv4Route:
    Type: AWS::EC2::Route
    DependsOn: Attachment
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
  Ipv6Route:
    Type: AWS::EC2::Route
    DependsOn: Attachment
    Properties: {RouteTableId: !Ref Table, DestinationIpv6CidrBlock: !Ref Route, GatewayId: !Ref Gateway}
  OneTable:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref One, RouteTableId: !Ref Table}
  TwoTable:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref Two, RouteTableId: !Ref Table}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: IPv6 only
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIpv6: !Ref From}]
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    DependsOn: [Ipv4Route, Ipv6Route, TwoBlock]
    Properties: {IpAddressType: !Ref Type, Subnets: [!Ref One, !Ref Two], SecurityGroups: [!Ref Group]}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 80
      Protocol: HTTP
      DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '200', MessageBody: ok}}]
Outputs:
  Url: {Value: !Sub 'http://${Balancer.DNSName}/'}
";

async fn answers(account: &Account) -> bool {
    let url = account.output("six", "Url").await;
    let answer = tokio::time::timeout(Duration::from_millis(500), get(&url)).await;
    answer.is_ok_and(|answer| answer.text == "ok")
}

async fn stopped_by(account: &Account) -> String {
    let endpoint = account.local.endpoint_url();
    let address = format!("{endpoint}/_local/explain?from=internet&to=load-balancer");
    let text = get(&address).await.text;
    let stopped = text.lines().find(|line| line.contains('✗'));
    stopped.unwrap_or("it gets through").to_owned()
}

#[tokio::test]
async fn a_browser_reaches_a_dual_stack_load_balancer_over_ipv6() {
    let account = Account::new().await;
    let deploy = async |given: &[(&str, &str)], expected: &str| {
        let status = account.deploy("six", TEMPLATE, given).await;
        assert_eq!(status, expected, "{given:?}");
    };
    deploy(&[], "CREATE_COMPLETE").await;
    assert!(answers(&account).await, "{}", stopped_by(&account).await);

    // Without an address of IPv6, only IPv4 counts.
    deploy(&[("Type", "ipv4")], "UPDATE_COMPLETE").await;
    assert!(!answers(&account).await);
    let why = stopped_by(&account).await;
    assert!(
        why.contains("does not let TCP 80 in from 0.0.0.0/0"),
        "{why}"
    );

    let without = ("Type", "dualstack-without-public-ipv4");
    deploy(&[without], "UPDATE_COMPLETE").await;
    assert!(answers(&account).await, "{}", stopped_by(&account).await);
    deploy(
        &[
            without,
            ("Route", "2001:db8::/32"),
            ("From", "2001:db8:1::/48"),
        ],
        "UPDATE_COMPLETE",
    )
    .await;
    assert!(answers(&account).await, "{}", stopped_by(&account).await);
    deploy(
        &[without, ("Route", "2001:db8::/32"), ("From", "2a00::/16")],
        "UPDATE_COMPLETE",
    )
    .await;
    assert!(!answers(&account).await);
    let why = stopped_by(&account).await;
    assert!(why.contains("does not let TCP 80 in from ::/0"), "{why}");
    deploy(&[without, ("Route", "fd00::/8")], "UPDATE_COMPLETE").await;
    assert!(!answers(&account).await);
    let why = stopped_by(&account).await;
    assert!(
        why.contains("no IPv6 route to an internet gateway"),
        "{why}"
    );
}

#[tokio::test]
async fn the_blocks_and_addresses_of_ipv6_are_shown_and_checked() {
    let account = Account::new().await;
    let status = account.deploy("six", TEMPLATE, &[]).await;
    assert_eq!(status, "CREATE_COMPLETE");
    let describe = async |action: &str| {
        let form = format!("Action={action}&Version=2016-11-15");
        query(&account, "ec2", &form).await.text
    };
    let subnets = describe("DescribeSubnets").await;
    assert_eq!(
        subnets.matches("::/64</ipv6CidrBlock>").count(),
        2,
        "{subnets}"
    );
    let interfaces = describe("DescribeNetworkInterfaces").await;
    assert_eq!(
        interfaces.matches("<ipv6AddressesSet><item>").count(),
        2,
        "{interfaces}"
    );

    for (block, sentence) in [
        ("2001:db8::/64", "The CIDR '2001:db8::/64' is invalid."),
        (
            "!Select [0, !Cidr [!Select [0, !GetAtt Vpc.Ipv6CidrBlocks], 2, 64]]",
            "conflicts with another subnet",
        ),
    ] {
        let from = "!Select [1, !Cidr [!Select [0, !GetAtt Vpc.Ipv6CidrBlocks], 2, 64]]";
        let wrong = TEMPLATE.replace(from, block);
        let other = Account::new().await;
        assert_eq!(
            other.deploy("six", &wrong, &[]).await,
            "ROLLBACK_COMPLETE",
            "{block}"
        );
        let events = other
            .cloudformation
            .describe_stack_events()
            .stack_name("six");
        let events = events.send().await.unwrap();
        let mut reasons = events
            .stack_events()
            .iter()
            .filter_map(|event| event.resource_status_reason());
        assert!(reasons.any(|reason| reason.contains(sentence)), "{block}");
    }
}
