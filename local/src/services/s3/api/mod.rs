//! The API of S3: which action a request is, a line for each action, and how it is answered.

mod absent;
mod action;
mod body;
mod buckets;
mod call;
mod configuration;
mod delete;
mod listing;
mod multipart;
mod objects;
mod permissions;
mod response;
mod versions;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::Response;

use self::action::{Action, action};
pub(crate) use self::call::Call;
use self::call::Input;
pub(super) use self::objects::add_object;
use self::response::{error, failed, identified};
use super::address::Address;
use crate::account::Account;
use crate::aws::AwsError;

/// Answers a request.
pub(crate) async fn handle(account: &Account, call: Call) -> Response {
    let caller = call.caller();
    let answer = match call.read() {
        Ok(input) => {
            let action = action(&input.method, &input.address, input.copies());
            let answer = answer(account, action, &input).await;
            tracing::debug!("s3 {action:?}");
            answer
        }
        Err(err) => Err(err),
    };
    match answer {
        Ok(response) => identified(response, &caller.request_id),
        Err(err) => {
            tracing::debug!("s3: {} {}", err.code, err.message);
            error(&err, &caller)
        }
    }
}

/// Reads an address and a body in chunks.
pub(crate) fn fuzz(uri: &Uri, body: &[u8]) {
    let _ = Address::of_request(uri.host().unwrap_or("127.0.0.1"), uri);
    let mut headers = HeaderMap::new();
    headers.insert(
        "x-amz-content-sha256",
        HeaderValue::from_static("STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
    );
    let _ = body::read(&headers, Bytes::copy_from_slice(body));
}

/// The answer to an action.
type Answer = Result<Response, AwsError>;

async fn answer(account: &Account, action: Action, input: &Input) -> Answer {
    permissions::check(account, action, input)?;
    match action {
        Action::AbortMultipartUpload => multipart::abort(account, input),
        Action::CompleteMultipartUpload => multipart::complete(account, input).await,
        Action::CopyObject => objects::copy(account, input).await,
        Action::CreateBucket => buckets::create(account, input),
        Action::CreateMultipartUpload => multipart::create(account, input),
        Action::DeleteBucket => buckets::delete(account, input),
        Action::DeleteBucketPolicy => configuration::delete_policy(account, input),
        Action::DeleteObject => delete::one(account, input),
        Action::DeleteObjects => delete::many(account, input),
        Action::GetBucket(subject) => configuration::get(account, input, subject),
        Action::GetAbsent(part) => absent::get(account, input, part),
        Action::GetBucketLocation => buckets::location(account, input),
        Action::GetObject => objects::get(account, input).await,
        Action::HeadBucket => buckets::head(account, input),
        Action::HeadObject => objects::head(account, input),
        Action::ListBuckets => Ok(buckets::list(account, input)),
        Action::ListMultipartUploads => multipart::list(account, input),
        Action::ListObjectVersions => versions::list(account, input),
        Action::ListObjects => listing::list(account, input),
        Action::ListObjectsV2 => listing::list_v2(account, input),
        Action::ListParts => multipart::parts(account, input),
        Action::PutBucket(subject) => configuration::put(account, input, subject),
        Action::PutObject => objects::put(account, input).await,
        Action::UploadPart => multipart::upload(account, input).await,
        Action::Unknown => Err(failed(
            "NotImplemented",
            "The local AWS does not do this action of S3 yet.",
            501,
        )),
    }
}
