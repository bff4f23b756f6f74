//! The stack and its template.

use deploy::{Environment, PREFIX, Parameters, Stack};

/// The stack. It is deployed into the VPC and the subnets that the stack `vpc` hands over: `vpc`
/// writes their ids to SSM parameters, and this stack reads them.
pub static STACK: Stack =
    Stack::new("container", include_str!("../template.yaml")).reading_from("vpc");

/// The stack in an environment, with the network and the table of that environment.
#[must_use]
pub fn stack(environment: &Environment) -> Stack {
    let mut stack = STACK.in_environment(environment);
    stack.defaults = with_network(stack.defaults);
    if !environment.is_default() {
        let table = environment.stack_name("table");
        stack.defaults.insert("TableStack".to_owned(), table);
    }
    stack
}

/// If a prefix is given, adds the names of the SSM parameters that contain the VPC and its subnets.
/// They begin with the prefix.
pub(crate) fn with_network(mut given: Parameters) -> Parameters {
    let Some(prefix) = given.get(PREFIX).cloned() else {
        return given;
    };
    for (key, name) in [
        ("VpcId", "vpc"),
        ("PublicSubnets", "vpc/public-subnets"),
        ("PrivateSubnets", "vpc/private-subnets"),
    ] {
        given
            .entry(key.to_owned())
            .or_insert_with(|| format!("{prefix}/{name}"));
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_has_a_network_and_a_table_of_its_own() {
        let staging = "staging".parse().expect("a good name");
        let defaults = stack(&staging).defaults;
        assert_eq!(defaults["VpcId"], "/go-on-aws/staging/vpc");
        assert_eq!(defaults["TableStack"], "staging-table");
        assert!(stack(&Environment::DEFAULT).defaults.is_empty());
    }

    #[test]
    fn a_given_prefix_is_also_where_the_network_is_handed_over() {
        let given = Parameters::from([
            (PREFIX.into(), "/staging".into()),
            ("VpcId".into(), "/shared/vpc".into()),
        ]);
        let parameters = with_network(given);
        assert_eq!(parameters["VpcId"], "/shared/vpc");
        assert_eq!(parameters["PublicSubnets"], "/staging/vpc/public-subnets");
        assert_eq!(parameters["PrivateSubnets"], "/staging/vpc/private-subnets");
        assert_eq!(with_network(Parameters::new()), Parameters::new());
    }
}
