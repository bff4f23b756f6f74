use std::fmt;

use super::{Shown, changes, drift};
use crate::model::Diff;

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stack = &self.stack_name;
        match &self.anew {
            Some(status) => writeln!(
                f,
                "{stack} is in {}: a deployment deletes it and creates it again",
                Shown(status)
            )?,
            None => f.write_str(&changes(stack, &self.changes))?,
        }
        match &self.drift {
            Some(drifts) => write!(f, "\n{}", drift(stack, drifts)),
            None => Ok(()),
        }
    }
}
