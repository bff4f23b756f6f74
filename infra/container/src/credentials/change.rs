use std::time::Duration;

use super::accounts::Accounts;
use super::merge::merged;
use super::parameter::{Facts, Parameter, Version};
use crate::{CredentialsError, Error};

/// How often a change is repeated if somebody else writes at the same moment.
const ATTEMPTS: usize = 30;

/// A change that was written.
#[derive(Debug)]
pub(super) struct Written {
    /// The accounts as they are now.
    pub(super) accounts: Accounts,
    /// Whether somebody else has changed them at the same moment.
    pub(super) was_merged: bool,
}

/// Changes the accounts.
///
/// AWS can only overwrite a parameter, whatever is in it. The number of the new version says whether somebody
/// else has written in between. That version is then merged with ours, and written again. Its writer need not
/// do anything: whoever overwrites a version without having seen it brings it back.
pub(super) async fn change(
    parameter: Parameter<'_>,
    change: impl FnOnce(&Accounts) -> Result<Accounts, CredentialsError>,
) -> Result<Written, Error> {
    let facts = parameter.facts().await?;
    let before = parameter.read().await?;
    let mut ours = change(&before.accounts)?;
    let mut seen = before.number;
    for attempt in 0..ATTEMPTS {
        let number = parameter.write(&facts, &ours).await?;
        if number == seen + 1 {
            let was_merged = attempt > 0;
            return Ok(Written {
                accounts: ours,
                was_merged,
            });
        }
        if number <= seen {
            // Somebody has deleted the parameter in between.
            break;
        }
        let overwritten = parameter.read_version(number - 1).await?;
        ours = merge(parameter, &facts, &before, overwritten, &ours).await?;
        tokio::time::sleep(pause(attempt)).await;
        // The shorter the time between reading and writing, the sooner one of several writers comes through.
        let newest = parameter.read().await?;
        seen = newest.number;
        if seen != number {
            ours = merge(parameter, &facts, &before, newest, &ours).await?;
        }
    }
    Err(CredentialsError::Busy(parameter.name.to_owned()).into())
}

/// Those who write at the same moment must not do so again.
fn pause(attempt: usize) -> Duration {
    let longest = 50 << attempt.min(5);
    Duration::from_millis(rand::random_range(0..longest))
}

/// Ours and what it has overwritten. If both together leave no account, or are too large, the other one comes back.
async fn merge(
    parameter: Parameter<'_>,
    facts: &Facts,
    before: &Version,
    overwritten: Version,
    ours: &Accounts,
) -> Result<Accounts, Error> {
    let theirs = overwritten.accounts;
    let impossible = match merged(&before.accounts, &theirs, ours) {
        Some(merged) => match parameter.check_size(facts, &merged) {
            Ok(()) => return Ok(merged),
            Err(too_large) => too_large,
        },
        None => CredentialsError::Contradiction(parameter.name.to_owned()),
    };
    parameter.write(facts, &theirs).await?;
    Err(impossible.into())
}
