//! The policies of resources, of whatever service.

use super::{Account, State};
use crate::services::iam::Attached;
use crate::services::{dynamodb, ecr, kms, s3, secretsmanager, sns};

impl Account {
    /// The policy of the resource with this ARN, or the one of the resource that it is part of, such
    /// as the bucket of an object.
    pub(crate) fn resource_policy(&self, arn: &str) -> Option<Attached> {
        let mut parts = arn.splitn(6, ':').skip(2);
        let (service, resource) = (parts.next()?, parts.nth(2)?);
        self.read(|state| {
            let document = match service {
                "dynamodb" => dynamodb::resource_policy(state, resource),
                "ecr" => ecr::resource_policy(state, resource),
                "kms" => kms::resource_policy(state, resource),
                "s3" => s3::resource_policy(state, resource),
                "secretsmanager" => secretsmanager::resource_policy(state, arn),
                "sns" => sns::resource_policy(state, arn),
                _ => None,
            };
            document.map(|document| Attached::of(&document, service == "kms"))
        })
    }

    /// The ARN of the key that a property names by its id, its ARN or an alias.
    pub(crate) fn key_arn(&self, named: &str) -> String {
        kms::key_arn(self, named)
    }

    /// Whether any resource has a policy.
    pub(crate) fn has_resource_policies(&self) -> bool {
        let all: [fn(&State) -> bool; 6] = [
            kms::has_resource_policies,
            s3::has_resource_policies,
            sns::has_resource_policies,
            ecr::has_resource_policies,
            secretsmanager::has_resource_policies,
            dynamodb::has_resource_policies,
        ];
        self.read(|state| all.iter().any(|has| has(state)))
    }
}
