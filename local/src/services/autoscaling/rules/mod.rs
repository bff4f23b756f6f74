//! Application Auto Scaling's rules.
//!
//! Where no other source is named, the sentences are those that
//! <https://github.com/badmintoncryer/cdk-preflight> has measured.

mod metric;
mod policy;
mod schedules;
mod steps;
mod target;

use self::metric::{label, metric, once, value};
use self::policy::{kind, registered, target_named};
use self::schedules::{capacities, expression, names, window};
use self::steps::{adjustment, intervals, steps_needed};
use self::target::{bounds, exists, parts, role};
use crate::resources::{no_opening, rules};

rules! { "ApplicationAutoScaling", no_opening;
    parts, "ApplicationAutoScaling::ScalableTarget", ValidationException, "Service namespace, resource id and dimension go together", "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html";
    bounds, "ApplicationAutoScaling::ScalableTarget", ValidationException, "The least capacity is 0 or more, for a table 1 or more, and not greater than the most", "https://github.com/badmintoncryer/cdk-preflight";
    exists, "ApplicationAutoScaling::ScalableTarget", ValidationException, "The ECS service exists", "https://github.com/hashicorp/terraform-provider-aws/issues/10432";
    role, "ApplicationAutoScaling::ScalableTarget", ValidationException, "The role is a role of this account", "https://github.com/cloudposse/terraform-aws-emr-cluster/pull/11";
    expression, "ApplicationAutoScaling::ScalableTarget", ValidationException, "A schedule is at(…), rate(…) or cron(…), in a time zone that exists", "https://github.com/badmintoncryer/cdk-preflight";
    capacities, "ApplicationAutoScaling::ScalableTarget", ValidationException, "A scheduled action sets bounds, and the least is not greater than the most", "https://github.com/badmintoncryer/cdk-preflight";
    window, "ApplicationAutoScaling::ScalableTarget", ValidationException, "A scheduled action starts before it ends", "https://github.com/badmintoncryer/cdk-preflight";
    names, "ApplicationAutoScaling::ScalableTarget", ValidationException, "The name of a scheduled action has no :, / or |, and is used once", "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html";
    target_named, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "The policy names its scalable target", "https://github.com/aws/aws-cdk/issues/1837";
    registered, "ApplicationAutoScaling::ScalingPolicy", ObjectNotFoundException, "The scalable target exists", "https://github.com/cloudposse/terraform-aws-ecs-cloudwatch-autoscaling/pull/36";
    kind, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "The policy has the configuration of its type, and no other", "https://github.com/badmintoncryer/cdk-preflight";
    metric, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "The policy tracks one metric, which its dimension supports", "https://github.com/badmintoncryer/cdk-preflight";
    label, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "ALBRequestCountPerTarget has a resource label of a load balancer and of a target group of the service, other metrics have none", "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html";
    value, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "The target value is positive, for a table from 10 to 90, and cooldowns are not negative", "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html";
    once, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "One policy tracks a metric", "https://github.com/hashicorp/terraform-provider-aws/issues/5747";
    steps_needed, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "Step scaling has an adjustment type and at least one step, and is for services only", "https://github.com/badmintoncryer/cdk-preflight";
    adjustment, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "A step adjusts as the adjustment type allows, and the cooldown is not negative", "https://github.com/badmintoncryer/cdk-preflight";
    intervals, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "The intervals of the steps meet, without overlaps and gaps, and reach to the end", "https://github.com/hashicorp/terraform-provider-aws/issues/4812";
}
