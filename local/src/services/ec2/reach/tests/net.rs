//! The usual network: a public and a private subnet, a NAT gateway, a gateway endpoint, two groups.

use serde_json::{Value, json};

use crate::account::{Item, State};
use crate::services::ec2::interfaces::{Interface, Owner, Public, Wanted, plan};

pub(super) struct Net {
    pub(super) state: State,
    types: Vec<(String, String)>,
    /// The subnet of the load balancer, and that of the task.
    pub(super) places: [&'static str; 2],
    pub(super) task_is_public: bool,
    pub(super) balancer_is_public: bool,
}

impl Net {
    /// Adds a resource `ID` of the type `AWS::EC2::NAME`.
    pub(super) fn add(&mut self, name: &str, id: &str, properties: Value) {
        let resource_type = format!("AWS::EC2::{name}");
        let attributes = json!({
            "DefaultSecurityGroup": "sg-default", "DefaultNetworkAcl": "acl-default",
            "MainRouteTable": "rtb-main", "AvailabilityZone": "eu-central-1a",
        });
        let item = Item {
            resource_type: resource_type.clone(),
            properties,
            attributes: attributes.as_object().cloned().unwrap(),
        };
        self.state.inventory.put(id, item).unwrap();
        self.types.push((id.to_owned(), resource_type));
    }

    pub(super) fn remove(&mut self, id: &str) {
        let resource_type = self.type_of(id);
        assert!(
            self.state.inventory.remove(&resource_type, id).is_some(),
            "{id}"
        );
    }

    /// Sets a property; null removes it.
    pub(super) fn set(&mut self, id: &str, property: &str, value: Value) {
        let resource_type = self.type_of(id);
        let item = self.state.inventory.get_mut(&resource_type, id).unwrap();
        item.properties[property] = value;
    }

    fn type_of(&self, id: &str) -> String {
        let mut known = self.types.iter();
        known.find(|(known, _)| known == id).expect(id).1.clone()
    }

    /// The interface of the load balancer or of the task.
    pub(super) fn interface(&self, of: &str) -> Interface {
        let is_task = of == "task";
        let public = if is_task {
            self.task_is_public
        } else {
            self.balancer_is_public
        };
        let wanted = Wanted {
            owner: if is_task {
                Owner::Task("1".into())
            } else {
                Owner::LoadBalancer("arn".into())
            },
            description: of.to_owned(),
            subnet: self.places[usize::from(is_task)].to_owned(),
            groups: vec![format!("sg-{of}")],
            public: if public { Public::Assigned } else { Public::No },
            ipv6: !is_task,
        };
        plan(&self.state, wanted).unwrap()
    }
}

pub(super) fn usual() -> Net {
    let mut net = Net {
        state: State {
            region: Some("eu-central-1".into()),
            ..State::default()
        },
        types: Vec::new(),
        places: ["subnet-public", "subnet-private"],
        task_is_public: false,
        balancer_is_public: true,
    };
    let vpc = "vpc-1";
    net.add(
        "VPC",
        vpc,
        json!({"CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": true}),
    );
    net.add(
        "VPCGatewayAttachment",
        "IGW|vpc-1",
        json!({"VpcId": vpc, "InternetGatewayId": "igw-1"}),
    );
    for (name, block) in [("public", "10.0.0.0/18"), ("private", "10.0.128.0/18")] {
        let (subnet, table) = (format!("subnet-{name}"), format!("rtb-{name}"));
        net.add("Subnet", &subnet, json!({"VpcId": vpc, "CidrBlock": block}));
        net.add("RouteTable", &table, json!({"VpcId": vpc}));
        let association = json!({"SubnetId": subnet, "RouteTableId": table});
        net.add(
            "SubnetRouteTableAssociation",
            &format!("{name}-association"),
            association,
        );
    }
    let to = |table: &str, key: &str, via: &str| json!({"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", key: via});
    net.add(
        "Route",
        "public-route",
        to("rtb-public", "GatewayId", "igw-1"),
    );
    net.add(
        "Route",
        "private-route",
        to("rtb-private", "NatGatewayId", "nat-1"),
    );
    net.add("NatGateway", "nat-1", json!({"SubnetId": "subnet-public"}));
    net.add("VPCEndpoint", "vpce-dynamodb", json!({
        "VpcId": vpc, "ServiceName": "com.amazonaws.eu-central-1.dynamodb", "RouteTableIds": ["rtb-private"],
    }));
    let rule = |port: u16, key: &str, peer: &str| json!({"IpProtocol": "tcp", "FromPort": port, "ToPort": port, key: peer});
    net.add(
        "SecurityGroup",
        "sg-balancer",
        json!({
            "VpcId": vpc,
            "SecurityGroupIngress": [rule(80, "CidrIp", "0.0.0.0/0")],
            "SecurityGroupEgress": [rule(8080, "DestinationSecurityGroupId", "sg-task")],
        }),
    );
    net.add(
        "SecurityGroup",
        "sg-task",
        json!({
            "VpcId": vpc, "SecurityGroupEgress": [rule(443, "CidrIp", "0.0.0.0/0")],
        }),
    );
    let mut ingress = rule(8080, "SourceSecurityGroupId", "sg-balancer");
    ingress["GroupId"] = "sg-task".into();
    net.add("SecurityGroupIngress", "task-ingress", ingress);
    net
}
