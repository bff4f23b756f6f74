//! The changes of a change set.

use super::Shown;
use super::text::{count, push_line, width};
use crate::model::{Change, PropertyChange};

/// Of two values longer than this many bytes, only the part that differs is shown.
const LONG_VALUE: usize = 60;
/// How many equal characters are shown on either side of the difference.
const CONTEXT: usize = 16;

/// The changes of a change set: a line for each resource, and below it one for each property. IAM
/// and security groups are in a block of their own.
#[must_use]
pub fn changes(stack: &str, changes: &[Change]) -> String {
    if changes.is_empty() {
        return format!("{stack}: no changes\n");
    }
    let widest = width(changes.iter().map(|change| change.resource_type.as_str()));
    let mut text = format!("{stack}: {}\n", summary(changes));
    let (access, others): (Vec<_>, Vec<_>) = changes
        .iter()
        .partition(|change| change.is_about_permissions() || change.is_about_connections());
    for change in others {
        push_change(&mut text, change, widest);
    }
    if !access.is_empty() {
        text.push_str("\nIAM and security groups:\n");
    }
    for change in access {
        push_change(&mut text, change, widest);
    }
    text
}

/// The number of changes of each kind, for example `2 changes (1 added, 1 replaced)`.
fn summary(changes: &[Change]) -> String {
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for kind in changes.iter().map(kind) {
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, number)) => *number += 1,
            None => kinds.push((kind, 1)),
        }
    }
    let kinds: Vec<_> = kinds
        .into_iter()
        .map(|(kind, number)| format!("{number} {}", Shown(kind)))
        .collect();
    format!("{} ({})", count(changes.len(), "change"), kinds.join(", "))
}

fn push_change(text: &mut String, change: &Change, widest: usize) {
    let physical_id = match change.physical_id.as_str() {
        "" => String::new(),
        id => format!(" ({})", Shown(id)),
    };
    let line = format!(
        "  {} {:widest$}  {}{physical_id}",
        symbol(change),
        Shown(&change.resource_type),
        Shown(&change.logical_id),
    );
    push_line(text, &line);
    if let Some(consequence) = consequence(change) {
        push_line(text, &format!("      {consequence}"));
    }
    // The template already shows the properties of an added resource; only access matters here.
    let access = change.is_about_permissions() || change.is_about_connections();
    if access || change.action != "Add" {
        for property in &change.properties {
            push_line(text, &format!("      {}", property_change(property)));
        }
    }
}

fn kind(change: &Change) -> &str {
    match (change.action.as_str(), change.replacement.as_str()) {
        ("Add", _) => "added",
        ("Remove", _) => "removed",
        ("Modify", "True") => "replaced",
        ("Modify", "Conditional") => "changed or replaced",
        ("Modify", _) => "changed",
        ("Import", _) => "imported",
        ("SyncWithActual", _) => "changed by hand",
        (action, _) => action,
    }
}

fn symbol(change: &Change) -> &'static str {
    match (change.action.as_str(), change.replacement.as_str()) {
        ("Add", _) => "+  ",
        ("Remove", _) => "-  ",
        ("Modify", "True") => "-/+",
        ("Modify", _) => "~  ",
        ("Import" | "SyncWithActual", _) => "=  ",
        _ => "?  ",
    }
}

/// What happens to the existing resource.
fn consequence(change: &Change) -> Option<String> {
    let (what, is_kept) = match (change.action.as_str(), change.replacement.as_str()) {
        ("Remove", _) => ("deleted", "no longer part of the stack, but kept"),
        ("Modify", "True") => (
            "replaced by a new one",
            "replaced by a new one; the old one is kept outside of the stack",
        ),
        ("Modify", "Conditional") => (
            "may be replaced by a new one",
            "may be replaced by a new one; the old one is kept outside of the stack",
        ),
        ("SyncWithActual", _) => {
            return Some("was changed by hand and now matches the template".to_owned());
        }
        _ => return None,
    };
    if change.policy_action.ends_with("Retain") {
        return Some(is_kept.to_owned());
    }
    Some(match change.destroys() {
        Some(loss) => format!("{what}; this loses: {loss}"),
        None => format!("{what}; nothing is lost"),
    })
}

fn property_change(property: &PropertyChange) -> String {
    let path = property.path.trim_start_matches("/Properties/");
    let path = Shown(path.trim_start_matches('/'));
    let values = match (&property.before, &property.after) {
        (Some(before), Some(after)) => {
            let (before, after) = differing(value(before), value(after));
            format!(": {} -> {}", Shown(before), Shown(after))
        }
        (None, Some(after)) => format!(": -> {}", Shown(value(after))),
        (Some(before), None) => format!(": {} ->", Shown(before)),
        (None, None) => String::new(),
    };
    let recreation = match property.recreation.as_str() {
        "Always" => "  (forces replacement)",
        "Conditionally" => "  (may force replacement)",
        _ => "",
    };
    let by_hand = if property.by_hand {
        "  (changed by hand)"
    } else {
        ""
    };
    format!("{path}{values}{recreation}{by_hand}")
}

/// The value, or words for one that AWS only knows after the deployment.
fn value(value: &str) -> &str {
    match value {
        "{{changeSet:KNOWN_AFTER_APPLY}}" => "(known after the deploy)",
        value => value,
    }
}

/// Two values; if both are long, without most of what they have in common.
pub(super) fn differing(before: &str, after: &str) -> (String, String) {
    if before.len().min(after.len()) <= LONG_VALUE {
        return (before.to_owned(), after.to_owned());
    }
    let before: Vec<_> = before.chars().collect();
    let after: Vec<_> = after.chars().collect();
    let shorter = before.len().min(after.len());
    let start = common_start(before.iter(), after.iter());
    let end = common_start(before.iter().rev(), after.iter().rev()).min(shorter - start);
    let start = start.saturating_sub(CONTEXT);
    let end = end.saturating_sub(CONTEXT);
    (cut(&before, start, end), cut(&after, start, end))
}

/// The number of characters at the start of two iterators that are equal.
fn common_start<'a>(
    left: impl Iterator<Item = &'a char>,
    right: impl Iterator<Item = &'a char>,
) -> usize {
    left.zip(right).take_while(|(l, r)| l == r).count()
}

fn cut(value: &[char], start: usize, end: usize) -> String {
    let middle: String = value[start..value.len() - end].iter().collect();
    let left_out = |count| if count == 0 { "" } else { "…" };
    format!("{}{middle}{}", left_out(start), left_out(end))
}
