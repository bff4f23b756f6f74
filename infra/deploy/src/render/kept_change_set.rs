//! A change set that is kept, to be executed later.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{Shown, task_with};
use crate::model::{Plan, UnexecutedPlan};

impl fmt::Display for UnexecutedPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stack, plan } = self;
        let name = Shown(&plan.name);
        writeln!(f, "The change set {name} of {stack} was not executed.")?;
        writeln!(f, "\nLook at it:\n{}", Shown(console_link(plan)))?;
        let execute = task_with("execute", stack, &name.to_string());
        writeln!(f, "\nExecute it:\n{execute}")
    }
}

impl Serialize for UnexecutedPlan {
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
    let parts: Vec<_> = plan.stack_id.split(':').collect();
    let ["arn", partition, "cloudformation", region, ..] = parts[..] else {
        return "https://console.aws.amazon.com/cloudformation/home".to_owned();
    };
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

/// An ARN as a part of a query. It has no other reserved characters than these two.
fn encoded(arn: &str) -> String {
    arn.replace(':', "%3A").replace('/', "%2F")
}
