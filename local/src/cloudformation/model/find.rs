//! How stacks are found among those of the account.

use super::change_set::ChangeSet;
use super::stack::Stack;

/// Finds a stack by its ARN, or by its name unless it is deleted.
pub(crate) fn find<'a>(stacks: &'a [Stack], name_or_id: &str) -> Option<&'a Stack> {
    by_id(stacks, name_or_id).or_else(|| living(stacks).find(|stack| stack.name == name_or_id))
}

/// Finds a stack by its ARN.
pub(crate) fn by_id<'a>(stacks: &'a [Stack], id: &str) -> Option<&'a Stack> {
    stacks.iter().find(|stack| stack.id == id)
}

/// Finds a stack by its ARN, to change it.
pub(crate) fn by_id_mut<'a>(stacks: &'a mut [Stack], id: &str) -> Option<&'a mut Stack> {
    stacks.iter_mut().find(|stack| stack.id == id)
}

/// Finds a stack that is not deleted by its name or its ARN, to change it.
pub(crate) fn find_living_mut<'a>(
    stacks: &'a mut [Stack],
    name_or_id: &str,
) -> Option<&'a mut Stack> {
    stacks
        .iter_mut()
        .find(|stack| !stack.is_deleted() && stack.is_called(name_or_id))
}

/// The stacks that are not deleted.
pub(crate) fn living(stacks: &[Stack]) -> impl Iterator<Item = &Stack> {
    stacks.iter().filter(|stack| !stack.is_deleted())
}

/// Finds a change set by its name or its ARN, in the stack `of_stack` or in any.
pub(crate) fn find_change_set<'a>(
    stacks: &'a [Stack],
    name_or_id: &str,
    of_stack: Option<&str>,
) -> Option<(&'a Stack, &'a ChangeSet)> {
    stacks
        .iter()
        .filter(|stack| of_stack.is_none_or(|wanted| stack.is_called(wanted)))
        .find_map(|stack| {
            let mut change_sets = stack.change_sets.iter();
            let found = change_sets.find(|known| known.is_called(name_or_id))?;
            Some((stack, found))
        })
}

/// The stack, not deleted, that has this resource.
pub(crate) fn owner<'a>(stacks: &'a [Stack], resource_type: &str, id: &str) -> Option<&'a Stack> {
    living(stacks).find(|stack| {
        let mut records = stack.current.existing();
        records.any(|(_, record)| record.physical_id == id && record.resource_type == resource_type)
    })
}

/// The value that a stack exports under `name`, unless the stack is deleted.
pub(crate) fn export(stacks: &[Stack], name: &str) -> Option<String> {
    living(stacks)
        .flat_map(|stack| stack.current.exports())
        .find(|(export, _)| *export == name)
        .map(|(_, value)| value.to_owned())
}

/// The value of an output of a stack, unless the stack is deleted.
pub(crate) fn output(stacks: &[Stack], stack: &str, name: &str) -> Option<String> {
    let stack = living(stacks).find(|one| one.is_called(stack))?;
    Some(stack.current.outputs.get(name)?.value.clone())
}

/// Another stack, not deleted, that imports the export `name` of `stack`.
pub(crate) fn importer<'a>(stacks: &'a [Stack], stack: &Stack, name: &str) -> Option<&'a Stack> {
    living(stacks).find(|other| other.id != stack.id && other.current.imports.contains(name))
}
