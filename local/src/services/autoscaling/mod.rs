//! Application Auto Scaling: scalable targets, their policies and scheduled actions. ECS services and
//! tables really scale, when the alarms of CloudWatch say so.

mod activities;
mod alarms;
mod api;
mod bounds;
mod capacity;
mod decide;
mod policies;
mod rules;
mod scalable_target;
mod scaler;
mod scaling_policy;
mod schedule;
mod scheduler;
mod state;
mod steps;
mod target;
mod tracking;
mod units;
mod view;

pub(crate) use self::alarms::is_policy;
pub(crate) use self::api::handle;
pub(crate) use self::rules::RULES;
pub(crate) use self::scalable_target::ScalableTarget;
pub(crate) use self::scaler::run;
pub(crate) use self::scaling_policy::ScalingPolicy;
pub(crate) use self::state::Scaling;
pub(crate) use self::view::view;
