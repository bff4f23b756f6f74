//! `DescribeParameters` and `GetParametersByPath`: lists in pages.

use serde::{Deserialize, Serialize};

use super::filters::{BY_PATH, DESCRIBE, Filter, is_below};
use super::get::{Facts, Shown, shown};
use super::put::shown_tier;
use super::{required, user};
use crate::account::{Account, State};
use crate::aws::{AwsError, page, page_size};

/// The largest page of `DescribeParameters`.
pub(super) const LARGEST_DESCRIPTION: usize = 50;

/// The largest page of `GetParametersByPath`.
const LARGEST_BY_PATH: usize = 10;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Describe {
    filters: Vec<Filter>,
    parameter_filters: Vec<Filter>,
    shared: bool,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Page<T> {
    parameters: Vec<T>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Description {
    #[serde(flatten)]
    facts: Facts,
    tier: String,
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_pattern: Option<String>,
    last_modified_user: String,
    policies: [(); 0],
}

pub(super) fn describe(account: &Account, input: Describe) -> Result<Page<Description>, AwsError> {
    if !input.filters.is_empty() && !input.parameter_filters.is_empty() {
        return Err(AwsError::new(
            "ValidationException",
            "You can use either Filters or ParameterFilters in a single request.",
        ));
    }
    // The older kind of filter takes names by their beginning.
    let old = input.filters.into_iter().map(|filter| Filter {
        option: (filter.key == "Name").then(|| "BeginsWith".to_owned()),
        ..filter
    });
    let filters: Vec<Filter> = old.chain(input.parameter_filters).collect();
    for filter in &filters {
        filter.check(&DESCRIBE)?;
    }
    account.read(|state| {
        // No other account shares its parameters with this one.
        let all = state.parameters.all().filter(|_| !input.shared);
        let found = all.filter(|(name, one)| filters.iter().all(|filter| filter.takes(name, one)));
        let found = found.filter_map(|(name, _)| description(account, state, name));
        let size = page_size(input.max_results, LARGEST_DESCRIPTION);
        let (parameters, next_token) = paged(found, size, input.next_token.as_deref())?;
        Ok(Page {
            parameters,
            next_token,
        })
    })
}

fn description(account: &Account, state: &State, name: &str) -> Option<Description> {
    let parameter = state.parameters.get(name)?;
    let settings = &parameter.settings;
    Some(Description {
        facts: shown(account, state, name, false)?.facts,
        tier: shown_tier(settings.tier.as_deref()),
        description: parameter.description.clone(),
        key_id: settings.key_id.clone(),
        allowed_pattern: settings.allowed_pattern.clone(),
        last_modified_user: user(),
        policies: [],
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct ByPath {
    path: Option<String>,
    recursive: bool,
    parameter_filters: Vec<Filter>,
    with_decryption: bool,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn by_path(account: &Account, input: &ByPath) -> Result<Page<Shown>, AwsError> {
    let path = required(input.path.clone(), "Path")?;
    let as_filter = Filter {
        key: "Path".to_owned(),
        option: None,
        values: vec![path.clone()],
    };
    as_filter.check(&DESCRIBE)?;
    for filter in &input.parameter_filters {
        filter.check(&BY_PATH)?;
    }
    account.read(|state| {
        let filters = &input.parameter_filters;
        let all = state.parameters.all();
        let found = all
            .filter(|(name, _)| is_below(name, &path, input.recursive))
            .filter(|(name, one)| filters.iter().all(|filter| filter.takes(name, one)))
            .filter_map(|(name, _)| shown(account, state, name, input.with_decryption));
        let size = page_size(input.max_results, LARGEST_BY_PATH);
        let (parameters, next_token) = paged(found, size, input.next_token.as_deref())?;
        Ok(Page {
            parameters,
            next_token,
        })
    })
}

/// One page; the token is the number of items on the earlier pages.
pub(super) fn paged<T>(
    items: impl IntoIterator<Item = T>,
    size: usize,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    page(items, size, token)
        .ok_or_else(|| AwsError::new("InvalidNextToken", "The specified token is not valid."))
}
