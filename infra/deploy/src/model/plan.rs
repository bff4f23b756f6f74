use super::{Change, StackParameter, StackState};

/// A change set that is ready to be executed.
#[derive(Debug)]
pub struct Plan {
    /// The name of the change set.
    pub name: String,
    /// The changes.
    pub changes: Vec<Change>,
    /// The values that it gives to the parameters of the template.
    pub parameters: Vec<StackParameter>,
    pub(crate) stack_id: String,
    pub(crate) change_set_id: String,
    /// Whether the stack exists only because of this change set.
    pub(crate) is_new_stack: bool,
}

/// The outcome of preparing a deployment, before anything is changed.
#[derive(Debug)]
pub enum Prepared {
    /// There are changes: the plan can be executed, kept or discarded.
    Changes(Plan),
    /// The stack already is as its template says.
    Unchanged(StackState),
}

/// A plan that is kept, to be executed later.
#[derive(Debug)]
pub struct UnexecutedPlan {
    /// The name of the stack.
    pub stack: String,
    /// The change set.
    pub plan: Plan,
}
