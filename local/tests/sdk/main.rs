//! The local AWS, seen by clients of the real SDK over the wire.

mod call;
mod cloudformation;
mod cloudwatch;
mod deployments;
mod diagnosis;
mod ecs;
mod ecs_settings;
mod elb;
mod iam;
mod logs;
mod mistakes;
mod network;
mod network_ipv6;
mod referrers;
mod registry;
mod removal;
mod route53;
mod safety;
mod scaling;
mod service;
mod small_services;
mod task_definition;
mod tasks;
mod wafv2;
