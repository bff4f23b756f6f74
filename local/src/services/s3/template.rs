//! Reading an object, such as a template, for another service.

use axum::body::Bytes;

use super::address::Address;
use crate::account::Account;
use crate::aws::AwsError;

/// Reads the template that a `TemplateURL` names.
///
/// # Errors
/// `ValidationError` in AWS's words if the URL is not one of S3, or there is no such object.
pub(crate) async fn template(account: &Account, url: &str) -> Result<String, AwsError> {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html:
    // the location is an S3 bucket, and the name must start with https://. An endpoint on loopback
    // has no TLS, so a URL of it is also taken.
    let not_s3 = || AwsError::validation("TemplateURL must be a supported URL.");
    let address = Address::of_url(url, &account.endpoint_url()).ok_or_else(not_s3)?;
    let key = address.key.as_deref().ok_or_else(not_s3)?;
    let version = address.parameter("versionId");
    // The sentence that AWS gives: https://github.com/aws/aws-cdk/issues/21866.
    let missing = || {
        AwsError::validation(
            "S3 error: The specified key does not exist.\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
        )
    };
    let bytes = content(account, &address.bucket, key, version).await;
    let bytes = bytes.ok_or_else(missing)?;
    String::from_utf8(bytes.to_vec())
        .map_err(|_| AwsError::validation("Template format error: the template is not UTF-8."))
}

/// The content of an object; `None` if it does not exist.
pub(crate) async fn object(account: &Account, bucket: &str, key: &str) -> Option<Bytes> {
    content(account, bucket, key, None).await
}

async fn content(
    account: &Account,
    bucket: &str,
    key: &str,
    version: Option<&str>,
) -> Option<Bytes> {
    let file = account.read(|state| {
        let bucket = state.buckets.get(bucket)?;
        bucket.version(key, version)?.content.clone()
    })?;
    account.contents.read(&file).await.ok()
}
