use std::collections::BTreeMap;

use crate::{Approval, Output};

/// Values for parameters of a template, by name.
///
/// A parameter that is not named here keeps its deployed value, or takes the template's default.
pub type Parameters = BTreeMap<String, String>;

/// How a stack is deployed.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The values for the template's parameters.
    pub parameters: Parameters,
    /// Who says yes to the changes.
    pub approval: Approval,
    /// Where progress and results go.
    pub output: Output,
}
