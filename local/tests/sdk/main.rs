//! The local AWS, seen by clients of the real SDK over the wire.

mod cloudformation;
mod diagnosis;
mod ecs;
mod elb;
mod iam;
mod network;
mod registry;
mod service;
mod task_definition;
