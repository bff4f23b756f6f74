/// The command that does something with a stack, for example `task deploy-vpc -- --env staging`.
///
/// The last word of a stack's name is the component; what comes before it is the environment.
#[must_use]
pub fn task(verb: &str, stack: &str) -> String {
    match stack.rsplit_once('-') {
        Some((environment, component)) => {
            format!("task {verb}-{component} -- --env {environment}")
        }
        None => format!("task {verb}-{stack}"),
    }
}

/// The same command with more arguments at its end.
#[must_use]
pub fn task_with(verb: &str, stack: &str, arguments: &str) -> String {
    let task = task(verb, stack);
    if task.contains(" -- ") {
        format!("{task} {arguments}")
    } else {
        format!("{task} -- {arguments}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_names_the_environment_of_the_stack() {
        assert_eq!(task("deploy", "vpc"), "task deploy-vpc");
        assert_eq!(
            task("deploy", "blue-green-vpc"),
            "task deploy-vpc -- --env blue-green"
        );
    }

    #[test]
    fn further_arguments_come_after_the_dashes() {
        assert_eq!(
            task_with("deploy", "vpc", "--yes"),
            "task deploy-vpc -- --yes"
        );
        assert_eq!(
            task_with("deploy", "staging-vpc", "--yes"),
            "task deploy-vpc -- --env staging --yes"
        );
    }
}
