//! Application Auto Scaling: the bounds of a service's desired count. The local AWS keeps a service
//! within them, but does not scale on load.

mod rules;
mod scalable_target;
mod scaling_policy;

pub(crate) use self::rules::RULES;
pub(crate) use self::scalable_target::ScalableTarget;
pub(crate) use self::scaling_policy::ScalingPolicy;
