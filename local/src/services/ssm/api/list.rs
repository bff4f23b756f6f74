//! `DescribeParameters` and `GetParametersByPath`: lists in pages.

use serde::{Deserialize, Serialize};

use super::get::{Facts, Shown, shown};
use super::required;
use crate::account::{Account, State};
use crate::aws::AwsError;

/// The largest page of `DescribeParameters`.
const LARGEST_DESCRIPTION: usize = 50;

/// The largest page of `GetParametersByPath`.
const LARGEST_BY_PATH: usize = 10;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Describe {
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
    tier: &'static str,
    description: Option<String>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Result<Page<Description>, AwsError> {
    account.read(|state| {
        let names: Vec<&str> = state.parameters.names().collect();
        let size = size(input.max_results, LARGEST_DESCRIPTION);
        page(&names, size, input.next_token.as_deref(), |name| {
            description(account, state, name)
        })
    })
}

fn description(account: &Account, state: &State, name: &str) -> Option<Description> {
    Some(Description {
        facts: shown(account, state, name, false)?.facts,
        tier: "Standard",
        description: state.parameters.get(name)?.description.clone(),
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct ByPath {
    path: Option<String>,
    recursive: bool,
    with_decryption: bool,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn by_path(account: &Account, input: &ByPath) -> Result<Page<Shown>, AwsError> {
    let path = required(input.path.clone(), "Path")?;
    let path = path.trim_end_matches('/');
    let is_below = |name: &&str| {
        let rest = name
            .strip_prefix(path)
            .and_then(|rest| rest.strip_prefix('/'));
        rest.is_some_and(|rest| input.recursive || !rest.contains('/'))
    };
    account.read(|state| {
        let names: Vec<&str> = state.parameters.names().filter(is_below).collect();
        let size = size(input.max_results, LARGEST_BY_PATH);
        page(&names, size, input.next_token.as_deref(), |name| {
            shown(account, state, name, input.with_decryption)
        })
    })
}

fn size(wanted: Option<i64>, largest: usize) -> usize {
    let wanted = wanted.and_then(|wanted| usize::try_from(wanted).ok());
    wanted.unwrap_or(largest).clamp(1, largest)
}

/// One page; the token is the number of names on the earlier pages.
fn page<T>(
    names: &[&str],
    size: usize,
    token: Option<&str>,
    show: impl Fn(&str) -> Option<T>,
) -> Result<Page<T>, AwsError> {
    let first: usize = token
        .map_or(Ok(0), str::parse::<usize>)
        .map_err(|_| AwsError::new("InvalidNextToken", "The specified token is not valid."))?;
    let shown = names
        .iter()
        .skip(first)
        .take(size)
        .filter_map(|name| show(name));
    Ok(Page {
        parameters: shown.collect(),
        next_token: (names.len() > first.saturating_add(size)).then(|| (first + size).to_string()),
    })
}
