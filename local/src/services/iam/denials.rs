//! What the sessions of roles were denied lately. `local explain` asks whether it still is.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::access::Access;

/// How many denials are kept.
const MOST: usize = 100;

/// The latest denials, each with the ARN of the role.
#[derive(Default)]
pub(crate) struct Denials(Mutex<VecDeque<(String, Access)>>);

impl Denials {
    /// Notes that a session of the role was denied this.
    pub(super) fn note(&self, role: &str, access: &Access) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = kept
            .iter()
            .any(|(known, denied)| known == role && denied == access);
        if is_known {
            return;
        }
        if kept.len() == MOST {
            kept.pop_front();
        }
        kept.push_back((role.to_owned(), access.clone()));
    }

    /// What the role was denied of a service, the latest first. `prefix` begins its actions, as in
    /// `dynamodb`.
    pub(crate) fn of(&self, role: &str, prefix: &str) -> Vec<Access> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = kept.iter().rev().filter(|(known, access)| {
            let vendor = access.action.split(':').next();
            known == role && vendor == Some(prefix)
        });
        own.map(|(_, access)| access.clone()).collect()
    }
}
