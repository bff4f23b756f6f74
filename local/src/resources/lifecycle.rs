//! The life of a resource: creating, updating, deleting, reading and importing it.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::handler::Handler;
use super::permitted;
use super::request::{Made, Request};
use super::resource_type::Found;
use super::rules::check_rules;
use super::schema::schema;
use super::table::{TABLE, handler};
use crate::account::{Account, Item, Operation, State};

/// Creates the resource. It exists when this returns, but may not be in service yet.
///
/// `enter` adds the resource to its stack. This is part of the change that records the resource, so
/// that every resource belongs to a stack even if the local AWS ends at any moment. If this
/// function fails, the caller undoes what `enter` did.
///
/// # Errors
/// The service's message, for the event.
pub(crate) async fn create(
    request: &Request,
    enter: impl FnOnce(&mut State, &Made),
) -> Result<Made, String> {
    let handler = known(request)?;
    permitted::check(request, Operation::Create, None)?;
    let keeps_rules = |state: &State| check_rules(request, None, state);
    request.account.read(keeps_rules)?;
    check_combination(request)?;
    let mut made = handler.create(request).await?;
    let item = Item {
        resource_type: request.resource_type.clone(),
        properties: request.properties.clone(),
        attributes: made.attributes.clone(),
    };
    request.account.change(|state| {
        // Again: another resource may have been made in the meantime.
        keeps_rules(state)?;
        handler.record(state, &request.properties, &made.physical_id)?;
        state.inventory.put(&made.physical_id, item)?;
        enter(state, &made);
        Ok::<_, String>(())
    })?;
    if let Err(reason) = handler.start(request, &made.physical_id).await {
        forget(request, &made.physical_id);
        return Err(reason);
    }
    let late = handler.late(request, &made.physical_id).await?;
    if !late.is_empty() {
        made.attributes.extend(late);
        request.account.change(|state| {
            let item = state
                .inventory
                .get_mut(&request.resource_type, &made.physical_id);
            if let Some(item) = item {
                item.attributes.clone_from(&made.attributes);
            }
        });
    }
    Ok(made)
}

/// What somebody else has to do before the resource is in service, for an event of the stack.
pub(crate) fn awaits(request: &Request) -> Option<String> {
    known(request).ok()?.awaits(&request.properties)
}

/// Waits until the resource is in service, and at least as long as AWS usually takes, scaled by the
/// local AWS's pace. Returns the attributes that are known only then.
///
/// # Errors
/// The reason why it cannot be in service.
pub(crate) async fn settle(request: &Request) -> Result<Map<String, Value>, String> {
    let handler = known(request)?;
    let usual = handler.usual_duration(&request.properties);
    request.account.pace.wait(usual).await;
    handler.settle(request).await?;
    let (account, id) = (&request.account, &request.physical_id);
    let attributes = handler.settled(account, id).await;
    if !attributes.is_empty() {
        account.change(|state| {
            if let Some(item) = state.inventory.get_mut(&request.resource_type, id) {
                item.attributes.extend(attributes.clone());
            }
        });
    }
    Ok(attributes)
}

/// Updates the resource in place; `before` are its current properties. Returns its attributes.
///
/// # Errors
/// The service's message, for the event.
pub(crate) async fn update(
    request: &Request,
    before: &Value,
) -> Result<Map<String, Value>, String> {
    let handler = known(request)?;
    permitted::check(request, Operation::Update, Some(before))?;
    let keeps_rules = |state: &State| check_rules(request, Some(before), state);
    request.account.read(keeps_rules)?;
    check_combination(request)?;
    handler.update(request, before).await?;
    let attributes = request.account.change(|state| {
        let item = state
            .inventory
            .get_mut(&request.resource_type, &request.physical_id)?;
        item.properties = request.properties.clone();
        // An attribute with the same name as a property gets its new value.
        for (name, attribute) in &mut item.attributes {
            if let Some(property) = item.properties.get(name) {
                attribute.clone_from(property);
            }
        }
        Some(item.attributes.clone())
    });
    let attributes = attributes.ok_or_else(|| {
        format!(
            "{} {} does not exist",
            request.resource_type, request.physical_id
        )
    })?;
    handler.updated(request)?;
    Ok(attributes)
}

/// Deletes the resource and waits until it is gone. If it does not exist, this succeeds.
///
/// # Errors
/// The service's message for a resource that is in use.
pub(crate) async fn delete(request: &Request) -> Result<(), String> {
    let handler = known(request)?;
    permitted::check(request, Operation::Delete, None)?;
    handler.delete(request).await?;
    forget(request, &request.physical_id);
    let usual = handler.usual_duration(&request.properties);
    request.account.pace.wait(usual).await;
    Ok(())
}

/// An attribute of a resource that other resources decide; `None` if the recorded one counts.
pub(crate) fn current_attribute(
    state: &State,
    resource_type: &str,
    id: &str,
    attribute: &str,
) -> Option<Value> {
    handler(resource_type)?.current(state, id, attribute)
}

/// Starts the recorded resources again after a restart with a data directory, in the order of the
/// table: a listener comes after the target group that it forwards to.
///
/// # Errors
/// One sentence with the reason, such as a port that is in use.
pub(crate) async fn restore(account: &Arc<Account>) -> Result<(), String> {
    for handler in TABLE {
        let recorded: Vec<(String, Value)> = account.read(|state| {
            let items = state.inventory.of_type(handler.name());
            items
                .map(|(id, item)| (id.to_owned(), item.properties.clone()))
                .collect()
        });
        for (id, properties) in recorded {
            handler.restore(account, &id, &properties).await?;
        }
    }
    Ok(())
}

/// Reads the current state of a resource; `expected` are the properties that it was deployed with.
pub(crate) async fn read(
    account: &Account,
    resource_type: &str,
    id: &str,
    expected: &Value,
) -> Found {
    let Some(handler) = handler(resource_type) else {
        return Found::Unsupported;
    };
    match handler.read(account, id, expected).await {
        Found::Unsupported => recorded(account, resource_type, id, expected),
        found => found,
    }
}

/// The properties in the inventory, where the actions of the services change them. Only those that
/// the resource was deployed with are compared, as on AWS.
fn recorded(account: &Account, resource_type: &str, id: &str, expected: &Value) -> Found {
    let Some(expected) = expected.as_object() else {
        return Found::Unsupported;
    };
    account.read(|state| {
        let Some(item) = state.inventory.get_of(resource_type, id) else {
            return Found::Gone;
        };
        let names = expected.keys();
        let actual = names.filter_map(|name| {
            let value = item.properties.get(name)?;
            Some((name.clone(), value.clone()))
        });
        Found::Properties(Value::Object(actual.collect()))
    })
}

/// A type whose resources can become part of a stack.
#[derive(Clone)]
pub(crate) struct Importable {
    handler: &'static dyn Handler,
    /// The property that names the resource.
    pub(crate) identifier: String,
}

/// The type of this name, if its resources can be imported.
pub(crate) fn importable(resource_type: &str) -> Option<Importable> {
    let handler = handler(resource_type)?;
    let of_schema = || schema(resource_type)?.identifier_name();
    let identifier = handler.identifier().map(str::to_owned);
    Some(Importable {
        handler,
        identifier: identifier.or_else(of_schema)?,
    })
}

impl Importable {
    /// Whether a resource with this id exists.
    pub(crate) async fn exists(&self, account: &Account, id: &str) -> bool {
        let expected = Value::Object(Map::new());
        let found = read(account, self.handler.name(), id, &expected).await;
        matches!(found, Found::Properties(_))
    }

    /// The attributes (`Fn::GetAtt`) of the resource: those that are recorded already, if CloudFormation
    /// has created it once.
    pub(crate) fn attributes(
        &self,
        account: &Account,
        id: &str,
        properties: &Value,
    ) -> Map<String, Value> {
        let recorded = account.read(|state| {
            let item = state.inventory.get_of(self.handler.name(), id)?;
            Some(item.attributes.clone())
        });
        recorded.unwrap_or_else(|| self.handler.attributes(account, id, properties))
    }
}

/// The rules of a service come first: their messages are more exact.
fn check_combination(request: &Request) -> Result<(), String> {
    schema(&request.resource_type)
        .map_or(Ok(()), |known| known.check_combination(&request.properties))
}

fn forget(request: &Request, id: &str) {
    request
        .account
        .change(|state| state.inventory.remove(&request.resource_type, id));
}

fn known(request: &Request) -> Result<&'static dyn Handler, String> {
    handler(&request.resource_type)
        .ok_or_else(|| format!("the local AWS cannot make {}", request.resource_type))
}
