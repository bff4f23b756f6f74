//! Commands in a shell. They run on another thread, because the local AWS answers on this one.

use std::process::Output;

use e2e::shell::run;
use e2e::{Account, command};

/// Runs a command, which succeeds. Returns all that it printed.
pub(crate) async fn succeeds(account: &Account, line: &str) -> String {
    let (endpoint, line) = (account.local.endpoint_url(), line.to_owned());
    let ran = tokio::task::spawn_blocking(move || run(&endpoint, &line));
    ran.await.expect("the command succeeds")
}

/// Runs a command, which fails. Returns its standard error.
pub(crate) async fn fails(account: &Account, line: &str) -> String {
    let mut command = command(&account.local.endpoint_url(), line);
    let ran = tokio::task::spawn_blocking(move || command.output().expect("the binary runs"));
    let Output { status, stderr, .. } = ran.await.expect("it ends");
    assert_eq!(status.code(), Some(1), "{line}");
    String::from_utf8(stderr).expect("text")
}
