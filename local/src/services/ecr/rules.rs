//! ECR's rules for repositories.

use serde_json::Value;

use super::policies;
use crate::resources::subject::{Subject, at, list, number, repeated, text};
use crate::resources::{no_opening, rules};

rules! { "Ecr", no_opening;
    encryption, "ECR::Repository", InvalidParameterException, "Only encryption by KMS has a key, and the key is of the region", "https://github.com/badmintoncryer/cdk-preflight";
    exclusions, "ECR::Repository", InvalidParameterException, "Exclusions of tags come with the mutability that has them", "https://github.com/badmintoncryer/cdk-preflight";
    lifecycle_rules, "ECR::Repository", InvalidParameterException, "A lifecycle policy has up to 50 rules of different priorities", "https://github.com/badmintoncryer/cdk-preflight";
    lifecycle_selection, "ECR::Repository", InvalidParameterException, "Each rule of a lifecycle policy selects images", "https://github.com/badmintoncryer/cdk-preflight";
    policies::repository_policy, "ECR::Repository", InvalidParameterException, "The policy follows the grammar, without resources, and its principals exist", "https://github.com/hashicorp/terraform-provider-aws/issues/39064";
}

fn encryption(subject: &Subject<'_>) -> Result<(), String> {
    let path = "EncryptionConfiguration";
    let by_kms = subject
        .text(&format!("{path}/EncryptionType"))
        .is_some_and(|kind| kind.starts_with("KMS"));
    let refused = |reason: &str| {
        Err(format!(
            "Invalid parameter at 'encryptionConfiguration' failed to satisfy constraint: 'Invalid encryption configuration: {reason}'"
        ))
    };
    match subject.text(&format!("{path}/KmsKey")) {
        Some(_) if !by_kms => refused("Encryption key should not be set for AES256 encryption."),
        Some(key) if key.starts_with("arn:") && key.split(':').nth(3) != Some(subject.region) => {
            refused("The KMS key must be in the region of the repository.")
        }
        _ => Ok(()),
    }
}

fn exclusions(subject: &Subject<'_>) -> Result<(), String> {
    let filters = subject.list("ImageTagMutabilityExclusionFilters");
    let mutability = subject.text("ImageTagMutability").unwrap_or("MUTABLE");
    let has_them = mutability.ends_with("_WITH_EXCLUSION");
    let constraint = if has_them && filters.is_empty() {
        format!(
            "ImageTagMutabilityExclusionFilters are required when imageTagMutability is set as {mutability}"
        )
    } else if !has_them && !filters.is_empty() {
        format!(
            "ImageTagMutabilityExclusionFilters are not allowed when imageTagMutability is set as {mutability}"
        )
    } else {
        return Ok(());
    };
    Err(format!(
        "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: '{constraint}'"
    ))
}

/// The rules of the lifecycle policy.
fn policy_rules(subject: &Subject<'_>) -> Vec<Value> {
    let policy = subject.text("LifecyclePolicy/LifecyclePolicyText");
    let policy: Value = policy
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    list(&policy, "rules").to_vec()
}

/// What ECR says about a lifecycle policy.
fn refuse(reason: &str) -> Result<(), String> {
    Err(format!(
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy {reason}'"
    ))
}

/// What ECR says about a rule that its schema does not have.
const NO_SCHEMA: &str =
    "validation failure: instance failed to match exactly one schema (matched 0 out of 4)";

fn lifecycle_rules(subject: &Subject<'_>) -> Result<(), String> {
    let rules = policy_rules(subject);
    if rules.len() > 50 {
        return refuse(&format!(
            "validation failure: array is too long: must have at most 50 elements but instance has {} elements",
            rules.len()
        ));
    }
    if rules
        .iter()
        .any(|rule| number(rule, "rulePriority").is_none_or(|one| one < 1))
    {
        return refuse(NO_SCHEMA);
    }
    let priorities = || rules.iter().map(|rule| number(rule, "rulePriority"));
    if repeated(priorities()).is_some() {
        return refuse("validation failure: Duplicate priority in multiple rules");
    }
    let count = |status| {
        let of_status = rules
            .iter()
            .filter(|rule| text(rule, "selection/tagStatus") == Some(status));
        of_status.count()
    };
    if count("untagged") > 1 {
        return refuse("validation failure: Only one rule can select Untagged images");
    }
    let any = rules
        .iter()
        .find(|rule| text(rule, "selection/tagStatus") == Some("any"));
    let is_last = any.is_none_or(|any| number(any, "rulePriority") == priorities().max().flatten());
    if count("any") > 1 || !is_last {
        return refuse(
            "validation failure: only the rule with the largest priority can select any images",
        );
    }
    Ok(())
}

fn lifecycle_selection(subject: &Subject<'_>) -> Result<(), String> {
    for rule in policy_rules(subject) {
        let known = ["rulePriority", "description", "selection", "action"];
        let names = rule.as_object().into_iter().flatten();
        if names
            .map(|(name, _)| name)
            .any(|name| !known.contains(&name.as_str()))
        {
            return refuse(NO_SCHEMA);
        }
        if !["expire", "transition"].contains(&text(&rule, "action/type").unwrap_or("")) {
            return refuse("parsing failure: Could not map policyString into LifecyclePolicy.");
        }
        let lists = ["tagPrefixList", "tagPatternList"]
            .map(|name| !list(&rule, &format!("selection/{name}")).is_empty());
        match (text(&rule, "selection/tagStatus"), lists) {
            (Some("tagged"), [false, false]) => {
                return refuse(
                    "validation failure: Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.",
                );
            }
            (Some("tagged"), [true, false] | [false, true])
            | (Some("untagged" | "any"), [false, false]) => {}
            _ => return refuse(NO_SCHEMA),
        }
        let has_unit = at(&rule, "selection/countUnit").is_some();
        let fits = match text(&rule, "selection/countType") {
            Some("imageCountMoreThan") => !has_unit,
            Some(kind) => kind.starts_with("since") && has_unit,
            None => false,
        };
        if !fits || number(&rule, "selection/countNumber").is_none_or(|one| one < 1) {
            return refuse(NO_SCHEMA);
        }
    }
    Ok(())
}
