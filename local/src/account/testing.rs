//! An account for unit tests: empty, at the fastest pace, with nothing listening.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use dynoxide::Database;

use super::{Account, Faults, Hosts, Pace, Parts, Quotas, State};
use crate::services::dynamodb::Backend;
use crate::services::ecr::Blobs;
use crate::services::iam::Permissions;
use crate::services::s3::Contents;

pub(crate) async fn account() -> Arc<Account> {
    let database = Database::memory().unwrap();
    Account::new(Parts {
        region: "eu-central-1".into(),
        pace: Pace::new(0.0),
        endpoint: SocketAddr::from((Ipv4Addr::LOCALHOST, 4566)),
        hosts: Hosts::default(),
        alb_port: 8080,
        task_program: "local".into(),
        backend: Backend::start(database).await.unwrap(),
        blobs: Blobs::open(None).unwrap(),
        contents: Contents::open(None).unwrap(),
        faults: Faults::new(None, Duration::ZERO),
        permissions: Permissions::default(),
        quotas: Quotas::default(),
        state: State::default(),
        store: None,
    })
}
