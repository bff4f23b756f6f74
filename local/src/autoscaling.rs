//! Application Auto Scaling: the bounds of a service's desired count. The local AWS keeps a service
//! within them; it has no load to scale on.

use serde_json::json;

use crate::account::State;
use crate::resources::{Made, Request};

const SCALABLE_TARGET: &str = "AWS::ApplicationAutoScaling::ScalableTarget";

/// Makes a scalable target or a scaling policy.
pub(crate) fn create(request: &Request) -> Result<Made, String> {
    let text = |name: &str| request.text(name).unwrap_or_default();
    if request.resource_type == SCALABLE_TARGET {
        let (least, most) = bounds(&request.properties);
        if least > most {
            return Err("Maximum capacity cannot be less than minimum capacity (Service: ApplicationAutoScaling, Status Code: 400)".into());
        }
        let id = format!(
            "{}|{}|{}",
            text("ResourceId"),
            text("ScalableDimension"),
            text("ServiceNamespace")
        );
        return Ok(Made::new(id.clone(), json!({"Id": id})));
    }
    let arn = request.account.arn(
        "autoscaling",
        &format!(
            "scalingPolicy:{}:policyName/{}",
            uuid::Uuid::new_v4(),
            text("PolicyName")
        ),
    );
    Ok(Made::new(
        arn.clone(),
        json!({"Arn": arn, "PolicyName": text("PolicyName")}),
    ))
}

fn bounds(properties: &serde_json::Value) -> (u64, u64) {
    let number = |name: &str| crate::json::number(properties, name).unwrap_or_default();
    (number("MinCapacity"), number("MaxCapacity"))
}

/// `desired` within the bounds that a scalable target sets for the service `service/CLUSTER/NAME`.
pub(crate) fn bounded(state: &State, resource_id: &str, desired: u64) -> u64 {
    let target = state
        .inventory
        .of_type(SCALABLE_TARGET)
        .find(|(_, item)| crate::json::member(&item.properties, "ResourceId") == Some(resource_id));
    target.map_or(desired, |(_, item)| {
        let (least, most) = bounds(&item.properties);
        desired.clamp(least, most.max(least))
    })
}
