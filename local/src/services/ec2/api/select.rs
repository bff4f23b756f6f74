//! Selects the resources that a `Describe` action asks for, by ids, filters and page.

use serde_json::{Value, json};

use super::filter::{filters, numbered};
use super::listing::Listing;
use crate::account::Account;
use crate::aws::{Answer, AwsError, page};

/// The smallest page of most actions.
const SMALLEST_PAGE: usize = 5;

/// Answers the action of a listing.
///
/// # Errors
/// EC2's error for an id, a filter or a page that cannot be.
pub(super) fn select(account: &Account, listing: &Listing, input: &Value) -> Answer {
    let filters = filters(listing, input)?;
    let all = (listing.all)(account);
    let mut chosen = Vec::new();
    let wanted = wanted(listing, input)?;
    for (member, id) in &wanted {
        let found = all.iter().find(|one| one[*member] == **id);
        chosen.push(found.ok_or_else(|| listing.missing(id))?.clone());
    }
    if wanted.is_empty() {
        chosen = all;
    }
    chosen.retain(|one| filters.iter().all(|filter| filter.passes(one)));
    if listing.page == 0 {
        return Ok(json!({ listing.set: chosen }));
    }
    paged(listing, input, chosen, !wanted.is_empty())
}

/// The resources that the input names: the member that names each, and its value.
fn wanted(listing: &Listing, input: &Value) -> Result<Vec<(&'static str, String)>, AwsError> {
    let mut wanted = Vec::new();
    for (index, (parameter, member)) in listing.ids.iter().enumerate() {
        for id in numbered(&input[*parameter]) {
            let id = id.as_str().unwrap_or("").to_owned();
            if index == 0 && !listing.prefix.is_empty() && !id.starts_with(listing.prefix) {
                return Err(listing.malformed(&id));
            }
            wanted.push((*member, id));
        }
    }
    Ok(wanted)
}

fn paged(listing: &Listing, input: &Value, chosen: Vec<Value>, by_id: bool) -> Answer {
    let token = input["NextToken"].as_str();
    let size = match input["MaxResults"].as_str() {
        None => listing.page,
        Some(_) if by_id => {
            return Err(AwsError::new(
                "InvalidParameterCombination",
                "The parameter MaxResults cannot be used with the parameter for resource ids",
            ));
        }
        Some(text) => {
            let size = text
                .parse()
                .ok()
                .filter(|size| (SMALLEST_PAGE..=1000).contains(size));
            size.ok_or_else(|| {
                AwsError::new(
                    "InvalidParameterValue",
                    format!("Value ( {text} ) for parameter maxResults is invalid. Expecting a value between {SMALLEST_PAGE} and 1000."),
                )
            })?
        }
    };
    let Some((chosen, next)) = page(chosen, size, token) else {
        let token = token.unwrap_or("");
        let sentence = format!("Unable to parse pagination token '{token}'");
        return Err(AwsError::new("InvalidPaginationToken", sentence));
    };
    Ok(json!({ listing.set: chosen, "nextToken": next }))
}
