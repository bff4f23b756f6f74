use super::{PREFIX, StackState};

/// The parameter that only a stack with the app has, which reads the name of its table at run time.
const OF_APP: &str = "TableStack";

/// A stack that reads an SSM parameter of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependent {
    /// The name of the stack.
    pub stack: String,
    /// The SSM parameters.
    pub parameters: Vec<String>,
}

/// The SSM parameter that the app of this stack reads while it runs. `CloudFormation` knows nothing of
/// it, but the stack names the prefix.
pub(crate) fn read_at_run_time(stack: &StackState) -> Option<String> {
    stack.parameter(OF_APP)?;
    Some(format!("{}/table", stack.parameter(PREFIX)?))
}

/// The stacks, other than the owner, that read these SSM parameters: they were deployed from them, or
/// their app reads them.
///
/// `CloudFormation` keeps the name of an SSM parameter beside the value that it had.
pub(crate) fn dependents(
    owner: &str,
    handed_over: &[&str],
    stacks: &[StackState],
) -> Vec<Dependent> {
    stacks
        .iter()
        .filter(|stack| stack.name != owner && stack.status.can_have_resources())
        .filter_map(|stack| {
            let resolved = stack.parameters.iter().filter(|p| p.resolved.is_some());
            let parameters: Vec<_> = resolved
                .map(|p| p.value.clone())
                .chain(read_at_run_time(stack))
                .filter(|name| handed_over.contains(&name.as_str()))
                .collect();
            (!parameters.is_empty()).then(|| Dependent {
                stack: stack.name.clone(),
                parameters,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StackParameter;

    fn reader(status: &str, value: &str, resolved: Option<&str>) -> StackState {
        StackState {
            id: "arn:container".into(),
            name: "container".into(),
            status: status.into(),
            parameters: vec![StackParameter {
                key: "VpcId".into(),
                value: value.into(),
                resolved: resolved.map(Into::into),
            }],
            ..StackState::default()
        }
    }

    fn found(owner: &str, reader: StackState) -> Vec<Dependent> {
        dependents(owner, &["/go-on-aws/vpc"], &[reader])
    }

    #[test]
    fn a_stack_that_was_deployed_from_the_parameter_depends_on_its_owner() {
        let reader = reader("CREATE_COMPLETE", "/go-on-aws/vpc", Some("vpc-1"));
        assert_eq!(
            found("vpc", reader),
            [Dependent {
                stack: "container".into(),
                parameters: vec!["/go-on-aws/vpc".into()]
            }]
        );
    }

    #[test]
    fn the_app_depends_on_the_table_that_it_reads_while_it_runs() {
        let parameter = |key: &str, value: &str| StackParameter {
            key: key.into(),
            value: value.into(),
            resolved: None,
        };
        let prefix = parameter(PREFIX, "/go-on-aws/staging");
        let app = StackState {
            name: "staging-container".into(),
            status: "UPDATE_COMPLETE".into(),
            parameters: vec![prefix.clone(), parameter("TableStack", "staging-table")],
            ..StackState::default()
        };
        let network = StackState {
            parameters: vec![prefix],
            ..app.clone()
        };
        let stacks = [app, network];
        let found = dependents("staging-table", &["/go-on-aws/staging/table"], &stacks);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].stack, "staging-container");
        assert_eq!(dependents("table", &["/go-on-aws/table"], &stacks), []);
    }

    #[test]
    fn nothing_else_depends_on_it() {
        let ssm = "/go-on-aws/vpc";
        let id = Some("vpc-1");
        for (owner, reader) in [
            ("vpc", reader("CREATE_COMPLETE", "/other/vpc", id)),
            ("vpc", reader("CREATE_COMPLETE", ssm, None)),
            ("vpc", reader("ROLLBACK_COMPLETE", ssm, id)),
            ("container", reader("CREATE_COMPLETE", ssm, id)),
        ] {
            assert_eq!(found(owner, reader.clone()), [], "{owner} {reader:?}");
        }
    }
}
