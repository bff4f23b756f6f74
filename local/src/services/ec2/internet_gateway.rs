//! `AWS::EC2::InternetGateway`.

use std::time::Duration;

use serde::Deserialize;

use super::network::{check_unused, with_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct InternetGateway;

#[derive(Deserialize)]
pub(crate) struct InternetGatewayProperties {}

impl ResourceType for InternetGateway {
    const NAME: &'static str = "AWS::EC2::InternetGateway";
    const SCHEMA: &'static str = include_str!("internet_gateway.json");
    const USUAL_DURATION: Duration = Duration::from_secs(16);
    type Properties = InternetGatewayProperties;

    async fn create(_: &Request, _: &InternetGatewayProperties) -> Result<Made, String> {
        Ok(with_id("igw", "InternetGatewayId"))
    }

    async fn delete(request: &Request, _: &InternetGatewayProperties) -> Result<(), String> {
        let id = &request.physical_id;
        request
            .account
            .read(|state| check_unused(state, "internetGateway", id))
    }
}
