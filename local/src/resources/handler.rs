//! A resource type as a trait object, for the table of all types.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::request::{Made, Request};
use super::resource_type::{Found, ResourceType};
use crate::account::{Account, State};
use crate::aws::read;

/// A future that can be held by a table of types.
type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// [`ResourceType`] with its properties still in JSON. Every resource type is one.
pub(super) trait Handler: Send + Sync {
    fn name(&self) -> &'static str;
    fn schema(&self) -> &'static str;
    fn usual_duration(&self, properties: &Value) -> Duration;
    fn identifier(&self) -> Option<&'static str>;
    fn exists(&self, account: &Account, state: &State, name: &str) -> bool;
    fn create<'a>(&self, request: &'a Request) -> Boxed<'a, Result<Made, String>>;
    fn record(&self, state: &mut State, properties: &Value, id: &str) -> Result<(), String>;
    fn start<'a>(&self, request: &'a Request, id: &'a str) -> Boxed<'a, Result<(), String>>;
    fn late<'a>(
        &self,
        request: &'a Request,
        id: &'a str,
    ) -> Boxed<'a, Result<Map<String, Value>, String>>;
    fn awaits(&self, properties: &Value) -> Option<String>;
    fn settle<'a>(&self, request: &'a Request) -> Boxed<'a, Result<(), String>>;
    fn settled<'a>(&self, account: &'a Account, id: &'a str) -> Boxed<'a, Map<String, Value>>;
    fn update<'a>(&self, request: &'a Request, before: &'a Value) -> Boxed<'a, Result<(), String>>;
    fn updated(&self, request: &Request) -> Result<(), String>;
    fn delete<'a>(&self, request: &'a Request) -> Boxed<'a, Result<(), String>>;
    fn restore<'a>(
        &self,
        account: &'a Arc<Account>,
        id: &'a str,
        properties: &'a Value,
    ) -> Boxed<'a, Result<(), String>>;
    fn read<'a>(&self, account: &'a Account, id: &'a str, expected: &'a Value) -> Boxed<'a, Found>;
    fn current(&self, state: &State, id: &str, attribute: &str) -> Option<Value>;
    fn attributes(&self, account: &Account, id: &str, properties: &Value) -> Map<String, Value>;
}

impl<T: ResourceType> Handler for T {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn schema(&self) -> &'static str {
        T::SCHEMA
    }

    fn usual_duration(&self, properties: &Value) -> Duration {
        T::usual_duration(properties)
    }

    fn identifier(&self) -> Option<&'static str> {
        T::IDENTIFIER
    }

    fn exists(&self, account: &Account, state: &State, name: &str) -> bool {
        T::exists(account, state, name)
    }

    fn create<'a>(&self, request: &'a Request) -> Boxed<'a, Result<Made, String>> {
        Box::pin(async { T::create(request, &typed::<T>(&request.properties)?).await })
    }

    fn record(&self, state: &mut State, properties: &Value, id: &str) -> Result<(), String> {
        T::record(state, &typed::<T>(properties)?, id)
    }

    fn start<'a>(&self, request: &'a Request, id: &'a str) -> Boxed<'a, Result<(), String>> {
        Box::pin(async move { T::start(request, &typed::<T>(&request.properties)?, id).await })
    }

    fn late<'a>(
        &self,
        request: &'a Request,
        id: &'a str,
    ) -> Boxed<'a, Result<Map<String, Value>, String>> {
        Box::pin(async move { Ok(T::late(request, &typed::<T>(&request.properties)?, id).await) })
    }

    fn awaits(&self, properties: &Value) -> Option<String> {
        T::awaits(&typed::<T>(properties).ok()?)
    }

    fn settle<'a>(&self, request: &'a Request) -> Boxed<'a, Result<(), String>> {
        Box::pin(T::settle(request))
    }

    fn settled<'a>(&self, account: &'a Account, id: &'a str) -> Boxed<'a, Map<String, Value>> {
        Box::pin(T::settled(account, id))
    }

    fn update<'a>(&self, request: &'a Request, before: &'a Value) -> Boxed<'a, Result<(), String>> {
        Box::pin(async move {
            let (before, after) = (typed::<T>(before)?, typed::<T>(&request.properties)?);
            T::update(request, &before, &after).await
        })
    }

    fn updated(&self, request: &Request) -> Result<(), String> {
        T::updated(request, &typed::<T>(&request.properties)?);
        Ok(())
    }

    fn delete<'a>(&self, request: &'a Request) -> Boxed<'a, Result<(), String>> {
        Box::pin(async { T::delete(request, &typed::<T>(&request.properties)?).await })
    }

    fn restore<'a>(
        &self,
        account: &'a Arc<Account>,
        id: &'a str,
        properties: &'a Value,
    ) -> Boxed<'a, Result<(), String>> {
        Box::pin(async move { T::restore(account, id, &typed::<T>(properties)?).await })
    }

    fn read<'a>(&self, account: &'a Account, id: &'a str, expected: &'a Value) -> Boxed<'a, Found> {
        Box::pin(T::read(account, id, expected))
    }

    fn current(&self, state: &State, id: &str, attribute: &str) -> Option<Value> {
        T::current(state, id, attribute)
    }

    fn attributes(&self, account: &Account, id: &str, properties: &Value) -> Map<String, Value> {
        T::attributes(account, id, properties)
    }
}

/// The properties as the type reads them.
fn typed<T: ResourceType>(properties: &Value) -> Result<T::Properties, String> {
    read(properties).map_err(|err| format!("Model validation failed (#: {}: {err})", T::NAME))
}
