//! The commands. Each first brings the stack into a state in which it is possible.

mod approval;
mod follow;
mod change_set;
mod delete;
mod dependents;
mod deploy;
mod destroy;
mod diff;
mod wait_for_others;
mod import;
mod latest;
mod inspect_losses;
mod options;
mod protection;
mod recover;
mod status;
mod unchanged;

pub use approval::Approval;
pub use follow::attach;
pub use dependents::ensure_unused;
pub use deploy::{approve, approve_plan, create_plan, deploy, execute, execute_plan};
pub use destroy::destroy;
pub use diff::diff;
pub use import::import;
pub use options::Options;
pub use status::status;
