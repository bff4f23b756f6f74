//! The commands. Each first brings the stack into a state in which it is possible.

mod approval;
mod attach;
mod change_set;
mod delete;
mod dependents;
mod deploy;
mod destroy;
mod diff;
mod idle;
mod import;
mod latest;
mod losses;
mod options;
mod protection;
mod recover;
mod status;
mod unchanged;

pub use approval::Approval;
pub use attach::attach;
pub use dependents::ensure_unused;
pub use deploy::{approve, approve_plan, create_plan, deploy, execute, execute_plan};
pub use destroy::destroy;
pub use diff::diff;
pub use import::import;
pub use options::Options;
pub use status::status;
