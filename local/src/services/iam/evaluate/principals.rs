//! `Principal` and `NotPrincipal`: whether a statement applies to the caller.

use super::super::document::{PrincipalKind, Principals};

/// `callers` are all names of the caller: the ARN of its session, of its role, its account.
pub(crate) fn include(principals: &Principals, callers: &[(PrincipalKind, String)]) -> bool {
    let fits = principals.entries.iter().any(|(kind, name)| {
        callers.iter().any(|(caller_kind, caller)| {
            kind == caller_kind && (name == "*" || name == caller || names_account(name, caller))
        })
    });
    fits != principals.negated
}

/// `123456789012` is short for `arn:aws:iam::123456789012:root`.
fn names_account(name: &str, caller: &str) -> bool {
    name.len() == 12 && caller == format!("arn:aws:iam::{name}:root")
}
