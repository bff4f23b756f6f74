use std::fmt;
use std::str::FromStr;

/// The name of the project, in the tag `project` and at the start of every parameter's name.
const PROJECT: &str = "go-on-aws";
/// The longest name that still fits into the name of a load balancer and an id of Auto Scaling.
const LONGEST: usize = 20;

/// One of several copies of the architecture in an account: the default one, or one with a name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment(Option<String>);

impl Environment {
    /// The default environment, whose stacks have no prefix.
    pub const DEFAULT: Self = Self(None);

    /// The name of a stack in this environment, for example `staging-vpc`.
    #[must_use]
    pub fn stack_name(&self, component: &str) -> String {
        match &self.0 {
            Some(name) => format!("{name}-{component}"),
            None => component.to_owned(),
        }
    }

    /// The prefix of the names of its SSM parameters, for example `/go-on-aws/staging`.
    #[must_use]
    pub fn prefix(&self) -> String {
        match &self.0 {
            Some(name) => format!("/{PROJECT}/{name}"),
            None => format!("/{PROJECT}"),
        }
    }

    /// Whether this is the environment without a name.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.0.is_none()
    }

    /// The tags of everything in a stack of this environment.
    pub(crate) fn tags(&self, component: &str) -> [(&'static str, String); 3] {
        [
            ("project", PROJECT.to_owned()),
            ("environment", self.to_string()),
            ("stack", self.stack_name(component)),
        ]
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or("default"))
    }
}

impl FromStr for Environment {
    type Err = &'static str;

    /// Parses a name that can be a part of the names of stacks and parameters. An empty name and
    /// `default` are the default environment.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if name.is_empty() || name == "default" {
            return Ok(Self::DEFAULT);
        }
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase());
        if !starts_well || !name.chars().all(allowed) || name.len() > LONGEST {
            return Err(
                "the name of an environment has up to 20 lower-case letters, digits and hyphens, and begins with a letter",
            );
        }
        // `/go-on-aws/vpc` and `/go-on-aws/table` belong to the default environment.
        if matches!(name, "vpc" | "table" | "container" | "credentials") {
            return Err(
                "this name is taken: the parameter /go-on-aws/NAME belongs to the default environment. Choose another",
            );
        }
        Ok(Self(Some(name.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_and_parameters_are_named_after_it() {
        let staging: Environment = "staging".parse().expect("a good name");
        assert_eq!(staging.stack_name("vpc"), "staging-vpc");
        assert_eq!(staging.prefix(), "/go-on-aws/staging");
        assert_eq!(staging.to_string(), "staging");
    }

    #[test]
    fn the_default_has_no_name() {
        for default in ["", "default"] {
            assert_eq!(default.parse(), Ok(Environment::DEFAULT));
        }
        assert_eq!(Environment::DEFAULT.stack_name("vpc"), "vpc");
        assert_eq!(Environment::DEFAULT.prefix(), "/go-on-aws");
        assert_eq!(
            Environment::DEFAULT.tags("vpc"),
            [
                ("project", "go-on-aws".to_owned()),
                ("environment", "default".to_owned()),
                ("stack", "vpc".to_owned()),
            ]
        );
    }

    #[test]
    fn what_no_stack_can_be_named_after_is_refused() {
        for name in ["Staging", "1st", "a_b", "a/b", "-a", "vpc", &"a".repeat(21)] {
            assert!(name.parse::<Environment>().is_err(), "{name}");
        }
    }
}
