//! AWS WAF's own sentences, with their error codes. They are as in public reports, such as
//! <https://github.com/hashicorp/terraform-provider-aws/issues/22230>; the model of botocore
//! (`wafv2/2019-07-29`) says when each of them comes.

use crate::aws::AwsError;

pub(super) const NONEXISTENT: &str =
    "AWS WAF couldn’t perform the operation because your resource doesn’t exist.";
pub(super) const ASSOCIATED: &str = "AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource.";
pub(super) const DUPLICATE: &str = "AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.";
pub(super) const LIMIT: &str =
    "AWS WAF couldn’t perform the operation because you exceeded your resource limit.";
const CHANGED: &str = "AWS WAF couldn’t save your changes because someone changed the resource after you started to edit it. Reapply your changes.";

/// The reasons of `WAFInvalidParameterException`.
pub(super) const NOT_ONE: &str =
    "You have used none or multiple values for a field that requires exactly one value.";
pub(super) const FORMAT: &str = "The parameter contains formatting that is not valid.";
pub(super) const ARN: &str = "The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes.";

/// An error with one of the sentences, which decides its code.
pub(super) fn error(sentence: &str) -> AwsError {
    let code = match sentence {
        NONEXISTENT => "WAFNonexistentItemException",
        ASSOCIATED => "WAFAssociatedItemException",
        DUPLICATE => "WAFDuplicateItemException",
        LIMIT => "WAFLimitsExceededException",
        CHANGED => "WAFOptimisticLockException",
        _ => "WAFInvalidParameterException",
    };
    AwsError::new(code, sentence)
}

/// Somebody else has changed the resource.
pub(super) fn changed() -> AwsError {
    error(CHANGED)
}

/// A parameter that AWS WAF refuses; `field` is one of its model's `ParameterExceptionField`.
pub(super) fn invalid(reason: &str, field: &str, parameter: &str) -> String {
    format!("Error reason: {reason}, field: {field}, parameter: {parameter}")
}
