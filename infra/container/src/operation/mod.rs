//! What a person can do with the stack: one file for each command.

mod completed;
mod deploy;
mod destroy;
mod diff;
mod execute;
mod execution;
mod follow;
mod leave;
mod logs;
mod open;
mod rollback;
mod status;

pub use deploy::deploy;
pub use destroy::destroy;
pub use diff::diff;
pub use execute::execute;
pub use follow::follow;
pub use leave::leave;
pub use logs::{Logs, logs};
pub use open::{open, url};
pub use rollback::rollback;
pub use status::missing_images;
