use std::collections::BTreeMap;

use crate::{Approval, Following, Output};

/// Values for parameters of a template, by name.
///
/// A parameter that is not named here keeps its deployed value, or takes the template's default.
pub type Parameters = BTreeMap<String, String>;

/// How a stack is deployed or destroyed.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The values for the template's parameters.
    pub parameters: Parameters,
    /// What is asked about.
    pub approval: Approval,
    /// Where progress and results go.
    pub output: Output,
    /// Changes made by hand are undone.
    pub revert_drift: bool,
    /// Whether nobody can delete the stack; as it is where this is not given.
    pub termination_protection: Option<bool>,
    /// The stack is destroyed although others were deployed from what it hands over.
    pub force: bool,
    /// How its end is waited for.
    pub following: Following,
    /// The resources that a rollback, which has failed before, leaves out.
    pub skip: Vec<String>,
    /// The resources that a deletion, which has failed before, leaves standing.
    pub retain: Vec<String>,
    /// Resources become ready in the background: `CloudFormation`'s express mode.
    pub express: bool,
}
