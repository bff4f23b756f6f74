//! `Fn::GetStackOutput`: an output of another stack, whether it is exported or not.

use serde_json::Value;

use super::scope::{Resolved, Scope};

pub(super) fn stack_output(scope: &Scope<'_>, argument: &Value) -> Resolved {
    let member = |name: &str| {
        argument
            .get(name)
            .map(|value| scope.text(value))
            .transpose()
    };
    let required = |name: &str| {
        member(name)?.ok_or_else(|| {
            format!("Template error: every Fn::GetStackOutput object requires {name}")
        })
    };
    let (stack, output) = (required("StackName")?, required("OutputName")?);
    let here = scope.inputs.region;
    if let Some(region) = member("Region")?.filter(|region| region != here) {
        return Err(format!(
            "Template error: the local AWS is in {here}, not in {region} (Fn::GetStackOutput)"
        ));
    }
    let value = (scope.inputs.output)(&stack, &output);
    let value = value.ok_or_else(|| {
        format!("Template error: the stack {stack} has no output {output} (Fn::GetStackOutput)")
    })?;
    Ok(Some(value.into()))
}
