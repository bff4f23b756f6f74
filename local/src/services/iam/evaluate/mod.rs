//! Evaluates policy documents for one request: the language only, without any state.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>.

mod arn;
mod conditions;
mod dates;
mod ip_address;
mod pattern;
mod principals;

use self::conditions::holds;
use self::pattern::Pattern;
pub(crate) use self::principals::include;
use super::context::Context;
use super::document::{Document, Effect, Patterns, PrincipalKind, Principals, Statement};

/// What a request asks of a policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    /// Such as `dynamodb:Scan`.
    pub(crate) action: &'a str,
    /// The ARN, or `*` for an action that has no resource.
    pub(crate) resource: &'a str,
    pub(crate) context: &'a Context,
    /// Who asks: only trust policies and policies of resources say to whom they apply.
    pub(crate) principals: &'a [(PrincipalKind, String)],
}

/// The answer of a set of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// A statement allows the request, and none denies it.
    Allow,
    /// A statement denies the request.
    ExplicitDeny,
    /// No statement is about the request.
    ImplicitDeny,
}

/// Evaluates all statements of the documents. An explicit deny comes first.
pub(crate) fn evaluate<'a>(
    documents: impl IntoIterator<Item = &'a Document>,
    question: Question<'_>,
) -> Decision {
    let mut decision = Decision::ImplicitDeny;
    for document in documents {
        for statement in &document.statements {
            if !applies(statement, document.has_variables, question) {
                continue;
            }
            match statement.effect {
                Effect::Deny => return Decision::ExplicitDeny,
                Effect::Allow => decision = Decision::Allow,
            }
        }
    }
    decision
}

/// The first statement that denies the request.
pub(crate) fn denying<'a>(
    documents: impl IntoIterator<Item = &'a Document>,
    question: Question<'_>,
) -> Option<&'a Statement> {
    documents.into_iter().find_map(|document| {
        document.statements.iter().find(|statement| {
            statement.effect == Effect::Deny && applies(statement, document.has_variables, question)
        })
    })
}

/// The statements that allow something.
pub(crate) fn allowing<'a>(
    documents: impl IntoIterator<Item = &'a Document>,
) -> impl Iterator<Item = &'a Statement> {
    let statements = documents
        .into_iter()
        .flat_map(|document| &document.statements);
    statements.filter(|statement| statement.effect == Effect::Allow)
}

/// The first statement that allows the request, among those whose principals fit.
pub(crate) fn granting<'a>(
    document: &'a Document,
    question: Question<'_>,
    fits: impl Fn(&Principals) -> bool,
) -> Option<&'a Statement> {
    document.statements.iter().find(|statement| {
        statement.effect == Effect::Allow
            && statement.principals.as_ref().is_some_and(&fits)
            && concerns(statement, document.has_variables, question)
    })
}

fn applies(statement: &Statement, variables: bool, question: Question<'_>) -> bool {
    let whom = statement.principals.as_ref();
    whom.is_none_or(|whom| include(whom, question.principals))
        && concerns(statement, variables, question)
}

/// Whether the statement is about the request, whoever sends it.
fn concerns(statement: &Statement, variables: bool, question: Question<'_>) -> bool {
    has_action(&statement.actions, question.action)
        && has_resource(statement.resources.as_ref(), variables, question)
        && statement
            .conditions
            .iter()
            .all(|condition| holds(condition, variables, question.context))
}

pub(crate) fn has_action(actions: &Patterns, action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    let fits = actions
        .patterns
        .iter()
        .any(|pattern| Pattern::plain(&pattern.to_ascii_lowercase()).matches(&action));
    fits != actions.negated
}

fn has_resource(resources: Option<&Patterns>, variables: bool, question: Question<'_>) -> bool {
    let Some(resources) = resources else {
        return true;
    };
    let fits = resources.patterns.iter().any(|pattern| {
        Pattern::new(pattern, variables, question.context)
            .is_some_and(|pattern| pattern.matches(question.resource))
    });
    fits != resources.negated
}

#[cfg(test)]
mod tests;
