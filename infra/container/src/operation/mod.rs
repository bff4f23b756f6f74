//! The commands of the stack, one file for each. `create_change_set` is `deploy --no-execute`.
//!
//! Three files are steps of them: `with_parameters` completes the options, `run_approved` executes a change
//! set after its approval, and `safeguards` looks after the deletion protection and the access logs.

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
mod safeguards;
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
