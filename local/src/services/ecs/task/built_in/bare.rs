//! A built-in image on a machine without namespaces: what its container cannot do is refused with the
//! words that it would have there.

use super::BuiltIn;
use crate::services::ecs::task_definition::ContainerDefinition;

/// The arguments of the program.
///
/// # Errors
/// The reason for a container whose program or user the image does not have.
pub(in crate::services::ecs::task) fn arguments(
    image: BuiltIn,
    definition: &ContainerDefinition,
) -> Result<Vec<String>, String> {
    let (program, arguments) = match definition.entry_point.split_first() {
        None => (image.entry_point, [].as_slice()),
        Some((program, arguments)) => (program.as_str(), arguments),
    };
    if program != image.entry_point {
        return Err(if program.contains('/') {
            format!("exec: \"{program}\": stat {program}: no such file or directory")
        } else {
            format!("exec: \"{program}\": executable file not found in $PATH")
        });
    }
    let user = definition.user.as_deref().unwrap_or("");
    let (user, group) = user.split_once(':').unwrap_or((user, ""));
    for (kind, file, name) in [("user", "passwd", user), ("group", "group", group)] {
        if !name.is_empty() && name.parse::<u32>().is_err() {
            return Err(format!(
                "unable to find {kind} {name}: no matching entries in {file} file"
            ));
        }
    }
    Ok([arguments, &definition.command].concat())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::services::ecs::task::built_in::find;

    #[test]
    fn a_built_in_image_has_one_program_and_no_users() {
        let image = find("local/showtable:2").unwrap();
        let given = |definition: serde_json::Value| {
            arguments(image, &serde_json::from_value(definition).unwrap())
        };
        for (definition, expected) in [
            (json!({}), Ok(vec![])),
            (json!({"Command": ["-V"]}), Ok(vec!["-V".to_owned()])),
            (
                json!({"EntryPoint": ["/showtable", "-a"], "Command": ["b"], "User": "1:2"}),
                Ok(vec!["-a".to_owned(), "b".to_owned()]),
            ),
            (
                json!({"EntryPoint": ["sh", "-c"]}),
                Err("exec: \"sh\": executable file not found in $PATH"),
            ),
            (
                json!({"EntryPoint": ["/bin/sh"]}),
                Err("exec: \"/bin/sh\": stat /bin/sh: no such file or directory"),
            ),
            (
                json!({"User": "nobody"}),
                Err("unable to find user nobody: no matching entries in passwd file"),
            ),
            (
                json!({"User": "0:staff"}),
                Err("unable to find group staff: no matching entries in group file"),
            ),
        ] {
            let shown = definition.to_string();
            assert_eq!(
                given(definition),
                expected.map_err(str::to_owned),
                "{shown}"
            );
        }
    }
}
