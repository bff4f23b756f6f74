//! Values that are not known yet.

/// The text that a change set shows for a value that is known only after its execution.
pub(crate) const KNOWN_AFTER_APPLY: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";
