//! Comparison of ARNs: each of the six parts by itself.

use super::Context;
use super::pattern::Pattern;

pub(super) fn matches(pattern: &str, variables: bool, context: &Context, arn: &str) -> bool {
    let patterns: Vec<&str> = split(pattern);
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    patterns.len() == parts.len()
        && patterns.iter().zip(parts).all(|(pattern, part)| {
            Pattern::new(pattern, variables, context).is_some_and(|pattern| pattern.matches(part))
        })
}

/// The parts of a pattern. The colons of a variable, such as `${aws:username}`, do not count.
fn split(pattern: &str) -> Vec<&str> {
    let (mut parts, mut start, mut in_variable) = (Vec::new(), 0, false);
    for (at, c) in pattern.char_indices() {
        match c {
            '{' if pattern[..at].ends_with('$') => in_variable = true,
            '}' => in_variable = false,
            ':' if !in_variable && parts.len() < 5 => {
                parts.push(&pattern[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&pattern[start..]);
    parts
}
