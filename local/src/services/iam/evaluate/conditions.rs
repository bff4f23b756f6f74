//! `Condition`: whether the keys of a request fit.

use super::super::document::{Comparison, Condition, Quantifier};
use super::pattern::Pattern;
use super::{Context, arn, dates, ip_address};

pub(super) fn holds(condition: &Condition, variables: bool, context: &Context) -> bool {
    let given = context.get(&condition.key);
    if condition.comparison == Comparison::Null {
        let is_missing = given.is_none_or(<[String]>::is_empty);
        let fits = |value: &String| value.eq_ignore_ascii_case(&is_missing.to_string());
        return condition.values.iter().any(fits);
    }
    let given = given.unwrap_or_default();
    if given.is_empty() {
        return match condition.quantifier {
            Some(Quantifier::ForAllValues) => true,
            Some(Quantifier::ForAnyValue) => condition.if_exists,
            None => condition.if_exists || condition.negated,
        };
    }
    let fits = |value: &String| {
        let equal = condition.values.iter().any(|wanted| {
            compare(condition.comparison, wanted, value, variables, context).unwrap_or(false)
        });
        equal != condition.negated
    };
    match condition.quantifier {
        Some(Quantifier::ForAllValues) => given.iter().all(fits),
        Some(Quantifier::ForAnyValue) => given.iter().any(fits),
        // A negated operator holds only if no value of the key is equal.
        None => {
            let fitting = given.iter().filter(|value| fits(value)).count();
            fitting >= if condition.negated { given.len() } else { 1 }
        }
    }
}

/// Compares a value of the policy with one of the request. Returns nothing if one of them is not of
/// the operator's type, or a variable has no value.
fn compare(
    comparison: Comparison,
    wanted: &str,
    given: &str,
    variables: bool,
    context: &Context,
) -> Option<bool> {
    use Comparison as C;
    if comparison == C::Arn {
        return Some(arn::matches(wanted, variables, context, given));
    }
    let pattern = Pattern::new(wanted, variables, context)?;
    if comparison == C::StringLike {
        return Some(pattern.matches(given));
    }
    let wanted = pattern.literal();
    let numbers = || Some((given.parse::<f64>().ok()?, wanted.parse::<f64>().ok()?));
    let times = || Some((dates::seconds(given)?, dates::seconds(&wanted)?));
    Some(match comparison {
        C::StringEquals | C::BinaryEquals => wanted == given,
        C::StringEqualsIgnoreCase => wanted.to_lowercase() == given.to_lowercase(),
        C::Bool => wanted.eq_ignore_ascii_case(given),
        C::IpAddress => ip_address::contains(&wanted, given),
        C::NumericEquals => {
            numbers().is_some_and(|(given, wanted)| (given - wanted).abs() < f64::EPSILON)
        }
        C::NumericLessThan => numbers().is_some_and(|(given, wanted)| given < wanted),
        C::NumericLessThanEquals => numbers().is_some_and(|(given, wanted)| given <= wanted),
        C::NumericGreaterThan => numbers().is_some_and(|(given, wanted)| given > wanted),
        C::NumericGreaterThanEquals => numbers().is_some_and(|(given, wanted)| given >= wanted),
        C::DateEquals => {
            times().is_some_and(|(given, wanted)| (given - wanted).abs() < f64::EPSILON)
        }
        C::DateLessThan => times().is_some_and(|(given, wanted)| given < wanted),
        C::DateLessThanEquals => times().is_some_and(|(given, wanted)| given <= wanted),
        C::DateGreaterThan => times().is_some_and(|(given, wanted)| given > wanted),
        C::DateGreaterThanEquals => times().is_some_and(|(given, wanted)| given >= wanted),
        C::StringLike | C::Arn | C::Null => return None,
    })
}
