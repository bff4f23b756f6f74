//! Paginated lists.

use std::num::ParseIntError;

use crate::aws::{self, AwsError};

/// The number of entries on a page (DescribeStackEvents, ListStacks, ListStackResources).
pub(super) const PAGE: usize = 100;

/// Returns the page at `next_token` of a list, and the token of the page after it.
///
/// # Errors
/// `ValidationError` for a token that is not a number.
pub(super) fn page<T>(
    all: impl Iterator<Item = T>,
    next_token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    page_of(all, PAGE, next_token)
}

/// Returns a page of the given size.
///
/// # Errors
/// `ValidationError` for a token that is not a number.
pub(super) fn page_of<T>(
    all: impl IntoIterator<Item = T>,
    size: usize,
    next_token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    aws::page(all, size, next_token).ok_or_else(invalid_token)
}

/// The position that a token names.
///
/// # Errors
/// `ValidationError` for a token that is not a number.
pub(super) fn position(next_token: Option<&str>) -> Result<Option<usize>, AwsError> {
    let parse = |token: &str| token.parse().map_err(|_: ParseIntError| invalid_token());
    next_token.map(parse).transpose()
}

fn invalid_token() -> AwsError {
    AwsError::validation("The specified NextToken is not valid.")
}
