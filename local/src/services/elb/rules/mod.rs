//! Elastic Load Balancing's rules.

mod attributes;
mod listener;
mod load_balancer;
mod name;
mod target_group;

use crate::resources::{no_opening, rules};

rules! { "ElasticLoadBalancingV2", no_opening;
    load_balancer::balancer_name, "ElasticLoadBalancingV2::LoadBalancer", ValidationError, "The name has at most 32 letters, digits and hyphens, and does not begin with internal-", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html";
    load_balancer::balancer_name_free, "ElasticLoadBalancingV2::LoadBalancer", DuplicateLoadBalancerName, "No other load balancer has the name", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html";
    load_balancer::balancer_kind, "ElasticLoadBalancingV2::LoadBalancer", ValidationError, "The scheme, type and address type exist", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html";
    load_balancer::balancer_subnets, "ElasticLoadBalancingV2::LoadBalancer", SubnetNotFound, "The subnets exist", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html";
    load_balancer::balancer_one_vpc, "ElasticLoadBalancingV2::LoadBalancer", InvalidConfigurationRequest, "The subnets are in one VPC", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html";
    load_balancer::balancer_zones, "ElasticLoadBalancingV2::LoadBalancer", ValidationError, "There are subnets in two zones, one each", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html";
    load_balancer::balancer_gateway, "ElasticLoadBalancingV2::LoadBalancer", InvalidSubnet, "The VPC of an internet-facing load balancer has an internet gateway", "https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/1695";
    load_balancer::balancer_groups, "ElasticLoadBalancingV2::LoadBalancer", InvalidSecurityGroup, "The security groups exist, in the VPC of the subnets", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html";
    load_balancer::balancer_groups_stay, "ElasticLoadBalancingV2::LoadBalancer", InvalidConfigurationRequest, "An update leaves at least one security group", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html";
    load_balancer::balancer_quota, "ElasticLoadBalancingV2::LoadBalancer", TooManyLoadBalancers, "A region has 50 load balancers (quota load-balancers)", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html";
    load_balancer::balancer_dual_stack, "ElasticLoadBalancingV2::LoadBalancer", ValidationError, "The subnets of a dual-stack load balancer have IPv6 blocks", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html";
    load_balancer::balancer_network_only, "ElasticLoadBalancingV2::LoadBalancer", ValidationError, "Application load balancers have no setting for PrivateLink", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html";
    attributes::balancer_logs, "ElasticLoadBalancingV2::LoadBalancer", InvalidConfigurationRequest, "The buckets of logs exist, and admit the load balancer", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html";
    attributes::balancer_attributes, "ElasticLoadBalancingV2::LoadBalancer", ValidationError, "Attributes have known keys and values", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html";
    target_group::group_name, "ElasticLoadBalancingV2::TargetGroup", ValidationError, "The name has at most 32 letters, digits and hyphens", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html";
    target_group::group_name_free, "ElasticLoadBalancingV2::TargetGroup", DuplicateTargetGroupName, "No other target group has the name", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html";
    target_group::group_kind, "ElasticLoadBalancingV2::TargetGroup", ValidationError, "The target type and protocol exist", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html";
    target_group::group_members, "ElasticLoadBalancingV2::TargetGroup", ValidationError, "Unless the target is a function, there are a port, protocol and VPC", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html";
    target_group::group_vpc, "ElasticLoadBalancingV2::TargetGroup", ValidationError, "The VPC exists", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html";
    target_group::health_check_bounds, "ElasticLoadBalancingV2::TargetGroup", ValidationError, "Health check times and thresholds are within their bounds", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html";
    target_group::health_check_times, "ElasticLoadBalancingV2::TargetGroup", ValidationError, "The interval of health checks is longer than their timeout", "https://github.com/terraform-linters/tflint-ruleset-aws/issues/404";
    target_group::health_check_path, "ElasticLoadBalancingV2::TargetGroup", ValidationError, "The path of health checks begins with a slash", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html";
    target_group::health_check_port, "ElasticLoadBalancingV2::TargetGroup", ValidationError, "The port of health checks is a port or traffic-port", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html";
    target_group::health_check_protocol, "ElasticLoadBalancingV2::TargetGroup", ValidationError, "The protocol of health checks is HTTP or HTTPS", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html";
    target_group::matcher, "ElasticLoadBalancingV2::TargetGroup", ValidationError, "The matcher has HTTP codes from 200 to 499", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html";
    target_group::health_check_of_tcp, "ElasticLoadBalancingV2::TargetGroup", ValidationError, "Health checks by TCP have no path and no matcher", "https://github.com/hashicorp/terraform-provider-aws/issues/2653";
    target_group::group_quota, "ElasticLoadBalancingV2::TargetGroup", TooManyTargetGroups, "A region has 3000 target groups (quota target-groups)", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html";
    target_group::group_targets, "ElasticLoadBalancingV2::TargetGroup", ValidationError, "Targets by IP address have addresses", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html";
    attributes::group_attributes, "ElasticLoadBalancingV2::TargetGroup", ValidationError, "Attributes have known keys and values", "https://github.com/hashicorp/terraform-provider-aws/issues/19953";
    listener::listener_balancer, "ElasticLoadBalancingV2::Listener", LoadBalancerNotFound, "The load balancer exists", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html";
    listener::listener_port, "ElasticLoadBalancingV2::Listener", ValidationError, "The port is given, from 1 to 65535", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html";
    listener::listener_protocol, "ElasticLoadBalancingV2::Listener", ValidationError, "The protocol is HTTP or HTTPS", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html";
    listener::certificate, "ElasticLoadBalancingV2::Listener", ValidationError, "HTTPS has a certificate, HTTP has none; neither has what belongs to other protocols", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html";
    attributes::listener_attributes, "ElasticLoadBalancingV2::Listener", ValidationError, "Attributes have known keys and values", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html";
    listener::listener_port_free, "ElasticLoadBalancingV2::Listener", DuplicateListener, "No other listener of the load balancer has the port", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html";
    listener::actions, "ElasticLoadBalancingV2::Listener", InvalidLoadBalancerAction, "There is one last action: forward, redirect or fixed-response, with its configuration", "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html";
    listener::listener_groups, "ElasticLoadBalancingV2::Listener", TargetGroupNotFound, "The target groups exist", "https://github.com/aws/copilot-cli/issues/3833";
    listener::weights, "ElasticLoadBalancingV2::Listener", ValidationError, "Weights are between 0 and 999", "https://github.com/aws/aws-cdk/issues/24805";
    listener::listener_group_vpc, "ElasticLoadBalancingV2::Listener", InvalidConfigurationRequest, "Load balancer and target groups are in one VPC", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html";
    listener::listener_group_free, "ElasticLoadBalancingV2::Listener", TargetGroupAssociationLimit, "No other load balancer uses the target group", "https://github.com/hashicorp/terraform-provider-aws/issues/3136";
    listener::listener_group_protocol, "ElasticLoadBalancingV2::Listener", InvalidConfigurationRequest, "The target group speaks HTTP or HTTPS", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html";
    listener::listener_quota, "ElasticLoadBalancingV2::Listener", TooManyListeners, "A load balancer has 50 listeners (quota listeners-per-load-balancer)", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html";
}
