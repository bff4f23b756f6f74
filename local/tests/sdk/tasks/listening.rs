//! A program that listens elsewhere than its task definition says.

use container::image::{Compression, build};
use deploy::{Approval, Environment, Options};
use e2e::images::{compiled, dist_of};

use super::push;
use crate::diagnosis::network_and_table;

/// Deploys an image whose program listens on this address, and returns the report of the failure.
async fn report_of(address: &str) -> String {
    let source = format!(
        "fn main() {{ let listener = std::net::TcpListener::bind(\"{address}\").unwrap(); for stream in listener.incoming() {{ drop(stream); }} }}"
    );
    let (account, clients) = network_and_table().await;
    let directory = tempfile::tempdir().unwrap();
    let dist = dist_of(directory.path(), &compiled(&source), "a {}");
    let image = push(&clients, &build(&dist, Compression::Zstd).unwrap()).await;
    let options = Options {
        parameters: [("Image".to_owned(), image)].into(),
        approval: Approval::Never,
        ..Options::default()
    };
    let failed = container::deploy(&clients, &Environment::DEFAULT, None, &options).await;
    account.local.stop().await;
    failed.unwrap_err().to_string()
}

#[tokio::test]
async fn a_program_on_another_port_is_reported() {
    let said = report_of("0.0.0.0:3000").await;
    for expected in [
        "(local) task ",
        "its program listens on port 3000, and the task definition says 8080: let it listen there, or change ContainerPort to 3000",
        "is unhealthy in (target-group",
    ] {
        assert!(
            said.contains(expected),
            "{expected:?} is missing in: {said}"
        );
    }
}

#[tokio::test]
async fn a_program_on_the_loopback_address_is_reported() {
    let said = report_of("127.0.0.1:8080").await;
    let expected = "its program listens on 127.0.0.1:8080 only, which nothing outside of the task reaches: let it listen on 0.0.0.0:8080";
    assert!(said.contains(expected), "{said}");
}
