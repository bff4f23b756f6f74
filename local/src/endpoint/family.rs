//! How the services word errors about the caller: it depends on their protocol.
//!
//! Sources: `CommonErrors` in the API reference of each service,
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html> and
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.

use super::SMITHY;
use crate::aws::{AwsError, protocol_of};

/// Services that word these errors in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// JSON: DynamoDB, ECR, ECS, Logs, SSM and most newer services.
    Json,
    /// CloudFormation, CloudWatch, ELB, IAM, SNS, STS.
    Query,
    Ec2,
    S3,
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

impl Family {
    /// The family of a service, by the name that requests to it are signed for.
    pub(super) fn of(service: &str) -> Self {
        match (service, protocol_of(service)) {
            ("s3", _) => Self::S3,
            (_, Some("ec2")) => Self::Ec2,
            (_, Some("query" | "rest-xml" | SMITHY)) => Self::Query,
            _ => Self::Json,
        }
    }

    /// The access key id or the session token is not known.
    pub(super) fn invalid_token(self) -> AwsError {
        let message = "The security token included in the request is invalid.";
        match self {
            Self::Json => AwsError::new("UnrecognizedClientException", message),
            Self::Query => AwsError::new("InvalidClientTokenId", message).with_status(403),
            Self::Ec2 => AwsError::new(
                "AuthFailure",
                "AWS was not able to validate the provided access credentials",
            )
            .with_status(401),
            Self::S3 => AwsError::new(
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            )
            .with_status(403),
        }
    }

    /// The credentials were valid once.
    pub(super) fn expired_token(self) -> AwsError {
        let message = "The security token included in the request is expired";
        match self {
            Self::Json => AwsError::new("ExpiredTokenException", message),
            Self::Query => AwsError::new("ExpiredToken", message).with_status(403),
            Self::Ec2 => AwsError::new("RequestExpired", "Request has expired."),
            Self::S3 => AwsError::new("ExpiredToken", "The provided token has expired."),
        }
    }

    /// Another secret, or a request that was changed after it was signed.
    pub(super) fn wrong_signature(self) -> AwsError {
        match self {
            Self::Json => AwsError::new("InvalidSignatureException", MISMATCH),
            Self::Query => AwsError::new("SignatureDoesNotMatch", MISMATCH).with_status(403),
            Self::Ec2 => AwsError::new(
                "AuthFailure",
                "AWS was not able to validate the provided access credentials",
            )
            .with_status(401),
            Self::S3 => AwsError::new(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
            )
            .with_status(403),
        }
    }

    /// The clock of the client is wrong, or the request was kept for long.
    pub(super) fn wrong_time(self, sentence: String) -> AwsError {
        match self {
            Self::Json => AwsError::new("InvalidSignatureException", sentence),
            Self::Query => AwsError::new("SignatureDoesNotMatch", sentence).with_status(403),
            Self::Ec2 => AwsError::new("RequestExpired", "Request has expired."),
            Self::S3 => AwsError::new(
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            )
            .with_status(403),
        }
    }

    /// The caller is known, and may not do it.
    pub(super) fn denied(self, sentence: String) -> AwsError {
        match self {
            Self::Json => AwsError::new("AccessDeniedException", sentence),
            Self::Query | Self::S3 => AwsError::new("AccessDenied", sentence).with_status(403),
            Self::Ec2 => AwsError::new(
                "UnauthorizedOperation",
                format!("You are not authorized to perform this operation. {sentence}"),
            )
            .with_status(403),
        }
    }
}
