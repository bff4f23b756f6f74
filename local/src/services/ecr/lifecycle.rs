//! Lifecycle policies: which images expire.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::referrers::remove_with_referrers;
use super::repositories::Repository;
use crate::aws::fits;

/// A lifecycle policy.
#[derive(Deserialize)]
pub(super) struct Policy {
    rules: Vec<Rule>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Rule {
    rule_priority: Option<u64>,
    selection: Selection,
}

/// The images that a rule applies to, and how many of them to keep.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Selection {
    tag_status: Option<String>,
    tag_prefix_list: Vec<String>,
    tag_pattern_list: Vec<String>,
    count_type: Option<String>,
    count_number: Option<u64>,
}

/// Parses a policy; `None` if the text is not a policy.
pub(super) fn parse(text: &str) -> Option<Policy> {
    serde_json::from_str(text).ok()
}

/// Expires images by the rules that limit the number of images. ECR does this within a day.
///
/// All rules see the images as they were before any is removed, in the order of priority. A later
/// rule does not expire an image that matched the tags of an earlier rule:
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html>
pub(super) fn expire(repository: &mut Repository) {
    let Some(mut policy) = repository.lifecycle_policy.as_deref().and_then(parse) else {
        return;
    };
    policy.rules.sort_by_key(|rule| rule.rule_priority);
    let (mut seen, mut expired) = (BTreeSet::new(), Vec::new());
    for rule in &policy.rules {
        let selected = rule.selection.newest_first(repository);
        let surplus = selected.iter().skip(rule.selection.kept());
        let unprotected = surplus.filter(|digest| !seen.contains(*digest));
        expired.extend(unprotected.map(|digest| (*digest).to_owned()));
        seen.extend(selected);
    }
    // What is attached to an image that expires goes with it.
    for digest in expired {
        remove_with_referrers(repository, &digest);
    }
}

impl Selection {
    /// The digests of the images that the rule applies to.
    fn newest_first<'a>(&self, repository: &'a Repository) -> Vec<&'a str> {
        let mut selected: Vec<(f64, &str)> = repository
            .manifests
            .iter()
            .filter(|(digest, _)| self.takes(&repository.tags_of(digest)))
            .map(|(digest, manifest)| (manifest.pushed, digest.as_str()))
            .collect();
        selected.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        selected.into_iter().map(|(_, digest)| digest).collect()
    }

    /// How many of its images a rule keeps; all if the rule does not limit the number.
    fn kept(&self) -> usize {
        let count = self
            .count_number
            .filter(|_| self.count_type.as_deref() == Some("imageCountMoreThan"));
        count
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(usize::MAX)
    }

    /// Whether the rule applies to an image with these tags: each of its prefixes or patterns must
    /// match a tag.
    fn takes(&self, tags: &[&str]) -> bool {
        let has = |test: &dyn Fn(&str) -> bool| tags.iter().any(|tag| test(tag));
        match self.tag_status.as_deref() {
            Some("untagged") => tags.is_empty(),
            Some("tagged") => {
                let mut prefixes = self.tag_prefix_list.iter();
                let mut patterns = self.tag_pattern_list.iter();
                prefixes.all(|prefix| has(&|tag| tag.starts_with(prefix)))
                    && patterns.all(|pattern| has(&|tag| fits(pattern, tag)))
            }
            _ => true,
        }
    }
}
