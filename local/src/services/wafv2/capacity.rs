//! The capacity that a web ACL needs, in web ACL capacity units (WCU).
//!
//! Source: <https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html>, the
//! table of each statement.

use super::managed::group;
use super::properties::{Rule, Statement};

/// The most that a web ACL may need
/// (<https://docs.aws.amazon.com/waf/latest/developerguide/limits.html>).
pub(super) const MOST: u64 = 5000;

/// The capacity of rules together.
pub(super) fn capacity(rules: &[Rule]) -> u64 {
    rules.iter().map(|rule| of(&rule.statement)).sum()
}

fn of(statement: &Statement) -> u64 {
    let own = if statement.ip_set.is_some() {
        1
    } else if statement.rate_based.is_some() {
        2
    } else if let Some(managed) = &statement.managed_rule_group {
        group(&managed.vendor_name, &managed.name).map_or(0, |group| group.capacity)
    } else {
        // A negation costs what it negates.
        0
    };
    own + statement.inner().map(of).sum::<u64>()
}
