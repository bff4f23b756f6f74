//! One operation on one stack.

use std::sync::Arc;

use super::notify::notify;
use crate::account::{Account, State};
use crate::cloudformation::model::{Record, Stack, by_id, by_id_mut};
use crate::cloudformation::plan::Target;
use crate::resources::Request;
use crate::services::iam::{Principal, RoleSession};

/// One operation on one stack.
#[derive(Clone)]
pub(super) struct Run {
    pub(super) account: Arc<Account>,
    pub(super) stack_id: String,
    pub(super) stack_name: String,
}

/// Why the stack of a run is always found.
const STACK_EXISTS: &str = "a stack is forgotten only after its deletion";

impl Run {
    /// An operation on the stack, if it exists.
    pub(super) fn new(account: Arc<Account>, stack_id: String) -> Option<Self> {
        let name = |state: &State| Some(by_id(&state.stacks, &stack_id)?.name.clone());
        let stack_name = account.read(name)?;
        Some(Self {
            account,
            stack_id,
            stack_name,
        })
    }

    pub(super) fn find<'a>(&self, state: &'a State) -> &'a Stack {
        by_id(&state.stacks, &self.stack_id).expect(STACK_EXISTS)
    }

    pub(super) fn find_mut<'a>(&self, state: &'a mut State) -> &'a mut Stack {
        by_id_mut(&mut state.stacks, &self.stack_id).expect(STACK_EXISTS)
    }

    pub(super) fn read<T>(&self, look: impl FnOnce(&Stack) -> T) -> T {
        self.account.read(|state| look(self.find(state)))
    }

    /// Changes the stack. Its topics get the events.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Stack) -> T) -> T {
        self.account.change(|state| {
            let result = change(self.find_mut(state));
            notify(state, &self.stack_id);
            result
        })
    }

    /// The target that the current version of the stack describes.
    ///
    /// # Errors
    /// One sentence if the template cannot be read.
    pub(super) fn target(&self) -> Result<Target, String> {
        self.read(|stack| Target::new(&self.account.region, stack, &stack.current))
            .map_err(|err| err.message)
    }

    /// Who acts on the resources: the role of the stack, or else the caller of the operation.
    fn caller(&self) -> Principal {
        self.read(|stack| match &stack.current.role {
            Some(role) => Principal::Session(RoleSession::new(role, "AWSCloudFormation")),
            None => stack.caller.clone(),
        })
    }

    /// The request to the service of a resource.
    pub(super) fn request(&self, logical_id: &str, record: &Record) -> Request {
        Request {
            caller: self.caller(),
            account: Arc::clone(&self.account),
            stack_name: self.stack_name.clone(),
            logical_id: logical_id.to_owned(),
            resource_type: record.resource_type.clone(),
            physical_id: record.physical_id.clone(),
            properties: record.properties.clone(),
        }
    }
}
