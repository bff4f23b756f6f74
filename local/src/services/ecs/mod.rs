//! ECS: clusters, task definitions and services. Services really run: each task is a process on
//! this machine.

mod agent;
mod alone;
mod alone_tasks;
mod api;
mod capacity_provider_associations;
mod cluster;
mod desired_count;
mod interface;
mod ledger;
mod measure;
mod overrides;
mod permissions;
mod reconcile;
mod rules;
mod running;
mod scheduler;
mod service;
mod service_properties;
mod stabilisation;
mod task;
mod task_definition;
mod view;

pub(crate) use self::agent::{AT_ENDPOINT as AGENT_AT_ENDPOINT, router as agent};
pub(crate) use self::api::{AccountSettings, handle};
pub(crate) use self::capacity_provider_associations::CapacityProviderAssociations;
pub(crate) use self::cluster::Cluster;
pub(crate) use self::desired_count::{counts, set_desired_count};
pub(crate) use self::measure::measure;
pub(crate) use self::permissions::needed;
pub(crate) use self::reconcile::stop_all;
pub(crate) use self::rules::RULES;
pub(crate) use self::running::RunningServices;
pub(crate) use self::service::Service;
pub(crate) use self::task::{crash, run_unhealthy};
pub(crate) use self::task_definition::{InactiveTaskDefinitions, Revisions, TaskDefinition};
pub(crate) use self::view::{services as service_views, tasks as task_views};
