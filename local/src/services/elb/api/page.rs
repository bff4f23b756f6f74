//! Pages of a list: `PageSize` and `Marker`.

use crate::aws::AwsError;

/// The largest page (`API_DescribeLoadBalancers`: 400).
const LARGEST: usize = 400;

/// One page of `items` and the marker of the next one.
///
/// # Errors
/// ELB's words for a wrong marker or size.
pub(super) fn page<T>(
    items: Vec<T>,
    marker: Option<&str>,
    size: Option<&str>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    let size = match size.map(str::parse) {
        None => LARGEST,
        Some(Ok(size)) if (1..=LARGEST).contains(&size) => size,
        Some(_) => {
            return Err(AwsError::validation(format!(
                "The page size must be between 1 and {LARGEST}"
            )));
        }
    };
    let first = match marker.map(str::parse::<usize>) {
        None => 0,
        Some(Ok(first)) => first,
        Some(Err(_)) => return Err(AwsError::validation("Invalid marker")),
    };
    let next = first.saturating_add(size);
    let more = (next < items.len()).then(|| next.to_string());
    Ok((items.into_iter().skip(first).take(size).collect(), more))
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn a_marker_continues_a_list() {
        let (first, marker) = page(vec![1, 2, 3], None, Some("2")).unwrap();
        assert_eq!((first, marker.as_deref()), (vec![1, 2], Some("2")));
        let (second, marker) = page(vec![1, 2, 3], marker.as_deref(), Some("2")).unwrap();
        assert_eq!((second, marker), (vec![3], None));
        assert!(page(vec![1], None, Some("0")).is_err());
        assert!(page(vec![1], Some("x"), None).is_err());
    }
}
