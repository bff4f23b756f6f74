//! Policy documents: the grammar of the IAM policy language, with IAM's messages.
//!
//! Source of the grammar: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.

mod actions;
mod conditions;
mod parse;
mod principals;
mod resources;
mod value;

pub(crate) use self::conditions::{Comparison, Condition, Quantifier};
pub(crate) use self::parse::{parse, parse_managed};
pub(super) use self::principals::{INVALID_PRINCIPAL, NO_PRINCIPAL};
pub(crate) use self::principals::{PrincipalKind, Principals};

/// Where a document is attached. The elements that it needs and may have depend on that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The policy of a role, a managed policy, a permissions boundary, or a session policy.
    Identity,
    /// The trust policy of a role.
    Trust,
    /// The policy of a VPC endpoint.
    Resource,
    /// The policy of a resource that says to whom it applies, such as a key or a bucket.
    Attached,
}

/// A policy document that follows the grammar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    /// Whether the document has policy variables: those of version 2008-10-17 are plain text.
    pub(crate) has_variables: bool,
    pub(crate) statements: Vec<Statement>,
}

impl Document {
    /// A document that allows nothing.
    pub(crate) fn nothing() -> Self {
        Self {
            has_variables: false,
            statements: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement {
    pub(crate) sid: Option<String>,
    pub(crate) effect: Effect,
    pub(crate) principals: Option<Principals>,
    pub(crate) actions: Patterns,
    /// Missing in a trust policy, where the resource is the role itself.
    pub(crate) resources: Option<Patterns>,
    pub(crate) conditions: Vec<Condition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Patterns {
    pub(crate) negated: bool,
    pub(crate) patterns: Vec<String>,
}
