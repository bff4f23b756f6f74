//! Importing an existing resource into a stack.

use super::Options;
use super::change_set::with_defaults;
use super::deploy::{approved_or_discarded, run};
use super::recover::recover;
use crate::aws::{ChangeSetKind, ChangeSetRequest, Clients, create_change_set, resources};
use crate::model::{Import, Stack};
use crate::{Error, render};

/// Creates the stack with nothing but this resource; a deployment then adds the rest.
///
/// A stack that has the resource already stays as it is.
pub async fn import(
    clients: &Clients,
    stack: &Stack,
    import: Import<'_>,
    options: &Options,
) -> Result<(), Error> {
    if let Some(state) = recover(clients, stack, options).await? {
        let resources = resources(clients, &state.id).await?;
        let is_imported = |id: &str| resources.iter().any(|resource| resource.physical_id == id);
        return if is_imported(import.physical_id) {
            Ok(())
        } else {
            Err(Error::StackExists { stack: state.name })
        };
    }
    let request = ChangeSetRequest {
        kind: ChangeSetKind::Import(import),
        template: &reduced(stack.template, import.logical_id),
        parameters: with_defaults(stack, &options.parameters),
        kept_parameters: Vec::new(),
        reverts_drift: false,
        is_express: false,
        is_new_stack: true,
    };
    let Some(plan) = create_change_set(clients, stack, request).await? else {
        return Ok(());
    };
    options
        .output
        .progress(&render::changes(&stack.name, &plan.changes));
    let plan = approved_or_discarded(clients, stack, plan, options).await?;
    run(clients, stack, &plan, options).await?;
    Ok(())
}

/// The template with one resource and without outputs, since an import may do nothing else. A resource
/// with a condition also stays: the one that is imported may name it, and it is not created unless an
/// option asks for it.
fn reduced(template: &str, logical_id: &str) -> String {
    let mut section = "";
    let mut keeps = true;
    let mut text = String::new();
    let lines: Vec<&str> = template.lines().collect();
    for (at, line) in lines.iter().copied().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let key = line.trim().trim_end_matches(':');
        let is_key = line.trim_end().ends_with(':') && !line.trim_start().starts_with('#');
        if indent == 0 && !line.is_empty() && !line.starts_with('#') {
            section = key;
            keeps = section != "Outputs";
        } else if indent == 2 && section == "Resources" && is_key {
            keeps = key == logical_id || is_conditional(&lines[at + 1..]);
        }
        if keeps {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// Whether the resource whose lines begin here has a condition.
fn is_conditional(lines: &[&str]) -> bool {
    let mut own = lines
        .iter()
        .take_while(|line| line.is_empty() || line.starts_with("   "));
    own.any(|line| line.starts_with("    Condition: "))
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

  Key:
    Type: AWS::KMS::Key
    Condition: HasKey

  TableParameter:
    Type: AWS::SSM::Parameter

Outputs:
  Table:
    Value: !Ref Table
";
        insta::assert_snapshot!(reduced(template, "Table"));
    }
}
