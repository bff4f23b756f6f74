//! dynamodb-admin, the viewer that most people use: an outside program, which npm installs.

use std::net::SocketAddr;
use std::process::Stdio;

use anyhow::{Context, ensure};
use hyper::Method;
use tempfile::TempDir;
use tokio::process::Command;

use crate::load::Page;
use crate::measure::Case;
use crate::servers::{Server, free_address};
use crate::stub::Stub;

const PACKAGE: &str = "dynamodb-admin@5.3.3";

/// The directory in which it is installed. It is deleted when this is dropped.
pub(crate) struct Peer(TempDir);

impl Peer {
    /// The page that is measured.
    pub(crate) const CASE: Case = Case {
        items: 100,
        clients: 16,
    };

    pub(crate) async fn install() -> anyhow::Result<Self> {
        let directory = TempDir::new()?;
        let status = Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--silent", PACKAGE])
            .current_dir(directory.path())
            .stdout(Stdio::null())
            .status()
            .await
            .context("the peer needs npm, which cannot be run")?;
        ensure!(status.success(), "npm cannot install {PACKAGE}: {status}");
        Ok(Self(directory))
    }

    pub(crate) async fn start(&self, stub: &Stub) -> anyhow::Result<Server> {
        let address: SocketAddr = free_address().await?;
        let mut command = Command::new(self.0.path().join("node_modules/.bin/dynamodb-admin"));
        command
            .env("HOST", address.ip().to_string())
            .env("PORT", address.port().to_string())
            .env("DYNAMO_ENDPOINT", format!("http://{}", stub.address))
            .env("AWS_REGION", "eu-central-1");
        Server::spawn(command, address, "/api/tables").await
    }

    /// The items that its page shows. The page itself is another request.
    pub(crate) fn page() -> Page {
        Page {
            method: Method::GET,
            path: "/tables/items-100/items?pageSize=100",
            items: 100,
        }
    }
}
