//! Elastic Load Balancing: a load balancer is a real listener on loopback that checks the health
//! of its targets and sends requests to the healthy ones only.

mod api;
mod balancers;
mod listener;
mod load_balancer;
mod network;
mod proxy;
mod rules;
mod target_group;
mod targets;
mod view;

pub(crate) use self::api::handle;
pub(crate) use self::balancers::Balancers;
pub(crate) use self::listener::Listener;
pub(crate) use self::load_balancer::LoadBalancer;
pub(crate) use self::rules::RULES;
pub(crate) use self::target_group::TargetGroup;
pub(crate) use self::targets::{Health, Target, Targets};
pub(crate) use self::view::view;
