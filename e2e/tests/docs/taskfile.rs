//! Reads the commands of each task from `Taskfile.yml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use e2e::ROOT;
use saphyr::{LoadableYamlNode as _, Yaml};

/// The commands of each task.
pub(crate) struct Taskfile(BTreeMap<String, Vec<String>>);

impl Taskfile {
    pub(crate) fn read() -> Self {
        let text = fs::read_to_string(Path::new(ROOT).join("Taskfile.yml")).expect("Taskfile.yml");
        let documents = Yaml::load_from_str(&text).expect("YAML");
        let tasks = documents[0]["tasks"].as_mapping().expect("tasks");
        let tasks = tasks.iter().map(|(name, task)| {
            let name = name.as_str().expect("a name").to_owned();
            (name, commands(task))
        });
        Self(tasks.collect())
    }

    /// The commands that `task` runs with these words: names of tasks, and after `--` the arguments.
    pub(crate) fn expand(&self, words: &[String]) -> Result<Vec<String>, String> {
        let split = words.iter().position(|word| word == "--");
        let (names, arguments) = words.split_at(split.unwrap_or(words.len()));
        let arguments = arguments.get(1..).unwrap_or_default().join(" ");
        let mut all = Vec::new();
        for name in names {
            let (commands, matched) = self
                .find(name)
                .ok_or_else(|| format!("Taskfile.yml has no task {name}"))?;
            all.extend(commands.iter().map(|command| {
                let command = command.replace("{{.CLI_ARGS}}", &arguments);
                let command = command.replace("{{.TASK}}", name);
                command.replace("{{.STACK}}", matched).trim().to_owned()
            }));
        }
        Ok(all)
    }

    /// The commands of a task, and the text that a `*` in its name matches.
    fn find<'a>(&self, name: &'a str) -> Option<(&[String], &'a str)> {
        if let Some(commands) = self.0.get(name) {
            return Some((commands, ""));
        }
        self.0.iter().find_map(|(pattern, commands)| {
            let matched = name.strip_prefix(pattern.strip_suffix('*')?)?;
            Some((commands.as_slice(), matched))
        })
    }
}

fn commands(task: &Yaml<'_>) -> Vec<String> {
    let text = |node: &Yaml<'_>| node.as_str().expect("a command").to_owned();
    match task.as_mapping_get("cmds") {
        Some(list) => list
            .as_sequence()
            .expect("a list")
            .iter()
            .map(text)
            .collect(),
        None => vec![text(&task["cmd"])],
    }
}
