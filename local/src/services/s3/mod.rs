//! S3: buckets and objects, as far as deploying needs them: assets, templates, and what a bucket's
//! configuration says.

mod address;
mod api;
mod bucket;
mod bucket_name;
mod bucket_policy;
mod buckets;
mod contents;
mod policies;
mod rules;
mod service_put;
mod template;

pub(crate) use self::api::{Call, fuzz, handle};
pub(crate) use self::bucket::Bucket;
pub(crate) use self::bucket_policy::BucketPolicy;
pub(crate) use self::buckets::Buckets;
pub(crate) use self::contents::Contents;
pub(crate) use self::policies::{has_resource_policies, resource_policy};
pub(crate) use self::rules::RULES;
pub(crate) use self::service_put::ServicePut;
pub(crate) use self::template::{object, template};
