//! ECS: clusters, task definitions and services. A service RUNS: its tasks are processes.

mod api;
mod cluster;
mod ledger;
mod reconcile;
mod scheduler;
mod service;
mod service_properties;
mod services;
mod stabilisation;
mod task;
mod task_definition;
mod view;

pub(crate) use self::api::handle;
pub(crate) use self::cluster::Cluster;
pub(crate) use self::reconcile::{reconcile, stop_all};
pub(crate) use self::service::Service;
pub(crate) use self::services::{Bounds, Services};
pub(crate) use self::task::{become_image, crash, find_podman, keep_container, run_unhealthy};
pub(crate) use self::task_definition::{InactiveTaskDefinitions, Revisions, TaskDefinition};
pub(crate) use self::view::{services as service_views, tasks as task_views};
