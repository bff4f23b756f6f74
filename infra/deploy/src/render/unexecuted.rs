use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::Plan;
use crate::render::Shown;
use crate::stack::with_arguments;

/// A change set that is left to be executed later.
#[derive(Debug)]
pub struct Left {
    /// The name of the stack.
    pub stack: String,
    /// The change set.
    pub plan: Plan,
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stack, plan } = self;
        let name = Shown(&plan.name);
        writeln!(f, "The change set {name} of {stack} is not executed.")?;
        writeln!(f, "\nLook at it:\n{}", Shown(console_link(plan)))?;
        let execute = with_arguments("execute", stack);
        writeln!(f, "\nExecute it:\n{execute} {name}")
    }
}

impl Serialize for Left {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("StackName", &self.stack)?;
        map.serialize_entry("ChangeSetName", &self.plan.name)?;
        map.serialize_entry("ChangeSetId", &self.plan.change_set_id)?;
        map.serialize_entry("ConsoleLink", &console_link(&self.plan))?;
        map.serialize_entry("Changes", &self.plan.changes)?;
        map.end()
    }
}

/// The page of the change set in the console of its partition and region.
fn console_link(plan: &Plan) -> String {
    let mut parts = plan.stack_id.split(':').skip(1);
    let partition = parts.next().unwrap_or_default();
    let region = parts.nth(1).unwrap_or_default();
    let host = match partition {
        "aws-cn" => format!("{region}.console.amazonaws.cn"),
        "aws-us-gov" => format!("{region}.console.amazonaws-us-gov.com"),
        _ => format!("{region}.console.aws.amazon.com"),
    };
    format!(
        "https://{host}/cloudformation/home?region={region}#/stacks/changesets/changes?stackId={}&changeSetId={}",
        encoded(&plan.stack_id),
        encoded(&plan.change_set_id),
    )
}

/// An ARN for a query: it has no other reserved characters than these.
fn encoded(arn: &str) -> String {
    arn.replace(':', "%3A").replace('/', "%2F")
}
