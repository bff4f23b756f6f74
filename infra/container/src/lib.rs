//! The stack `container`: the app as a Fargate service behind a load balancer.
//!
//! What happens between `task deploy-container` and the first healthy target:
//!
//! 1. `main.rs` runs `cli.rs`, which reads the command line.
//! 2. `release/prepare.rs` makes the image of `dist/` in memory (`image/dist/`, `image/pack/`).
//! 3. `operation/deploy.rs` completes the parameters (`parameters/`), creates the change set, shows
//!    it and asks for approval (crate `deploy`). Until then no change of the template has been made; a
//!    stack that is stuck has been recovered.
//! 4. `release/protection.rs` tags the images in use, so that they do not expire during the deployment.
//! 5. `release/prepare.rs` creates the repository in ECR (`image/ecr/`) and pushes the parts of the
//!    image that the repository lacks (`image/registry/`).
//! 6. `credentials.rs` creates the first account of the app. Tasks cannot start without one.
//! 7. `operation/deploy.rs` executes the change set and follows it to the end (crate `deploy`).
//! 8. Meanwhile `rollout/` looks again and again at the service and prints how many tasks run and how many
//!    targets are healthy. If the deployment fails, it explains why.
//! 9. `CloudFormation` reports the service as complete once its target is healthy.
//!    `release/protection.rs` then removes the tags of images that are no longer in use.
//!
//! `container up` and `down` do this for all three stacks: `all_stacks/`.

mod all_stacks;
mod credentials;
mod error;
mod operation;
mod parameters;
mod release;
mod rollout;
mod stack;

pub mod cli;
pub mod image;

pub use all_stacks::{Down, Up, down, up};
pub use error::Error;
pub use operation::{
    Logs, deploy, destroy, diff, execute, follow, leave, logs, missing_images, open, rollback, url,
};
pub use parameters::Flags;
pub use release::Release;
pub use stack::{STACK, stack};
