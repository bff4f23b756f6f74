use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::{Environment, Parameters};

/// The template's parameter for the beginning of the names of SSM parameters.
pub const PREFIX: &str = "ParameterPrefix";

/// A stack as it stands in the repository: its template, and the name it has in an environment.
#[derive(Debug, Clone)]
pub struct Stack {
    /// The name of the stack, as `vpc`, or `staging-vpc` in an environment.
    pub name: Cow<'static, str>,
    /// The name of its binary and of its tasks, as `vpc`.
    pub component: &'static str,
    /// The environment that it belongs to.
    pub environment: Environment,
    /// The text of `template.yaml`.
    pub template: &'static str,
    /// The component that hands over the SSM parameters which this one is deployed from.
    pub reads_from: Option<&'static str>,
    /// What its parameters are when it is made, where nothing else is given.
    pub defaults: Parameters,
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
        }
    }

    /// The stack, reading what `component` hands over.
    #[must_use]
    pub const fn reading_from(mut self, component: &'static str) -> Self {
        self.reads_from = Some(component);
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

/// The command that does something with a stack, as `task deploy-vpc -- --env staging`.
///
/// The component is the last word of a stack's name, and the environment what stands before it.
#[must_use]
pub fn task(verb: &str, stack: &str) -> String {
    match stack.rsplit_once('-') {
        Some((environment, component)) => {
            format!("task {verb}-{component} -- --env {environment}")
        }
        None => format!("task {verb}-{stack}"),
    }
}

/// The same, ready for more options at its end.
pub(crate) fn with_arguments(verb: &str, stack: &str) -> String {
    let task = task(verb, stack);
    if task.contains(" -- ") {
        task
    } else {
        format!("{task} --")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_names_the_environment_of_the_stack() {
        assert_eq!(task("deploy", "vpc"), "task deploy-vpc");
        assert_eq!(
            task("deploy", "blue-green-vpc"),
            "task deploy-vpc -- --env blue-green"
        );
    }

    #[test]
    fn an_environment_names_the_stack_and_its_parameters() {
        let staging = "staging".parse().expect("a good name");
        let stack = Stack::new("vpc", "").in_environment(&staging);
        assert_eq!(stack.name, "staging-vpc");
        assert_eq!(stack.component, "vpc");
        assert_eq!(stack.defaults[PREFIX], "/go-on-aws/staging");
    }
}
