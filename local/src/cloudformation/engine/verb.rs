//! The kinds of steps, and the statuses that belong to them.

use crate::account::Operation;
use crate::cloudformation::model::ResourceStatus;

/// A kind of step. A replacement is an update.
#[derive(Clone, Copy)]
pub(super) enum Verb {
    Create,
    Update,
}

impl Verb {
    pub(super) fn in_progress(self) -> ResourceStatus {
        match self {
            Self::Create => ResourceStatus::CreateInProgress,
            Self::Update => ResourceStatus::UpdateInProgress,
        }
    }

    pub(super) fn complete(self) -> ResourceStatus {
        match self {
            Self::Create => ResourceStatus::CreateComplete,
            Self::Update => ResourceStatus::UpdateComplete,
        }
    }

    pub(super) fn failed(self) -> ResourceStatus {
        match self {
            Self::Create => ResourceStatus::CreateFailed,
            Self::Update => ResourceStatus::UpdateFailed,
        }
    }

    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Create => "creation",
            Self::Update => "update",
        }
    }

    pub(super) fn operation(self) -> Operation {
        match self {
            Self::Create => Operation::Create,
            Self::Update => Operation::Update,
        }
    }
}
