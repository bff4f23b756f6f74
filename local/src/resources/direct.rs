//! What the actions of a service do to its resources: they create, change and delete them in the same
//! way as CloudFormation does.

use std::sync::Arc;

use serde_json::Value;

use super::lifecycle;
use super::request::Request;
use super::resource_type::ResourceType;
use super::schema::schema;
use crate::account::Account;
use crate::aws::AwsError;

/// How a service says that something is refused.
pub(crate) struct Words {
    /// The schema of the type refuses the properties.
    pub(crate) properties: fn(String) -> AwsError,
    /// The resource type refuses the request.
    pub(crate) request: fn(String) -> AwsError,
}

impl Words {
    /// Creates a resource, and returns its id.
    ///
    /// # Errors
    /// The error of the schema, or of the resource type.
    pub(crate) async fn create<T: ResourceType>(
        &self,
        account: &Arc<Account>,
        properties: Value,
    ) -> Result<String, AwsError> {
        let properties = self.typed::<T>(properties)?;
        let request = Request::direct(account, T::NAME, String::new(), properties);
        let made = lifecycle::create(&request, |_, _| ()).await;
        Ok(made.map_err(self.request)?.physical_id)
    }

    /// Gives a resource these properties.
    ///
    /// Properties that follow from the current ones need a turn of the service: see
    /// [`Turns`](crate::account::Turns).
    ///
    /// # Errors
    /// The error of the schema, or of the resource type.
    pub(crate) async fn update<T: ResourceType>(
        &self,
        account: &Arc<Account>,
        id: &str,
        properties: Value,
    ) -> Result<(), AwsError> {
        let before = current::<T>(account, id).unwrap_or_default();
        let properties = self.typed::<T>(properties)?;
        let request = Request::direct(account, T::NAME, id.to_owned(), properties);
        let updated = lifecycle::update(&request, &before).await;
        updated.map_err(self.request)?;
        Ok(())
    }

    /// Deletes a resource.
    ///
    /// # Errors
    /// The error of the resource type.
    pub(crate) async fn delete<T: ResourceType>(
        &self,
        account: &Arc<Account>,
        id: &str,
    ) -> Result<(), AwsError> {
        let properties = current::<T>(account, id).unwrap_or_default();
        let request = Request::direct(account, T::NAME, id.to_owned(), properties);
        lifecycle::delete(&request).await.map_err(self.request)
    }

    /// The properties with the types of the schema: the Query protocol sends text only.
    ///
    /// # Errors
    /// The error of the schema.
    pub(crate) fn typed<T: ResourceType>(&self, properties: Value) -> Result<Value, AwsError> {
        let Some(schema) = schema(T::NAME) else {
            return Ok(properties);
        };
        let properties = schema.coerce(properties);
        schema.check(&properties).map_err(self.properties)?;
        Ok(properties)
    }
}

/// The properties of a resource, if it exists.
pub(crate) fn current<T: ResourceType>(account: &Account, id: &str) -> Option<Value> {
    account.read(|state| {
        let item = state.inventory.get_of(T::NAME, id)?;
        Some(item.properties.clone())
    })
}

/// The service's own sentence, without what CloudFormation adds to it.
pub(crate) fn sentence(reason: &str) -> &str {
    let start = reason
        .split_once("message: \"")
        .map_or(reason, |(_, rest)| rest);
    let sentence = start
        .split_once(" (Service:")
        .map_or(start, |(sentence, _)| sentence);
    sentence.trim_end_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::refused_by;

    #[test]
    fn the_sentence_of_the_service_is_found_in_the_one_of_cloudformation() {
        let refused = refused_by("Ecs", "ClientException", "Cluster not found.");
        assert_eq!(sentence(&refused), "Cluster not found.");
        assert_eq!(sentence("Service not found."), "Service not found.");
    }
}
