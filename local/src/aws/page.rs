//! Lists in pages.

/// The page of at most `size` items at `token`, and the token of the page after it; `None` for a
/// token that is not of this list. A token is the number of items on the earlier pages.
pub(crate) fn page<T>(
    items: impl IntoIterator<Item = T>,
    size: usize,
    token: Option<&str>,
) -> Option<(Vec<T>, Option<String>)> {
    let first: usize = token.map_or(Some(0), |token| token.parse().ok())?;
    let mut rest = items.into_iter().skip(first);
    let page: Vec<T> = rest.by_ref().take(size).collect();
    let next = rest
        .next()
        .map(|_| first.saturating_add(page.len()).to_string());
    Some((page, next))
}

/// The size of a page: what the caller asks for, or `largest` if that is less.
pub(crate) fn page_size(wanted: Option<i64>, largest: usize) -> usize {
    let wanted = wanted.and_then(|wanted| usize::try_from(wanted).ok());
    wanted.unwrap_or(largest).clamp(1, largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_comes_in_pages() {
        let (first, token) = page(1..=5, 2, None).unwrap();
        assert_eq!((first, token.as_deref()), (vec![1, 2], Some("2")));
        let (last, token) = page(1..=5, 3, token.as_deref()).unwrap();
        assert_eq!((last, token), (vec![3, 4, 5], None));
        assert_eq!(page(1..=5, 2, Some("x")), None);
        assert_eq!((page_size(None, 50), page_size(Some(99), 50)), (50, 50));
    }
}
