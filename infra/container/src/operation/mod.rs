//! The commands of the stack, one file for each. `create_change_set` is `deploy --no-execute`.
//!
//! Two files are steps that several commands share: `with_parameters` completes the options, and
//! `run_approved` executes a change set after its approval.

mod create_change_set;
mod deploy;
mod destroy;
mod diff;
mod execute;
mod follow;
mod logs;
mod open;
mod rollback;
mod run_approved;
mod status;
mod with_parameters;

pub use create_change_set::create_change_set;
pub use deploy::deploy;
pub use destroy::destroy;
pub use diff::diff;
pub use execute::execute;
pub use follow::follow;
pub use logs::{Logs, logs};
pub use open::{open, url};
pub use rollback::rollback;
pub use status::missing_images;
