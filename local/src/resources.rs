//! The resource types of the templates: who makes, changes and removes them.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::account::{Account, State};
use crate::inventory::Item;
use crate::pace::usual;
use crate::{autoscaling, dynamodb, ec2, ecs, elb, iam, logs, ssm};

/// What CloudFormation asks of a service for one resource.
pub(crate) struct Request {
    pub(crate) account: Arc<Account>,
    pub(crate) stack_name: String,
    pub(crate) logical_id: String,
    pub(crate) resource_type: String,
    /// Empty until the resource is made.
    pub(crate) physical_id: String,
    pub(crate) properties: Value,
}

/// What a service has made.
pub(crate) struct Made {
    /// What `Ref` gives.
    pub(crate) physical_id: String,
    /// What `Fn::GetAtt` gives.
    pub(crate) attributes: Map<String, Value>,
}

impl Made {
    /// `attributes` must be a JSON object.
    pub(crate) fn new(physical_id: impl Into<String>, attributes: Value) -> Self {
        let attributes = match attributes {
            Value::Object(attributes) => attributes,
            _ => Map::new(),
        };
        Self {
            physical_id: physical_id.into(),
            attributes,
        }
    }
}

impl Request {
    /// The property `name` as text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        crate::json::member(&self.properties, name)
    }

    /// The property `name`, or a generated name: `STACK-LOGICALID-RANDOM`.
    pub(crate) fn name(&self, property: &str) -> String {
        let given = self.text(property).map(str::to_owned);
        given.unwrap_or_else(|| crate::account::generated_name(&self.stack_name, &self.logical_id))
    }

    fn service(&self) -> &str {
        self.resource_type.split("::").nth(1).unwrap_or_default()
    }
}

/// Makes the resource. It stands when this returns, but may not be in service yet.
///
/// `enter` notes what is made in the same change of the state that makes it, so that the end of the
/// local AWS at any moment leaves nothing that no stack knows of. A table is noted before it is made,
/// since it stands in a database of its own; when this fails, the note is the caller's to take back.
///
/// # Errors
/// The service's message, as it stands in the event.
pub(crate) async fn create(
    request: &Request,
    enter: impl FnOnce(&mut State, &Made),
) -> Result<Made, String> {
    let made = match request.service() {
        "ApplicationAutoScaling" => autoscaling::create(request),
        "DynamoDB" => Ok(dynamodb::name(request)),
        "EC2" => ec2::create(request),
        "ECS" => ecs::create(request),
        "ElasticLoadBalancingV2" => elb::create(request).await,
        "IAM" => Ok(iam::create(request)),
        "Logs" => Ok(logs::create(request)),
        "SSM" => Ok(ssm::name(request)),
        _ => Err(unknown(request)),
    }?;
    let item = Item {
        resource_type: request.resource_type.clone(),
        properties: request.properties.clone(),
        attributes: made.attributes.clone(),
    };
    request.account.change(|state| {
        if request.service() == "SSM" {
            ssm::create(state, request, &made.physical_id)?;
        }
        state.inventory.put(&made.physical_id, item)?;
        enter(state, &made);
        Ok::<_, String>(())
    })?;
    match request.service() {
        "DynamoDB" => {
            if let Err(reason) = dynamodb::create(request, &made.physical_id).await {
                let (of_type, id) = (&request.resource_type, &made.physical_id);
                request
                    .account
                    .change(|state| state.inventory.remove(of_type, id));
                return Err(reason);
            }
        }
        "ECS" | "ApplicationAutoScaling" => ecs::reconcile(&request.account),
        _ => {}
    }
    Ok(made)
}

/// Waits until the resource is in service, as long as the local AWS's pace makes it.
///
/// # Errors
/// The reason why it never will be.
pub(crate) async fn settle(request: &Request) -> Result<(), String> {
    request
        .account
        .pace
        .wait(usual(&request.resource_type))
        .await;
    if request.resource_type == "AWS::ECS::Service" {
        return ecs::settle(&request.account, &request.physical_id).await;
    }
    Ok(())
}

/// Changes the resource in place; `before` are the properties it has now. Gives its attributes.
///
/// # Errors
/// The service's message, as it stands in the event.
pub(crate) async fn update(
    request: &Request,
    before: &Value,
) -> Result<Map<String, Value>, String> {
    match request.service() {
        "DynamoDB" => dynamodb::update(request, before).await?,
        "ECS" if request.resource_type == "AWS::ECS::Service" => ecs::check_service(request)?,
        "SSM" => ssm::update(request)?,
        _ => {}
    }
    let attributes = request.account.change(|state| {
        let item = state
            .inventory
            .get_mut(&request.resource_type, &request.physical_id)?;
        item.properties = request.properties.clone();
        // An attribute that repeats a property follows it.
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
    match request.service() {
        "ElasticLoadBalancingV2" => elb::update(request)?,
        "ECS" | "ApplicationAutoScaling" => ecs::reconcile(&request.account),
        _ => {}
    }
    Ok(attributes)
}

/// Removes the resource and waits until it is gone. One that is gone already is no error.
///
/// # Errors
/// What still uses it, in the service's words.
pub(crate) async fn delete(request: &Request) -> Result<(), String> {
    match request.service() {
        "DynamoDB" => dynamodb::delete(request).await?,
        "EC2" => ec2::delete(request)?,
        "ECS" => ecs::delete(request).await?,
        "ElasticLoadBalancingV2" => elb::delete(request)?,
        "SSM" => ssm::delete(request),
        "Logs" => logs::delete(request),
        _ => {}
    }
    request.account.change(|state| {
        state
            .inventory
            .remove(&request.resource_type, &request.physical_id)
    });
    request
        .account
        .pace
        .wait(usual(&request.resource_type))
        .await;
    Ok(())
}

fn unknown(request: &Request) -> String {
    format!("the local AWS cannot make {}", request.resource_type)
}

/// The sentence of a service for a resource that others still use.
pub(crate) fn in_use(sentence: &str, service: &str, status: u16) -> String {
    format!(
        "Resource handler returned message: \"{sentence} (Service: {service}, Status Code: {status}, Request ID: {})\"",
        uuid::Uuid::new_v4()
    )
}
