//! `AWS::S3::BucketPolicy`.

use serde::Deserialize;
use serde_json::json;

use crate::account::State;
use crate::resources::{Made, Request, ResourceType, refusal};

pub(crate) struct BucketPolicy;

/// The name of the type.
pub(super) const BUCKET_POLICY: &str = BucketPolicy::NAME;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct BucketPolicyProperties {
    bucket: String,
}

impl ResourceType for BucketPolicy {
    const NAME: &'static str = "AWS::S3::BucketPolicy";
    const SCHEMA: &'static str = include_str!("bucket_policy.json");
    type Properties = BucketPolicyProperties;

    /// The physical id is the name of the bucket.
    async fn create(_: &Request, properties: &BucketPolicyProperties) -> Result<Made, String> {
        Ok(Made::new(properties.bucket.clone(), json!({})))
    }

    fn record(
        state: &mut State,
        properties: &BucketPolicyProperties,
        _: &str,
    ) -> Result<(), String> {
        match state.buckets.get(&properties.bucket) {
            Some(_) => Ok(()),
            None => Err(refusal("The specified bucket does not exist", "S3", 404)),
        }
    }
}
