use std::fmt::Debug;
use std::pin::Pin;

use crate::model::{Cause, Event};

/// What [`Observer::observe`] returns: a line for the progress, if there is something to report.
pub type Observation<'a> = Pin<Box<dyn Future<Output = Option<String>> + Send + 'a>>;

/// Observes a resource during an operation, because a rollback deletes what would explain a failure.
pub trait Observer: Debug + Send + Sync {
    /// Observes again, given the events of the operation so far, and stores the findings.
    ///
    /// Called again and again until the stack is settled: after 50 ms at first, later after at most
    /// 3 s. Failed observations are ignored.
    fn observe<'a>(&'a self, events: &'a [Event]) -> Observation<'a>;

    /// The findings that explain a failure, to be printed below the root cause.
    fn findings(&self) -> Option<String>;

    /// The cause of a failure, if `CloudFormation` only says that the tasks of a service failed.
    fn cause(&self) -> Option<Cause> {
        None
    }
}
