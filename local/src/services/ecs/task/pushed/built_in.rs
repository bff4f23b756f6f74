//! An image that is built in, as a container: the local AWS's own program under another name.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::start::run;
use crate::account::Account;
use crate::containers::{Volume, libraries};
use crate::services::ecr::{Execution, Image};
use crate::services::ecs::task::built_in::{BuiltIn, DIRECTORY, USER, static_directory};
use crate::services::ecs::task::prepare::{Container, Prepared};
use crate::services::ecs::task::process::{Again, Started};

/// The authorities that a program trusts, where Debian and the image of the `Dockerfile` have them.
const AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Starts a built-in image. `network` is the process with the network of the task, which runs the same
/// program.
pub(in crate::services::ecs::task) async fn start(
    account: &Arc<Account>,
    image: BuiltIn,
    network: u32,
    task: &Prepared,
    container: &Container,
    again: Again<'_>,
) -> Result<Started, String> {
    let files = files(account, image, network);
    let files = files.map_err(|err| format!("CannotCreateContainerError: {err}"))?;
    let image = Image {
        digest: String::new(),
        root: account.blobs.scratch(),
        execution: Execution {
            entrypoint: Some(vec![image.entry_point.to_owned()]),
            user: Some(USER.to_owned()),
            working_dir: Some(DIRECTORY.to_owned()),
            ..Execution::default()
        },
        architecture: String::new(),
    };
    run(account, &image, files, task, container, again).await
}

/// What the image consists of, and what its program needs here.
fn files(account: &Account, image: BuiltIn, network: u32) -> io::Result<Vec<Volume>> {
    let mut files = libraries(network, &account.task_program)?;
    for (source, target) in [
        (account.task_program.as_path(), image.entry_point),
        (&static_directory(), "/static"),
        (Path::new(AUTHORITIES), AUTHORITIES),
    ] {
        if source.exists() {
            files.push(Volume {
                source: std::fs::canonicalize(source)?,
                target: target.to_owned(),
                read_only: true,
            });
        }
    }
    Ok(files)
}
