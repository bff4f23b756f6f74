//! The stack `container`: the app as a Fargate service behind a load balancer.
//!
//! What happens between `task deploy-container` and the first healthy target:
//!
//! 1. `main.rs` runs `cli.rs`, which reads the command line.
//! 2. `release/prepare.rs` makes the image of `dist/` in memory (`image/dist/`, `image/pack/`). It
//!    asks ECR for a login, to predict the URI of the image (`image/ecr/push.rs`).
//! 3. `operation/deploy.rs` runs the steps. First `operation/with_parameters.rs` completes the
//!    parameters (`parameters/`). Then the crate `deploy` takes over (its `operation/deploy.rs`):
//!    - `operation/recover.rs` waits until no other operation runs on the stack. Without asking for
//!      approval, it deletes a stack that was never created completely, and continues a rollback
//!      that has failed.
//!    - `operation/change_set.rs` creates the change set.
//!    - `operation/approval.rs` asks for approval. Until then the deployment has changed nothing
//!      else.
//! 4. `release/protection.rs` tags the images in use, so that they do not expire during the deployment.
//! 5. `release/prepare.rs` creates the repository in ECR (`image/ecr/`) and pushes the parts of the
//!    image that the repository lacks (`image/registry/`).
//! 6. `credentials/first.rs` creates the first account of the app. Tasks cannot start without one.
//! 7. `operation/run_approved.rs` executes the change set, and the crate `deploy` follows it to the
//!    end (`follow/watch.rs`).
//! 8. Meanwhile `rollout/` looks at the service again and again, and prints how many tasks run and
//!    how many targets are healthy. The pauses grow from 50 ms to 3 s. If the deployment fails, it
//!    explains why.
//! 9. `CloudFormation` reports the service as complete once its target is healthy.
//!    `release/protection.rs` then removes the tags of images that are no longer in use.
//!
//! On the local AWS, `local/src/services/ecs/scheduler` starts the tasks, and
//! `local/src/services/elb/targets/check.rs` checks the health of the targets.
//!
//! `container up` and `down` do this for all three stacks: `all_stacks/`.

mod all_stacks;
mod credentials;
mod credentials_error;
mod error;
mod https;
mod oidc;
mod operation;
mod parameters;
mod release;
mod rollout;
mod stack;

pub mod cli;
pub mod image;

pub use all_stacks::{Down, Up, down, up};
pub use credentials_error::CredentialsError;
pub use error::Error;
pub use operation::{
    Logs, create_change_set, deploy, destroy, diff, execute, follow, logs, missing_images, open,
    rollback, url,
};
pub use parameters::{Flags, Https, Oidc, Ranges, Safeguards, Waf};
pub use release::Release;
pub use stack::{STACK, stack};
