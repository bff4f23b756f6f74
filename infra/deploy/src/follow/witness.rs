use std::fmt::Debug;
use std::pin::Pin;

use crate::Event;

/// What [`Witness::look`] returns: a line for the progress, where there is something to say.
pub type Look<'a> = Pin<Box<dyn Future<Output = Option<String>> + Send + 'a>>;

/// Somebody who looks closer at a resource WHILE an operation runs, because the rollback removes
/// what would explain a failure.
pub trait Witness: Debug + Send + Sync {
    /// Looks again, given the events of the operation so far, and keeps what it sees.
    ///
    /// Called every few seconds until the stack has settled. What cannot be seen is no error.
    fn look<'a>(&'a self, events: &'a [Event]) -> Look<'a>;

    /// What it saw that explains a failure, to be printed below the root cause.
    fn testimony(&self) -> Option<String>;
}
