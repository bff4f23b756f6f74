//! What the actions of S3 are authorised for.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>.

use super::absent::permission;
use super::action::{Action, Subject};
use super::call::Input;
use crate::account::Account;
use crate::aws::AwsError;
use crate::resources::subject::at;
use crate::services::iam::{Access, authorize, caller, is_restricted};
use crate::services::kms::{Unusable, Usage};
use crate::services::s3::bucket::BUCKET;

/// Checks that the caller may do this.
///
/// # Errors
/// `AccessDenied`, with AWS's sentence.
pub(super) fn check(account: &Account, action: Action, input: &Input) -> Result<(), AwsError> {
    let caller = caller();
    if !is_restricted(account, &caller) {
        return Ok(());
    }
    let denied = |sentence| AwsError::new("AccessDenied", sentence).with_status(403);
    authorize(account, &caller, &needed(action, input)).map_err(denied)?;
    let actions = key_actions(action);
    let key = key(account, input).filter(|_| !actions.is_empty());
    let checked = key.map_or(Ok(()), |key| {
        let bucket = format!("arn:aws:s3:::{}", input.address.bucket);
        let usage = Usage {
            service: "s3",
            actions,
            context: &[("aws:s3:arn", bucket)],
        };
        usage.check(account, &caller, &key)
    });
    checked.map_err(|unusable| match unusable {
        Unusable::Denied(sentence) => denied(sentence),
        Unusable::Missing(_) => {
            let (_, sentence) = unusable.of_kms();
            AwsError::new("KMS.NotFoundException", sentence)
        }
        Unusable::Disabled(_) => {
            let (_, sentence) = unusable.of_kms();
            AwsError::new("KMS.DisabledException", sentence)
        }
        _ => AwsError::new("KMS.KMSInvalidStateException", unusable.of_kms().1),
    })
}

/// What reading and writing objects needs of the key that encrypts them. Source:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>.
fn key_actions(action: Action) -> &'static [&'static str] {
    match action {
        Action::PutObject => &["kms:GenerateDataKey"],
        Action::CopyObject
        | Action::CreateMultipartUpload
        | Action::CompleteMultipartUpload
        | Action::UploadPart => &["kms:GenerateDataKey", "kms:Decrypt"],
        Action::GetObject | Action::HeadObject => &["kms:Decrypt"],
        _ => &[],
    }
}

/// The key of a user with which the bucket encrypts its objects.
fn key(account: &Account, input: &Input) -> Option<String> {
    account.read(|state| {
        let item = state.inventory.get_of(BUCKET, &input.address.bucket)?;
        let rules = at(
            &item.properties,
            "BucketEncryption/ServerSideEncryptionConfiguration",
        )?;
        let rule = rules.get(0)?.get("ServerSideEncryptionByDefault")?;
        let key = rule.get("KMSMasterKeyID")?.as_str()?;
        Some(key.to_owned())
    })
}

fn needed(action: Action, input: &Input) -> Vec<Access> {
    let bucket = format!("arn:aws:s3:::{}", input.address.bucket);
    let object = format!("{bucket}/{}", input.address.key.as_deref().unwrap_or("*"));
    let (name, resource) = match action {
        Action::AbortMultipartUpload => ("s3:AbortMultipartUpload", object),
        Action::CompleteMultipartUpload
        | Action::CreateMultipartUpload
        | Action::PutObject
        | Action::UploadPart => ("s3:PutObject", object),
        Action::CopyObject => return copy(input, object),
        Action::CreateBucket => ("s3:CreateBucket", bucket),
        Action::DeleteBucket => ("s3:DeleteBucket", bucket),
        Action::DeleteBucketPolicy => ("s3:DeleteBucketPolicy", bucket),
        Action::DeleteObject if input.address.has("versionId") => {
            ("s3:DeleteObjectVersion", object)
        }
        Action::DeleteObject | Action::DeleteObjects => ("s3:DeleteObject", object),
        Action::GetBucket(subject) => (read(subject), bucket),
        Action::GetAbsent(part) => (permission(part), bucket),
        Action::GetBucketLocation => ("s3:GetBucketLocation", bucket),
        Action::GetObject | Action::HeadObject if input.address.has("versionId") => {
            ("s3:GetObjectVersion", object)
        }
        Action::GetObject | Action::HeadObject => ("s3:GetObject", object),
        Action::HeadBucket | Action::ListObjects | Action::ListObjectsV2 => {
            ("s3:ListBucket", bucket)
        }
        Action::ListBuckets => ("s3:ListAllMyBuckets", "*".to_owned()),
        Action::ListMultipartUploads => ("s3:ListBucketMultipartUploads", bucket),
        Action::ListObjectVersions => ("s3:ListBucketVersions", bucket),
        Action::ListParts => ("s3:ListMultipartUploadParts", object),
        Action::PutBucket(subject) => (change(subject), bucket),
        // It is refused as unknown.
        Action::Unknown => return Vec::new(),
    };
    let mut access = Access::new(name, resource);
    if let Some(prefix) = input.address.parameter("prefix") {
        access.set("s3:prefix", prefix);
    }
    vec![access]
}

/// A copy reads one object and writes another.
fn copy(input: &Input, target: String) -> Vec<Access> {
    let source = input.headers.get("x-amz-copy-source");
    let source = source
        .and_then(|source| source.to_str().ok())
        .unwrap_or("*");
    let source = source
        .trim_start_matches('/')
        .split('?')
        .next()
        .unwrap_or("*");
    vec![
        Access::new("s3:GetObject", format!("arn:aws:s3:::{source}")),
        Access::new("s3:PutObject", target),
    ]
}

fn read(subject: Subject) -> &'static str {
    match subject {
        Subject::Encryption => "s3:GetEncryptionConfiguration",
        Subject::Policy => "s3:GetBucketPolicy",
        Subject::PublicAccessBlock => "s3:GetBucketPublicAccessBlock",
        Subject::Tagging => "s3:GetBucketTagging",
        Subject::Versioning => "s3:GetBucketVersioning",
    }
}

fn change(subject: Subject) -> &'static str {
    match subject {
        Subject::Encryption => "s3:PutEncryptionConfiguration",
        Subject::Policy => "s3:PutBucketPolicy",
        Subject::PublicAccessBlock => "s3:PutBucketPublicAccessBlock",
        Subject::Tagging => "s3:PutBucketTagging",
        Subject::Versioning => "s3:PutBucketVersioning",
    }
}
