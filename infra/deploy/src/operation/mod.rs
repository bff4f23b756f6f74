//! The commands for a stack.
//!
//! `deploy`, `execute`, `import` and `destroy` first wait until no other operation is running
//! (`wait_for_others.rs`). `deploy` and `import` then recover a stack that is stuck (`recover.rs`),
//! without asking for approval.

mod approval;
mod change_set;
mod delete;
mod dependents;
mod deploy;
mod destroy;
mod diff;
mod follow;
mod import;
mod inspect_losses;
mod latest;
mod options;
mod protection;
mod recover;
mod status;
mod unchanged;
mod wait_for_others;

pub use approval::Approval;
pub use dependents::ensure_unused;
pub use deploy::{approve, approve_plan, create_plan, deploy, execute, execute_plan};
pub use destroy::destroy;
pub use diff::diff;
pub use follow::attach;
pub use import::import;
pub use options::Options;
pub use status::status;
