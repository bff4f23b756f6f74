use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Contents, Environment};

/// Values for parameters of a template, by name.
///
/// A parameter that is not named here keeps its deployed value, or takes the default of the template.
pub type Parameters = BTreeMap<String, String>;

/// The parameter of the templates with which the names of SSM parameters begin.
pub const PREFIX: &str = "ParameterPrefix";

/// A stack as the repository defines it: its template, and its name in an environment.
#[derive(Debug, Clone)]
pub struct Stack {
    /// The name of the stack, for example `vpc`, or `staging-vpc` in an environment.
    pub name: Cow<'static, str>,
    /// The name of its binary and of its tasks, for example `vpc`.
    pub component: &'static str,
    /// The environment that it belongs to.
    pub environment: Environment,
    /// The text of `template.yaml`.
    pub template: &'static str,
    /// The component whose SSM parameters this one is deployed from.
    pub reads_from: Option<&'static str>,
    /// The values of its parameters when it is created, unless others are given.
    pub defaults: Parameters,
    /// The contents of its resources, such as the items of a table.
    pub contents: Option<&'static dyn Contents>,
}

impl Stack {
    /// The stack of a component in the default environment.
    #[must_use]
    pub const fn new(component: &'static str, template: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(component),
            component,
            environment: Environment::DEFAULT,
            template,
            reads_from: None,
            defaults: BTreeMap::new(),
            contents: None,
        }
    }

    /// The same stack, deployed from the SSM parameters that `component` writes.
    #[must_use]
    pub const fn reading_from(mut self, component: &'static str) -> Self {
        self.reads_from = Some(component);
        self
    }

    /// The same stack, with what it holds beside its resources.
    #[must_use]
    pub const fn holding(mut self, contents: &'static dyn Contents) -> Self {
        self.contents = Some(contents);
        self
    }

    /// The same stack in an environment: with its name, and its SSM parameters under its prefix.
    #[must_use]
    pub fn in_environment(&self, environment: &Environment) -> Self {
        let mut stack = self.clone();
        stack.name = Cow::Owned(environment.stack_name(self.component));
        if !environment.is_default() {
            stack
                .defaults
                .insert(PREFIX.to_owned(), environment.prefix());
        }
        stack.environment = environment.clone();
        stack
    }

    /// The tags of the stack, which `CloudFormation` gives to everything in it.
    pub(crate) fn tags(&self) -> [(&'static str, String); 3] {
        self.environment.tags(self.component)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_names_the_stack_and_its_parameters() {
        let staging = "staging".parse().expect("a good name");
        let stack = Stack::new("vpc", "").in_environment(&staging);
        assert_eq!(stack.name, "staging-vpc");
        assert_eq!(stack.component, "vpc");
        assert_eq!(stack.defaults[PREFIX], "/go-on-aws/staging");
    }
}
