use std::fmt::Debug;
use std::pin::Pin;

use crate::model::Event;

/// What [`Observer::observe`] returns: a line for the progress, if there is something to report.
pub type Observation<'a> = Pin<Box<dyn Future<Output = Option<String>> + Send + 'a>>;

/// Observes a resource WHILE an operation runs, because a rollback deletes what would explain a
/// failure.
pub trait Observer: Debug + Send + Sync {
    /// Observes again, given the events of the operation so far, and remembers what it sees.
    ///
    /// Called every few seconds until the stack is settled. What cannot be seen is no error.
    fn observe<'a>(&'a self, events: &'a [Event]) -> Observation<'a>;

    /// What it saw that explains a failure, to be printed below the root cause.
    fn findings(&self) -> Option<String>;
}
