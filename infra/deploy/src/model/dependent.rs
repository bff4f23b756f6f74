use super::StackState;

/// A stack that was deployed from an SSM parameter of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependent {
    /// The name of the stack.
    pub stack: String,
    /// The SSM parameters.
    pub parameters: Vec<String>,
}

/// The stacks, other than the owner, that were deployed from these SSM parameters.
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
            let parameters: Vec<_> = stack
                .parameters
                .iter()
                .filter(|p| p.resolved.is_some() && handed_over.contains(&p.value.as_str()))
                .map(|p| p.value.clone())
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
