//! What the transform sees, and its error.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::aws::AwsError;
use crate::cloudformation::functions::Scope;

/// The values of the loops around a place, by their identifier.
pub(super) type Bindings = BTreeMap<String, String>;

/// More entries than any template may have, so that nested loops end.
const MOST_ENTRIES: usize = 5_000;

/// The parameters and mappings, without any resource.
pub(super) struct Context<'a> {
    pub(super) scope: Scope<'a>,
    entries: Cell<usize>,
}

impl<'a> Context<'a> {
    pub(super) fn new(scope: Scope<'a>) -> Self {
        Self {
            scope,
            entries: Cell::new(0),
        }
    }

    /// Counts an entry that a loop makes.
    ///
    /// # Errors
    /// There are too many.
    pub(super) fn count(&self) -> Result<(), AwsError> {
        self.entries.set(self.entries.get() + 1);
        if self.entries.get() > MOST_ENTRIES {
            return Err(failed(&format!(
                "Fn::ForEach makes more than {MOST_ENTRIES} entries"
            )));
        }
        Ok(())
    }
}

pub(super) fn failed(reason: &str) -> AwsError {
    AwsError::validation(format!(
        "Transform AWS::LanguageExtensions failed with: {reason}"
    ))
}
