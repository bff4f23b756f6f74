//! Paginated lists.

use crate::aws::AwsError;

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
    let first = position(next_token)?.unwrap_or(0);
    let mut rest = all.skip(first);
    let items: Vec<T> = rest.by_ref().take(PAGE).collect();
    let next = rest.next().map(|_| (first + items.len()).to_string());
    Ok((items, next))
}

/// The position that a token names.
///
/// # Errors
/// `ValidationError` for a token that is not a number.
pub(super) fn position(next_token: Option<&str>) -> Result<Option<usize>, AwsError> {
    let parse = |token: &str| {
        token
            .parse()
            .map_err(|_| AwsError::validation("The specified NextToken is not valid."))
    };
    next_token.map(parse).transpose()
}
