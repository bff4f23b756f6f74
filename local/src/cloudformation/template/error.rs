//! The error of a template that cannot be read.

use crate::aws::AwsError;

pub(super) fn format_error(message: &str) -> AwsError {
    AwsError::validation(format!("Template format error: {message}"))
}
