//! Single mistakes in the three templates: each fails at the resource, and with the words, of AWS.
//!
//! The sources of the messages are in `docs/checks.md`.

mod bad_input;
mod container;
mod network;
pub(crate) mod outcome;
mod quotas;
mod table;

use std::collections::BTreeMap;

use e2e::Account;
use futures_util::{StreamExt as _, stream};

pub(crate) use self::outcome::{outcome, remove};

/// An edit of a template: the resource (or another entry), a text in it, what replaces the text, and
/// what then fails: a resource and its reason, or `template` and the message of the call.
pub(crate) type Mistake = (&'static str, &'static str, &'static str, &'static str);

/// How many mistakes are tried at the same time.
const AT_ONCE: usize = 6;

#[tokio::test]
async fn a_mistake_fails_as_on_aws() {
    let account = account().await;
    let all = [
        (vpc::STACK.template, network::MISTAKES),
        (::table::STACK.template, table::MISTAKES),
        (::container::STACK.template, container::MISTAKES),
    ];
    let each = all
        .into_iter()
        .flat_map(|(template, mistakes)| mistakes.iter().map(move |mistake| (template, mistake)));
    let tried: Vec<_> = each.enumerate().collect();
    let count = tried.len();
    let tried = stream::iter(tried)
        .map(|(number, (template, mistake))| problem(&account, number, template, mistake));
    let problems: Vec<String> = tried
        .buffer_unordered(AT_ONCE)
        .filter_map(async |problem| problem)
        .collect()
        .await;
    assert!(
        problems.is_empty(),
        "{} of {count}: {problems:#?}",
        problems.len()
    );
    assert!(count >= 60, "{count} mistakes");
}

/// What differs from the expectation.
async fn problem(
    account: &Account,
    number: usize,
    template: &str,
    mistake: &Mistake,
) -> Option<String> {
    let (resource, find, replace, expected) = mistake;
    let edited = edit(template, resource, find, replace);
    let stack = format!("mistake-{number}");
    let (culprit, text) = expected.split_once(": ").expect("RESOURCE: text");
    let found = outcome(account, &stack, &edited, &parameters(&edited, &stack)).await;
    remove(account, &stack).await;
    let fits = found
        .iter()
        .any(|(place, reason)| place == culprit && reason.contains(text));
    (!fits).then(|| {
        format!("{resource}: {find:?} -> {replace:?} should give {expected:?}, gives {found:?}")
    })
}

/// `template` with a text of one resource replaced.
fn edit(template: &str, resource: &str, find: &str, replace: &str) -> String {
    let beginning = format!("\n  {resource}:\n");
    let start = template
        .find(&beginning)
        .unwrap_or_else(|| panic!("there is no {resource}"));
    let (before, rest) = template.split_at(start + 1);
    let is_next = |(at, _): &(usize, &str)| {
        rest[at + 1..].starts_with("  ") && !rest[at + 3..].starts_with([' ', '#', '\n'])
    };
    let end = rest
        .match_indices('\n')
        .find(is_next)
        .map_or(rest.len(), |(at, _)| at);
    let (block, after) = rest.split_at(end);
    assert!(block.contains(find), "{resource} has no {find:?}");
    [before, &block.replacen(find, replace, 1), after].concat()
}

/// Values for the parameters of a template: a prefix of its own, and the standing network.
fn parameters(template: &str, stack: &str) -> BTreeMap<&'static str, String> {
    if template.contains("TaskDefinition:") {
        BTreeMap::from([("Image", "local/showtable".to_owned())])
    } else {
        BTreeMap::from([("ParameterPrefix", format!("/{stack}"))])
    }
}

/// A local AWS with the three stacks, and quotas that no other mistake meets.
async fn account() -> Account {
    let quota = |name: &str| format!("{name}=1000");
    let options = local::Options {
        quota: ["vpcs", "elastic-ips", "internet-gateways"]
            .map(quota)
            .to_vec(),
        ..e2e::options()
    };
    let account = Account::with(&options).await;
    let deployed = account.local.deploy().await;
    deployed.expect("the templates themselves are accepted");
    account
}
