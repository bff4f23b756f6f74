//! What `RunTask` changes of a task definition for one task.

use serde::Deserialize;

use super::task_definition::{
    ContainerDefinition, EphemeralStorage, Number, TaskDefinitionProperties, Variable,
};

/// The overrides of a task (`TaskOverride`).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Overrides {
    #[serde(rename = "containerOverrides")]
    pub(super) containers: Vec<ContainerOverride>,
    pub(super) cpu: Option<Number>,
    pub(super) ephemeral_storage: EphemeralStorage,
    pub(super) execution_role_arn: Option<String>,
    pub(super) memory: Option<Number>,
    pub(super) task_role_arn: Option<String>,
}

/// The overrides of a container.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ContainerOverride {
    pub(super) name: String,
    command: Vec<String>,
    environment: Vec<Pair>,
    cpu: Option<Number>,
    memory: Option<Number>,
    memory_reservation: Option<Number>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Pair {
    name: String,
    value: String,
}

impl Overrides {
    /// Applies the overrides.
    pub(super) fn apply(&self, definition: &mut TaskDefinitionProperties) {
        for (given, place) in [
            (&self.execution_role_arn, &mut definition.execution_role_arn),
            (&self.task_role_arn, &mut definition.task_role_arn),
        ] {
            if given.as_ref().is_some_and(|given| !given.is_empty()) {
                place.clone_from(given);
            }
        }
        definition.cpu = self.cpu.or(definition.cpu);
        definition.memory = self.memory.or(definition.memory);
        let storage = &mut definition.ephemeral_storage.size;
        *storage = self.ephemeral_storage.size.or(*storage);
        for container in &mut definition.container_definitions {
            let mut overrides = self.containers.iter();
            if let Some(given) = overrides.find(|given| given.name == container.name()) {
                given.apply(container);
            }
        }
    }
}

impl ContainerOverride {
    fn apply(&self, container: &mut ContainerDefinition) {
        if !self.command.is_empty() {
            container.command.clone_from(&self.command);
        }
        for Pair { name, value } in &self.environment {
            let known = |variable: &Variable| variable.name.as_ref() == Some(name);
            container.environment.retain(|variable| !known(variable));
            container.environment.push(Variable {
                name: Some(name.clone()),
                value: Some(value.clone()),
            });
        }
        container.cpu = self.cpu.or(container.cpu);
        container.memory = self.memory.or(container.memory);
    }

    /// Whether it says anything.
    pub(super) fn is_empty(&self) -> bool {
        self.command.is_empty()
            && self.environment.is_empty()
            && self
                .cpu
                .or(self.memory)
                .or(self.memory_reservation)
                .is_none()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn overrides_replace_what_they_name() {
        let mut definition: TaskDefinitionProperties = serde_json::from_value(json!({
            "Cpu": "256",
            "Memory": "512",
            "TaskRoleArn": "old",
            "ContainerDefinitions": [
                {"Name": "a", "Command": ["x"], "Environment": [{"Name": "A", "Value": "1"}, {"Name": "B", "Value": "2"}]},
                {"Name": "b", "Command": ["y"], "Memory": 100},
            ],
        }))
        .unwrap();
        let overrides: Overrides = serde_json::from_value(json!({
            "memory": "1024",
            "taskRoleArn": "new",
            "containerOverrides": [{"name": "a", "command": ["z"], "environment": [{"name": "B", "value": "3"}], "memory": 64}],
        }))
        .unwrap();
        overrides.apply(&mut definition);
        assert_eq!(definition.cpu, Some(Number(256)));
        assert_eq!(definition.memory, Some(Number(1024)));
        assert_eq!(definition.task_role_arn.as_deref(), Some("new"));
        let [a, b] = &*definition.container_definitions else {
            panic!("two containers")
        };
        assert_eq!(
            (&*a.command, a.memory),
            (["z".to_owned()].as_slice(), Some(Number(64)))
        );
        let variables = a.environment.iter();
        let variables: Vec<_> = variables
            .map(|one| (one.name.as_deref().unwrap(), one.value.as_deref().unwrap()))
            .collect();
        assert_eq!(variables, [("A", "1"), ("B", "3")]);
        assert_eq!(
            (&*b.command, b.memory),
            (["y".to_owned()].as_slice(), Some(Number(100)))
        );
    }
}
