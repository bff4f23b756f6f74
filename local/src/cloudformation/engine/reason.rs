//! Status reasons that list resources.

/// The reason of a stack some of whose resources failed to `verb`.
pub(super) fn failed_to(verb: &str, logical_ids: &[String]) -> String {
    format!(
        "The following resource(s) failed to {verb}: [{}]. ",
        logical_ids.join(", ")
    )
}
