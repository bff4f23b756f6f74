//! Taking a resource that exists already into a stack.

use aws_sdk_cloudformation::types::{ChangeSetType, ResourceToImport};

use crate::change_set::{self, builder, make};
use crate::deploy::{approved_or_discarded, run};
use crate::recover::recover;
use crate::state::resources;
use crate::{Clients, Error, Options, Stack, render};

/// A resource that exists already, and its place in the template.
#[derive(Debug, Clone, Copy)]
pub struct Import<'a> {
    /// The name in the template.
    pub logical_id: &'a str,
    /// The type, as `AWS::DynamoDB::Table`.
    pub resource_type: &'a str,
    /// The property by which AWS finds it, as `TableName`.
    pub identifier: &'a str,
    /// The name or id at AWS.
    pub physical_id: &'a str,
}

/// Makes the stack, with this resource and nothing else in it; a deployment adds the rest.
///
/// A stack that has the resource already is left as it is.
pub async fn import(
    clients: &Clients,
    stack: &Stack,
    import: Import<'_>,
    options: &Options,
) -> Result<(), Error> {
    if let Some(state) = recover(clients, stack, options).await? {
        let standing = resources(clients, &state.id).await?;
        let is_there = |id: &str| standing.iter().any(|resource| resource.physical_id == id);
        return if is_there(import.physical_id) {
            Ok(())
        } else {
            Err(Error::StackStands { stack: state.name })
        };
    }
    let asked = builder(clients, stack)
        .change_set_type(ChangeSetType::Import)
        .template_body(reduced(stack.template, import.logical_id))
        .set_parameters(Some(change_set::with_defaults(stack, &options.parameters)))
        .resources_to_import(
            ResourceToImport::builder()
                .logical_resource_id(import.logical_id)
                .resource_type(import.resource_type)
                .resource_identifier(import.identifier, import.physical_id)
                .build(),
        );
    let Some(plan) = make(clients, stack, asked, true).await? else {
        return Ok(());
    };
    options
        .output
        .progress(&render::changes(&stack.name, &plan.changes));
    let plan = approved_or_discarded(clients, plan, options).await?;
    run(clients, stack, &plan, options).await?;
    Ok(())
}

/// The template with one resource and no outputs: an import may do nothing else.
fn reduced(template: &str, logical_id: &str) -> String {
    let mut section = "";
    let mut keeps = true;
    let mut text = String::new();
    for line in template.lines() {
        let indent = line.len() - line.trim_start().len();
        let key = line.trim().trim_end_matches(':');
        let is_key = line.trim_end().ends_with(':') && !line.trim_start().starts_with('#');
        if indent == 0 && !line.is_empty() && !line.starts_with('#') {
            section = key;
            keeps = section != "Outputs";
        } else if indent == 2 && section == "Resources" && is_key {
            keeps = key == logical_id;
        }
        if keeps {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_has_one_resource_and_no_outputs() {
        let template = "\
Parameters:
  Name:
    Type: String

Resources:
  # What is imported.
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      Tags:
        - {Key: a, Value: b}

  TableParameter:
    Type: AWS::SSM::Parameter

Outputs:
  Table:
    Value: !Ref Table
";
        insta::assert_snapshot!(reduced(template, "Table"));
    }
}
