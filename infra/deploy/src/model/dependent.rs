use crate::state::{Resource, all};
use crate::{Clients, Error, StackState};

/// A stack that was deployed from an SSM parameter of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependent {
    /// The name of the stack.
    pub stack: String,
    /// The SSM parameters.
    pub parameters: Vec<String>,
}

/// An error when stacks stand that were deployed from these SSM parameters of `owner`.
pub async fn ensure_unused(
    clients: &Clients,
    owner: &str,
    parameters: &[&str],
) -> Result<(), Error> {
    if parameters.is_empty() {
        return Ok(());
    }
    let others: Vec<_> = all(clients).await?;
    let dependents = dependents(owner, parameters, &others);
    if dependents.is_empty() {
        return Ok(());
    }
    Err(Error::InUse {
        stack: owner.to_owned(),
        dependents,
    })
}

/// The stacks, other than the owner, that were deployed from these SSM parameters.
///
/// `CloudFormation` knows: it keeps the name of an SSM parameter beside the value that it had.
pub(crate) fn dependents(
    owner: &str,
    handed_over: &[&str],
    stacks: &[StackState],
) -> Vec<Dependent> {
    stacks
        .iter()
        .filter(|stack| stack.name != owner && has_resources(stack))
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

/// The names of the SSM parameters among the resources.
pub(crate) fn handed_over(resources: &[Resource]) -> impl Iterator<Item = &str> {
    resources
        .iter()
        .filter(|resource| resource.resource_type == "AWS::SSM::Parameter")
        .map(|resource| resource.physical_id.as_str())
}

/// A stack under review has no resources yet, and one that was rolled back has none any more.
fn has_resources(stack: &StackState) -> bool {
    !matches!(
        stack.status.as_str(),
        "REVIEW_IN_PROGRESS" | "ROLLBACK_COMPLETE" | "DELETE_COMPLETE"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::StackParameter;

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
