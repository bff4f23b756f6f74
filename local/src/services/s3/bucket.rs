//! `AWS::S3::Bucket`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::bucket_name::check;
use crate::account::{Account, State};
use crate::aws::PARTITION;
use crate::resources::{Found, Made, Request, ResourceType, members, refusal};

pub(crate) struct Bucket;

/// The name of the type.
pub(super) const BUCKET: &str = Bucket::NAME;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct BucketProperties {
    bucket_name: Option<String>,
}

impl ResourceType for Bucket {
    const NAME: &'static str = "AWS::S3::Bucket";
    const SCHEMA: &'static str = include_str!("bucket.json");
    const IDENTIFIER: Option<&'static str> = Some("BucketName");
    type Properties = BucketProperties;

    fn exists(_: &Account, state: &State, name: &str) -> bool {
        state.buckets.get(name).is_some()
    }

    async fn create(request: &Request, properties: &BucketProperties) -> Result<Made, String> {
        // A generated name is in lower case, as the rules for names need it.
        let name = properties
            .bucket_name
            .clone()
            .unwrap_or_else(|| request.name(None).to_ascii_lowercase());
        check(&name)?;
        let attributes = attributes(&request.account, &name);
        Ok(Made::new(name, attributes))
    }

    fn record(state: &mut State, _: &BucketProperties, name: &str) -> Result<(), String> {
        if state.buckets.add(name) {
            return Ok(());
        }
        Err(format!("{name} already exists"))
    }

    async fn delete(request: &Request, _: &BucketProperties) -> Result<(), String> {
        let name = &request.physical_id;
        request.account.change(|state| {
            let Some(bucket) = state.buckets.get(name) else {
                return Ok(());
            };
            if bucket.objects.is_empty() {
                state.buckets.remove(name);
                return Ok(());
            }
            let has_versions = bucket
                .objects
                .values()
                .flatten()
                .any(|one| one.id != "null");
            Err(refusal(not_empty(has_versions), "S3", 409))
        })
    }

    async fn read(account: &Account, name: &str, expected: &Value) -> Found {
        account.read(|state| {
            let Some(item) = state.inventory.get_of(Self::NAME, name) else {
                return Found::Gone;
            };
            let mut actual = expected.clone();
            if let (Some(actual), Some(current)) =
                (actual.as_object_mut(), item.properties.as_object())
            {
                for (property, value) in actual.iter_mut() {
                    *value = current.get(property).cloned().unwrap_or_default();
                }
            }
            Found::Properties(actual)
        })
    }

    fn attributes(account: &Account, name: &str, _: &Value) -> Map<String, Value> {
        members(attributes(account, name))
    }
}

/// S3's sentence for a bucket that cannot be deleted:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
pub(super) fn not_empty(has_versions: bool) -> &'static str {
    if has_versions {
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
    } else {
        "The bucket you tried to delete is not empty"
    }
}

fn attributes(account: &Account, name: &str) -> Value {
    let region = &account.region;
    json!({
        "Arn": format!("arn:{PARTITION}:s3:::{name}"),
        "DomainName": format!("{name}.s3.amazonaws.com"),
        "DualStackDomainName": format!("{name}.s3.dualstack.{region}.amazonaws.com"),
        "RegionalDomainName": format!("{name}.s3.{region}.amazonaws.com"),
        "WebsiteURL": format!("http://{name}.s3-website.{region}.amazonaws.com"),
    })
}
