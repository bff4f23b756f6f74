//! What a change means: what is lost by it, and what it opens.

use crate::Change;

/// What AWS calls a table.
pub(crate) const TABLE: &str = "AWS::DynamoDB::Table";

/// What is lost with a resource that is deleted or replaced; nothing for one that only gives way
/// to its next version.
#[must_use]
pub fn loss(resource_type: &str) -> Option<&'static str> {
    Some(match resource_type {
        // Running tasks keep the revision that they have; for a moment nothing is scaled.
        "AWS::ECS::TaskDefinition"
        | "AWS::ApplicationAutoScaling::ScalableTarget"
        | "AWS::ApplicationAutoScaling::ScalingPolicy" => return None,
        TABLE => "all of its items",
        "AWS::EC2::VPC" => "the network, and with it everything that stands in it",
        "AWS::EC2::Subnet" => "the subnet: what stands in it moves or is lost",
        "AWS::EC2::NatGateway" | "AWS::EC2::EIP" => {
            "the way out of the private subnets for a while, and its public address"
        }
        "AWS::EC2::InternetGateway"
        | "AWS::EC2::VPCGatewayAttachment"
        | "AWS::EC2::Route"
        | "AWS::EC2::RouteTable"
        | "AWS::EC2::SubnetRouteTableAssociation" => "connections through it",
        "AWS::EC2::VPCEndpoint" => "the direct way to the AWS service behind it",
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => "its host name: the page gets a new address",
        "AWS::ElasticLoadBalancingV2::Listener" | "AWS::ElasticLoadBalancingV2::TargetGroup" => {
            "requests until the new one stands"
        }
        "AWS::ECS::Service" | "AWS::ECS::Cluster" => "its running tasks",
        "AWS::Logs::LogGroup" => "the logs in it",
        "AWS::SSM::Parameter" => "the parameter under this name, and whoever reads it",
        "AWS::IAM::Role" | "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => {
            "the permissions that it grants"
        }
        "AWS::EC2::SecurityGroup"
        | "AWS::EC2::SecurityGroupIngress"
        | "AWS::EC2::SecurityGroupEgress" => "the connections that it allows",
        _ => "the resource, with what is in it",
    })
}

impl Change {
    /// What this change destroys, in words, if it destroys anything.
    #[must_use]
    pub fn destroys(&self) -> Option<&'static str> {
        let goes = self.is_removal() || self.is_replacement();
        if !goes || self.policy_action.ends_with("Retain") {
            return None;
        }
        loss(&self.resource_type)
    }

    /// Whether the resource is deleted.
    #[must_use]
    pub fn is_removal(&self) -> bool {
        self.action == "Remove"
    }

    /// Whether another resource takes the place of this one, or may do so.
    #[must_use]
    pub fn is_replacement(&self) -> bool {
        matches!(self.replacement.as_str(), "True" | "Conditional")
    }

    /// Whether this says who may do what: IAM.
    #[must_use]
    pub fn is_about_permissions(&self) -> bool {
        self.resource_type.starts_with("AWS::IAM::")
    }

    /// Whether this says who may connect to what: security groups.
    #[must_use]
    pub fn is_about_connections(&self) -> bool {
        self.resource_type.starts_with("AWS::EC2::SecurityGroup")
    }

    /// Whether this may let somebody do more than before.
    #[must_use]
    pub fn broadens(&self) -> bool {
        !self.is_removal() && (self.is_about_permissions() || self.is_about_connections())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(action: &str, replacement: &str, resource_type: &str) -> Change {
        Change {
            action: action.into(),
            replacement: replacement.into(),
            resource_type: resource_type.into(),
            ..Change::default()
        }
    }

    #[test]
    fn a_table_goes_with_its_items_unless_it_is_retained() {
        let mut removed = change("Remove", "", TABLE);
        assert_eq!(removed.destroys(), Some("all of its items"));
        removed.policy_action = "Retain".into();
        assert_eq!(removed.destroys(), None);
        assert_eq!(
            change("Modify", "True", TABLE).destroys(),
            Some("all of its items")
        );
        assert_eq!(change("Modify", "False", TABLE).destroys(), None);
    }

    #[test]
    fn the_next_revision_of_a_task_definition_destroys_nothing() {
        assert_eq!(
            change("Modify", "True", "AWS::ECS::TaskDefinition").destroys(),
            None
        );
    }

    #[test]
    fn what_is_unknown_counts_as_lost() {
        assert!(change("Remove", "", "AWS::New::Thing").destroys().is_some());
        assert!(
            change("Modify", "Conditional", "AWS::New::Thing")
                .destroys()
                .is_some()
        );
    }

    #[test]
    fn permissions_and_connections_broaden_unless_they_go() {
        for resource_type in ["AWS::IAM::Role", "AWS::EC2::SecurityGroupIngress"] {
            assert!(change("Add", "", resource_type).broadens());
            assert!(!change("Remove", "", resource_type).broadens());
        }
        assert!(!change("Add", "", TABLE).broadens());
    }
}
