//! The names of load balancers and target groups.

use crate::resources::subject::{Subject, at};

/// The longest name.
const LONGEST: usize = 32;

/// The name in the properties, also if it is empty.
pub(super) fn given<'a>(subject: &Subject<'a>) -> Option<&'a str> {
    at(subject.properties, "Name")?.as_str()
}

/// Checks a name; `noun` says what it names.
///
/// # Errors
/// ELB's sentence.
pub(super) fn check(noun: &str, name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err(format!("{noun} name cannot be empty"));
    }
    if name.chars().count() > LONGEST {
        return Err(format!(
            "{noun} name '{name}' cannot be longer than '{LONGEST}' characters"
        ));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(format!(
            "{noun} name '{name}' can only contain characters that are alphanumeric characters and hyphens(-)"
        ));
    }
    let (first, last) = (name.starts_with('-'), name.ends_with('-'));
    // Both words: https://github.com/badmintoncryer/cdk-preflight
    if (first || last) && noun == "Target group" {
        return Err(format!(
            "1 validation error detected: Value '{name}' at 'targetGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^-)(?!.*-$)^[A-Za-z0-9-]+$"
        ));
    }
    if first || last {
        let place = if first { "begin" } else { "end" };
        return Err(format!(
            "{noun} name '{name}' cannot {place} with a hyphen(-)"
        ));
    }
    Ok(())
}
