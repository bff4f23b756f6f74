//! The interface of a resource type to CloudFormation.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::request::{Made, Request};
use crate::account::{Account, State};

/// The current state of a resource.
pub(crate) enum Found {
    /// The local AWS cannot read resources of this type.
    Unsupported,
    Gone,
    /// The expected properties with their current values.
    Properties(Value),
}

/// A resource type. `create` alone is enough for a type that has only an id and attributes.
///
/// The order of a creation is `create`, `record`, `start`, `settle`; that of an update is `update`,
/// `updated`, `settle`.
pub(crate) trait ResourceType: Send + Sync + 'static {
    /// The name of the type in a template, such as `AWS::EC2::VPC`.
    const NAME: &'static str;

    /// What the local AWS does of the type, in JSON; see [`super::schema`].
    const SCHEMA: &'static str;

    /// How long AWS usually takes to create or delete one, according to CloudFormation's events for
    /// stacks of this size.
    const USUAL_DURATION: Duration = Duration::from_secs(3);

    /// [`Self::USUAL_DURATION`], unless it depends on the properties.
    fn usual_duration(properties: &Value) -> Duration {
        let _ = properties;
        Self::USUAL_DURATION
    }

    /// The property by which an import names the resource, if the type can be imported.
    const IDENTIFIER: Option<&'static str> = None;

    /// The properties that the service reads.
    type Properties: DeserializeOwned + Send + Sync;

    /// Whether a resource of this name exists that is not in the inventory, because a call of its
    /// service has created it.
    fn exists(account: &Account, state: &State, name: &str) -> bool {
        let _ = (account, state, name);
        false
    }

    /// Creates the resource. If [`Self::record`] or [`Self::start`] creates it, only generates its
    /// id.
    ///
    /// # Errors
    /// The service's message.
    fn create(
        request: &Request,
        properties: &Self::Properties,
    ) -> impl Future<Output = Result<Made, String>> + Send;

    /// Creates the part of the resource that is in the account's state, in the same change that
    /// records the resource.
    ///
    /// # Errors
    /// The service's message.
    fn record(state: &mut State, properties: &Self::Properties, id: &str) -> Result<(), String> {
        let _ = (state, properties, id);
        Ok(())
    }

    /// Creates or starts the part of the resource that is outside the account's state. The resource
    /// is recorded first, so that its stack knows of it even if the local AWS ends in between.
    ///
    /// # Errors
    /// The service's message; the record of the resource is then removed.
    fn start(
        request: &Request,
        properties: &Self::Properties,
        id: &str,
    ) -> impl Future<Output = Result<(), String>> + Send {
        let _ = (request, properties, id);
        async { Ok(()) }
    }

    /// The attributes (`Fn::GetAtt`) that are known only after [`Self::start`].
    fn late(
        request: &Request,
        properties: &Self::Properties,
        id: &str,
    ) -> impl Future<Output = Map<String, Value>> + Send {
        let _ = (request, properties, id);
        async { Map::new() }
    }

    /// What the events of the stack say while somebody else has to act before the resource is in
    /// service.
    fn awaits(properties: &Self::Properties) -> Option<String> {
        let _ = properties;
        None
    }

    /// Waits until the resource is in service.
    ///
    /// # Errors
    /// The reason why it cannot be in service.
    fn settle(request: &Request) -> impl Future<Output = Result<(), String>> + Send {
        let _ = request;
        async { Ok(()) }
    }

    /// The attributes (`Fn::GetAtt`) that are known only when the resource is in service.
    fn settled(account: &Account, id: &str) -> impl Future<Output = Map<String, Value>> + Send {
        let _ = (account, id);
        async { Map::new() }
    }

    /// Checks an update and applies it in place.
    ///
    /// # Errors
    /// The service's message.
    fn update(
        request: &Request,
        before: &Self::Properties,
        properties: &Self::Properties,
    ) -> impl Future<Output = Result<(), String>> + Send {
        let _ = (request, before, properties);
        async { Ok(()) }
    }

    /// Applies a recorded change to the running parts of the resource.
    fn updated(request: &Request, properties: &Self::Properties) {
        let _ = (request, properties);
    }

    /// Checks that nothing uses the resource, and removes everything but its record.
    ///
    /// # Errors
    /// The service's message for a resource that is in use.
    fn delete(
        request: &Request,
        properties: &Self::Properties,
    ) -> impl Future<Output = Result<(), String>> + Send {
        let _ = (request, properties);
        async { Ok(()) }
    }

    /// Starts the running parts of a recorded resource again, after a restart of the local AWS.
    ///
    /// # Errors
    /// One sentence with the reason, such as a port that is in use.
    fn restore(
        account: &Arc<Account>,
        id: &str,
        properties: &Self::Properties,
    ) -> impl Future<Output = Result<(), String>> + Send {
        let _ = (account, id, properties);
        async { Ok(()) }
    }

    /// Reads the resource, for drift detection and import.
    fn read(account: &Account, id: &str, expected: &Value) -> impl Future<Output = Found> + Send {
        let _ = (account, id, expected);
        async { Found::Unsupported }
    }

    /// An attribute that other resources decide; `None` if the recorded one counts.
    fn current(state: &State, id: &str, attribute: &str) -> Option<Value> {
        let _ = (state, id, attribute);
        None
    }

    /// The attributes (`Fn::GetAtt`) of an imported resource.
    fn attributes(account: &Account, id: &str, properties: &Value) -> Map<String, Value> {
        let _ = (account, id, properties);
        Map::new()
    }
}
