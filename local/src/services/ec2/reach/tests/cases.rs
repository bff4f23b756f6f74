//! The cases.

use serde_json::{Value, json};

use super::Expected::{Stopped, Through};
use super::Way::{
    BalancerToTask, BrowserToBalancer, BrowserToTask, ClientToBalancer, TaskTo, TaskToInternet,
};
use super::{Case, Net};
use crate::services::ec2::interfaces::{Owner, Public, Wanted, attach};

pub(super) const ROUTES: &[Case] = &[
    (
        "no gateway",
        |net| net.remove("IGW|vpc-1"),
        BrowserToBalancer,
        Stopped("vpc-1", "No internet gateway is attached"),
    ),
    (
        "no gateway",
        |net| net.remove("IGW|vpc-1"),
        TaskTo("ssm"),
        Stopped("vpc-1", "No internet gateway is attached"),
    ),
    (
        "no gateway",
        |net| net.remove("IGW|vpc-1"),
        TaskTo("dynamodb"),
        Through,
    ),
    (
        "no public route",
        |net| net.remove("public-route"),
        BrowserToBalancer,
        Stopped("rtb-public", "no route to an internet gateway"),
    ),
    (
        "no public route",
        |net| net.remove("public-route"),
        TaskTo("ssm"),
        Stopped("rtb-public", "no route to the internet"),
    ),
    (
        "no private route",
        |net| net.remove("private-route"),
        TaskTo("ssm"),
        Stopped("rtb-private", "no route to the internet"),
    ),
    (
        "no private route",
        |net| net.remove("private-route"),
        TaskTo("dynamodb"),
        Through,
    ),
    (
        "no private route",
        |net| net.remove("private-route"),
        BalancerToTask,
        Through,
    ),
    (
        "main table",
        |net| net.remove("public-association"),
        BrowserToBalancer,
        Stopped("rtb-main", "it is a private subnet"),
    ),
    (
        "main table",
        |net| net.remove("private-association"),
        TaskTo("ssm"),
        Stopped("rtb-main", "no route"),
    ),
    (
        "main table with a route",
        |net| {
            net.remove("public-association");
            net.set("public-route", "RouteTableId", json!("rtb-main"));
        },
        BrowserToBalancer,
        Through,
    ),
    (
        "no NAT gateway",
        |net| net.remove("nat-1"),
        TaskTo("ssm"),
        Stopped("nat-1", "blackhole"),
    ),
    (
        "NAT gateway in a private subnet",
        |net| net.set("nat-1", "SubnetId", json!("subnet-private")),
        TaskTo("ssm"),
        Stopped("nat-1", "private subnet"),
    ),
    (
        "private NAT gateway",
        |net| net.set("nat-1", "ConnectivityType", json!("private")),
        TaskTo("ssm"),
        Stopped("nat-1", "is private"),
    ),
    (
        "regional NAT gateway",
        |net| {
            net.set("nat-1", "SubnetId", Value::Null);
            net.set("nat-1", "VpcId", json!("vpc-1"));
            net.set("nat-1", "AvailabilityMode", json!("regional"));
            net.remove("public-route");
        },
        TaskTo("ssm"),
        Through,
    ),
    (
        "balancer in a private subnet",
        |net| net.places[0] = "subnet-private",
        BrowserToBalancer,
        Stopped("rtb-private", "it is a private subnet"),
    ),
    (
        "internal balancer",
        |net| net.balancer_is_public = false,
        BrowserToBalancer,
        Stopped("eni", "no public address"),
    ),
    (
        "task in a public subnet",
        |net| net.places[1] = "subnet-public",
        TaskTo("ssm"),
        Stopped("eni", "no public address"),
    ),
    (
        "task in a public subnet with an address",
        |net| {
            net.places[1] = "subnet-public";
            net.task_is_public = true;
        },
        TaskToInternet,
        Through,
    ),
    (
        "an address does not help in a private subnet without a NAT gateway",
        |net| {
            net.task_is_public = true;
            net.remove("private-route");
        },
        TaskTo("ssm"),
        Stopped("rtb-private", "no route"),
    ),
    (
        "the longest prefix wins",
        |net| {
            net.add("Route", "hole", json!({"RouteTableId": "rtb-private", "DestinationCidrBlock": "52.95.0.0/16", "GatewayId": "vgw-1"}));
        },
        TaskTo("ssm"),
        Stopped("rtb-private", "no route"),
    ),
    (
        "an IPv6 route is none for IPv4",
        |net| {
            net.set("private-route", "DestinationCidrBlock", Value::Null);
            net.set("private-route", "DestinationIpv6CidrBlock", json!("::/0"));
        },
        TaskTo("ssm"),
        Stopped("rtb-private", "no route"),
    ),
    (
        "no names",
        |net| net.set("vpc-1", "EnableDnsSupport", json!(false)),
        TaskTo("dynamodb"),
        Stopped("vpc-1", "resolves no names"),
    ),
];

fn rule(protocol: &str, port: u16, key: &str, peer: &str) -> Value {
    json!({"IpProtocol": protocol, "FromPort": port, "ToPort": port, key: peer})
}

pub(super) const GROUPS: &[Case] = &[
    (
        "wrong port in",
        |net| {
            net.set(
                "sg-balancer",
                "SecurityGroupIngress",
                json!([rule("tcp", 81, "CidrIp", "0.0.0.0/0")]),
            );
        },
        BrowserToBalancer,
        Stopped("sg-balancer", "TCP 80 in from 0.0.0.0/0"),
    ),
    (
        "no rule in",
        |net| net.set("sg-balancer", "SecurityGroupIngress", json!([])),
        BrowserToBalancer,
        Stopped("sg-balancer", "TCP 80 in from"),
    ),
    (
        "UDP in",
        |net| {
            net.set(
                "sg-balancer",
                "SecurityGroupIngress",
                json!([rule("udp", 80, "CidrIp", "0.0.0.0/0")]),
            );
        },
        BrowserToBalancer,
        Stopped("sg-balancer", "TCP 80 in from"),
    ),
    (
        "all protocols in",
        |net| {
            net.set(
                "sg-balancer",
                "SecurityGroupIngress",
                json!([{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]),
            );
        },
        BrowserToBalancer,
        Through,
    ),
    (
        "TCP by number",
        |net| {
            net.set(
                "sg-balancer",
                "SecurityGroupIngress",
                json!([rule("6", 80, "CidrIp", "0.0.0.0/0")]),
            );
        },
        BrowserToBalancer,
        Through,
    ),
    (
        "in from the VPC only",
        |net| {
            net.set(
                "sg-balancer",
                "SecurityGroupIngress",
                json!([rule("tcp", 80, "CidrIp", "10.0.0.0/16")]),
            );
        },
        BrowserToBalancer,
        Stopped("sg-balancer", "TCP 80 in from"),
    ),
    (
        "in from an office",
        |net| {
            net.set(
                "sg-balancer",
                "SecurityGroupIngress",
                json!([rule("tcp", 80, "CidrIp", "203.0.113.7/32")]),
            );
        },
        BrowserToBalancer,
        Through,
    ),
    (
        "in from CloudFront",
        |net| {
            net.set(
                "sg-balancer",
                "SecurityGroupIngress",
                json!([rule("tcp", 80, "SourcePrefixListId", "pl-a3a144ca")]),
            );
        },
        BrowserToBalancer,
        Stopped("sg-balancer", "TCP 80 in from"),
    ),
    (
        "in from a prefix list of offices",
        |net| offices(net, "203.0.113.0/24"),
        BrowserToBalancer,
        Through,
    ),
    (
        "in from a prefix list without the client",
        |net| offices(net, "203.0.113.0/24"),
        ClientToBalancer,
        Stopped("sg-balancer", "TCP 80 in from 198.51.100.7"),
    ),
    (
        "in from a prefix list with the client",
        |net| offices(net, "198.51.100.0/24"),
        ClientToBalancer,
        Through,
    ),
    ("in from anywhere", |_| {}, ClientToBalancer, Through),
    (
        "in over IPv6 from a prefix list",
        |net| {
            with_ipv6(net);
            offices(net, "2001:db8:1::/48");
        },
        BrowserToBalancer,
        Through,
    ),
    (
        "in over IPv6, which its network has",
        with_ipv6,
        BrowserToBalancer,
        Through,
    ),
    (
        "in over IPv6, which no route leads back",
        |net| {
            with_ipv6(net);
            net.remove("ipv6-route");
        },
        BrowserToBalancer,
        Stopped("sg-balancer", "TCP 80 in from 0.0.0.0/0"),
    ),
    (
        "in over IPv6, which an ACL denies",
        |net| {
            with_ipv6(net);
            for (egress, number) in [(false, 1), (true, 2)] {
                let entry = json!({
                    "NetworkAclId": "acl-1", "Protocol": -1, "RuleAction": "allow", "RuleNumber": number,
                    "Egress": egress, "CidrBlock": "0.0.0.0/0",
                });
                net.add("NetworkAclEntry", &format!("entry-{number}"), entry);
            }
            net.add("NetworkAcl", "acl-1", json!({"VpcId": "vpc-1"}));
            let association = json!({"SubnetId": "subnet-public", "NetworkAclId": "acl-1"});
            net.add(
                "SubnetNetworkAclAssociation",
                "acl-association",
                association,
            );
        },
        BrowserToBalancer,
        Stopped("sg-balancer", "TCP 80 in from 0.0.0.0/0"),
    ),
    (
        "in over IPv6 only",
        |net| {
            net.set(
                "sg-balancer",
                "SecurityGroupIngress",
                json!([rule("tcp", 80, "CidrIpv6", "::/0")]),
            );
        },
        BrowserToBalancer,
        Stopped("sg-balancer", "TCP 80 in from"),
    ),
    (
        "no rule out",
        |net| {
            net.set(
                "sg-balancer",
                "SecurityGroupEgress",
                json!([rule("-1", 0, "CidrIp", "127.0.0.1/32")]),
            );
        },
        BalancerToTask,
        Stopped("sg-balancer", "TCP 8080 out to sg-task"),
    ),
    (
        "default rule out",
        |net| net.set("sg-balancer", "SecurityGroupEgress", json!([])),
        BalancerToTask,
        Through,
    ),
    (
        "out to another group",
        |net| {
            net.set(
                "sg-balancer",
                "SecurityGroupEgress",
                json!([rule(
                    "tcp",
                    8080,
                    "DestinationSecurityGroupId",
                    "sg-balancer"
                )]),
            );
        },
        BalancerToTask,
        Stopped("sg-balancer", "out to sg-task"),
    ),
    (
        "out to another port",
        |net| {
            net.set(
                "sg-balancer",
                "SecurityGroupEgress",
                json!([rule("tcp", 80, "DestinationSecurityGroupId", "sg-task")]),
            );
        },
        BalancerToTask,
        Stopped("sg-balancer", "TCP 8080 out"),
    ),
    (
        "out to the subnet",
        |net| {
            net.set(
                "sg-balancer",
                "SecurityGroupEgress",
                json!([rule("tcp", 8080, "CidrIp", "10.0.128.0/18")]),
            );
        },
        BalancerToTask,
        Through,
    ),
    (
        "no ingress of the task",
        |net| net.remove("task-ingress"),
        BalancerToTask,
        Stopped("sg-task", "TCP 8080 in from sg-balancer"),
    ),
    (
        "ingress of another port",
        |net| {
            net.set("task-ingress", "FromPort", json!(80));
            net.set("task-ingress", "ToPort", json!(80));
        },
        BalancerToTask,
        Stopped("sg-task", "TCP 8080 in from"),
    ),
    (
        "ingress of a range",
        |net| net.set("task-ingress", "FromPort", json!(8000)),
        BalancerToTask,
        Through,
    ),
    (
        "ingress from another group",
        |net| net.set("task-ingress", "SourceSecurityGroupId", json!("sg-task")),
        BalancerToTask,
        Stopped("sg-task", "in from sg-balancer"),
    ),
    (
        "ingress in another group",
        |net| net.set("task-ingress", "GroupId", json!("sg-balancer")),
        BalancerToTask,
        Stopped("sg-task", "in from sg-balancer"),
    ),
    (
        "task without a way out",
        |net| {
            net.set(
                "sg-task",
                "SecurityGroupEgress",
                json!([rule("tcp", 80, "CidrIp", "0.0.0.0/0")]),
            );
        },
        TaskTo("dynamodb"),
        Stopped(
            "sg-task",
            "out to pl-66a5400f (com.amazonaws.eu-central-1.dynamodb)",
        ),
    ),
    (
        "task out to the VPC only",
        |net| {
            net.set(
                "sg-task",
                "SecurityGroupEgress",
                json!([rule("tcp", 443, "CidrIp", "10.0.0.0/16")]),
            );
        },
        TaskTo("ssm"),
        Stopped("sg-task", "TCP 443 out to 0.0.0.0/0"),
    ),
    (
        "task out to a prefix list",
        |net| {
            net.set(
                "sg-task",
                "SecurityGroupEgress",
                json!([rule("tcp", 443, "DestinationPrefixListId", "pl-66a5400f")]),
            );
        },
        TaskTo("dynamodb"),
        Through,
    ),
    (
        "task out to a prefix list",
        |net| {
            net.set(
                "sg-task",
                "SecurityGroupEgress",
                json!([rule("tcp", 443, "DestinationPrefixListId", "pl-66a5400f")]),
            );
        },
        TaskTo("s3"),
        Stopped("sg-task", "out to pl-6ea54007"),
    ),
    (
        "a rule of its own removes the default rule",
        |net| {
            net.set("sg-task", "SecurityGroupEgress", json!([]));
            let mut egress = rule("tcp", 80, "CidrIp", "0.0.0.0/0");
            egress["GroupId"] = "sg-task".into();
            net.add("SecurityGroupEgress", "task-egress", egress);
        },
        TaskTo("ssm"),
        Stopped("sg-task", "TCP 443 out"),
    ),
    (
        "a private task cannot be reached",
        |_| {},
        BrowserToTask,
        Stopped("eni", "no public address"),
    ),
];

/// Puts a network ACL on a subnet, with its entries: number, egress, action, block, ports.
fn acl(net: &mut Net, subnet: &str, entries: &[(u32, bool, &str, &str, u16, u16)]) {
    net.add("NetworkAcl", "acl-1", json!({"VpcId": "vpc-1"}));
    net.add(
        "SubnetNetworkAclAssociation",
        "aclassoc-1",
        json!({"SubnetId": subnet, "NetworkAclId": "acl-1"}),
    );
    for (number, egress, action, block, from, to) in entries {
        net.add("NetworkAclEntry", &format!("acle-{number}-{egress}"), json!({
            "NetworkAclId": "acl-1", "RuleNumber": number, "Egress": egress, "RuleAction": action,
            "CidrBlock": block, "Protocol": 6, "PortRange": {"From": from, "To": to},
        }));
    }
}

const ANY: &str = "0.0.0.0/0";

pub(super) const ACLS: &[Case] = &[
    (
        "an empty ACL",
        |net| acl(net, "subnet-public", &[]),
        BrowserToBalancer,
        Stopped("acl-1", "TCP 80 into"),
    ),
    (
        "in, but not back",
        |net| acl(net, "subnet-public", &[(1, false, "allow", ANY, 80, 80)]),
        BrowserToBalancer,
        Stopped("acl-1", "response"),
    ),
    (
        "in and back",
        |net| {
            acl(
                net,
                "subnet-public",
                &[
                    (1, false, "allow", ANY, 80, 80),
                    (1, true, "allow", ANY, 1024, 65535),
                ],
            );
        },
        BrowserToBalancer,
        Through,
    ),
    (
        "in and partly back",
        |net| {
            acl(
                net,
                "subnet-public",
                &[
                    (1, false, "allow", ANY, 80, 80),
                    (1, true, "allow", ANY, 40000, 65535),
                ],
            );
        },
        BrowserToBalancer,
        Stopped("acl-1", "32768-65535"),
    ),
    (
        "an earlier rule denies",
        |net| {
            acl(
                net,
                "subnet-public",
                &[
                    (1, false, "deny", ANY, 80, 80),
                    (2, false, "allow", ANY, 0, 65535),
                    (2, true, "allow", ANY, 0, 65535),
                ],
            );
        },
        BrowserToBalancer,
        Stopped("acl-1", "rule 1 denies it"),
    ),
    (
        "a later rule does not deny",
        |net| {
            acl(
                net,
                "subnet-public",
                &[
                    (1, false, "allow", ANY, 0, 65535),
                    (2, false, "deny", ANY, 80, 80),
                    (2, true, "allow", ANY, 0, 65535),
                ],
            );
        },
        BrowserToBalancer,
        Through,
    ),
    (
        "out of the task, but not back",
        |net| acl(net, "subnet-private", &[(1, true, "allow", ANY, 443, 443)]),
        TaskTo("dynamodb"),
        Stopped("acl-1", "response"),
    ),
    (
        "out of the task and back",
        |net| {
            acl(
                net,
                "subnet-private",
                &[
                    (1, true, "allow", ANY, 443, 443),
                    (1, false, "allow", ANY, 1024, 65535),
                ],
            );
        },
        TaskTo("ssm"),
        Through,
    ),
    (
        "through the ACL of the NAT gateway",
        |net| {
            acl(
                net,
                "subnet-public",
                &[
                    (1, false, "allow", ANY, 80, 80),
                    (1, true, "allow", ANY, 1024, 65535),
                ],
            );
        },
        TaskTo("ssm"),
        Stopped("acl-1", "TCP 443 into"),
    ),
    (
        "into the task",
        |net| {
            acl(
                net,
                "subnet-private",
                &[
                    (1, false, "allow", "10.0.0.0/18", 8080, 8080),
                    (1, true, "allow", "10.0.0.0/18", 1024, 65535),
                ],
            );
        },
        BalancerToTask,
        Through,
    ),
    (
        "the task answers a load balancer on its lowest port",
        |net| {
            acl(
                net,
                "subnet-private",
                &[
                    (1, false, "allow", "10.0.0.0/18", 8080, 8080),
                    (1, true, "allow", "10.0.0.0/18", 32768, 65535),
                ],
            );
        },
        BalancerToTask,
        Stopped("acl-1", "1024-65535"),
    ),
    (
        "within one subnet an ACL does nothing",
        |net| {
            net.places[1] = "subnet-public";
            acl(net, "subnet-public", &[]);
        },
        BalancerToTask,
        Through,
    ),
];

/// Adds an interface endpoint of SSM in the private subnet, with a security group of its own.
fn endpoint(net: &mut Net, private_dns: bool, ingress: &Value) {
    net.add(
        "SecurityGroup",
        "sg-endpoint",
        json!({"VpcId": "vpc-1", "SecurityGroupIngress": ingress}),
    );
    net.add("VPCEndpoint", "vpce-ssm", json!({
        "VpcId": "vpc-1", "ServiceName": "com.amazonaws.eu-central-1.ssm", "VpcEndpointType": "Interface",
        "SubnetIds": ["subnet-private"], "SecurityGroupIds": ["sg-endpoint"], "PrivateDnsEnabled": private_dns,
    }));
    let wanted = Wanted {
        owner: Owner::VpcEndpoint("vpce-ssm".into()),
        description: String::new(),
        subnet: "subnet-private".into(),
        groups: vec!["sg-endpoint".into()],
        public: Public::No,
        ipv6: false,
    };
    attach(&mut net.state, wanted).unwrap();
}

fn isolated(net: &mut Net, private_dns: bool, ingress: &Value) {
    endpoint(net, private_dns, ingress);
    net.remove("private-route");
}

pub(super) const ENDPOINTS: &[Case] = &[
    (
        "no gateway endpoint, but a NAT gateway",
        |net| net.remove("vpce-dynamodb"),
        TaskTo("dynamodb"),
        Through,
    ),
    (
        "no gateway endpoint and no NAT gateway",
        |net| {
            net.remove("vpce-dynamodb");
            net.remove("private-route");
        },
        TaskTo("dynamodb"),
        Stopped("rtb-private", "no route"),
    ),
    (
        "a gateway endpoint in another table",
        |net| {
            net.set("vpce-dynamodb", "RouteTableIds", json!(["rtb-public"]));
            net.remove("private-route");
        },
        TaskTo("dynamodb"),
        Stopped("rtb-private", "no route"),
    ),
    (
        "a gateway endpoint of another service",
        |net| {
            net.set(
                "vpce-dynamodb",
                "ServiceName",
                json!("com.amazonaws.eu-central-1.s3"),
            );
            net.remove("private-route");
        },
        TaskTo("dynamodb"),
        Stopped("rtb-private", "no route"),
    ),
    (
        "an interface endpoint",
        |net| {
            isolated(
                net,
                true,
                &json!([rule("tcp", 443, "CidrIp", "10.0.0.0/16")]),
            );
        },
        TaskTo("ssm"),
        Through,
    ),
    (
        "an interface endpoint lets the group in",
        |net| {
            isolated(
                net,
                true,
                &json!([rule("tcp", 443, "SourceSecurityGroupId", "sg-task")]),
            );
        },
        TaskTo("ssm"),
        Through,
    ),
    (
        "an interface endpoint that lets nothing in",
        |net| isolated(net, true, &json!([])),
        TaskTo("ssm"),
        Stopped("sg-endpoint", "TCP 443 in from sg-task"),
    ),
    (
        "an interface endpoint is used even if a NAT gateway would do",
        |net| endpoint(net, true, &json!([])),
        TaskTo("ssm"),
        Stopped("sg-endpoint", "TCP 443 in"),
    ),
    (
        "an interface endpoint without private DNS",
        |net| {
            isolated(
                net,
                false,
                &json!([rule("tcp", 443, "CidrIp", "10.0.0.0/16")]),
            );
        },
        TaskTo("ssm"),
        Stopped("rtb-private", "no route"),
    ),
    (
        "an interface endpoint of another service",
        |net| {
            isolated(
                net,
                true,
                &json!([rule("tcp", 443, "CidrIp", "10.0.0.0/16")]),
            );
        },
        TaskTo("logs"),
        Stopped("rtb-private", "no route"),
    ),
    (
        "private DNS needs host names",
        |net| {
            isolated(
                net,
                true,
                &json!([rule("tcp", 443, "CidrIp", "10.0.0.0/16")]),
            );
            net.set("vpc-1", "EnableDnsHostnames", json!(false));
        },
        TaskTo("ssm"),
        Stopped("rtb-private", "no route"),
    ),
];

/// Lets only IPv6 in, in a public subnet that has it.
fn with_ipv6(net: &mut Net) {
    net.set("subnet-public", "Ipv6CidrBlock", json!("2001:db8:0:1::/64"));
    net.set(
        "sg-balancer",
        "SecurityGroupIngress",
        json!([rule("tcp", 80, "CidrIpv6", "::/0")]),
    );
    let route = json!({"RouteTableId": "rtb-public", "DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1"});
    net.add("Route", "ipv6-route", route);
}

/// Only a prefix list with one block may come in.
fn offices(net: &mut Net, block: &str) {
    let list = json!({"PrefixListName": "offices", "MaxEntries": 1, "Entries": [{"Cidr": block}]});
    net.add("PrefixList", "pl-1", list);
    net.set(
        "sg-balancer",
        "SecurityGroupIngress",
        json!([rule("tcp", 80, "SourcePrefixListId", "pl-1")]),
    );
}
