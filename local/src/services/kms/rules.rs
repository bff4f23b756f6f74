//! KMS's rules for keys.

use super::policies;
use crate::resources::subject::{Subject, at, fail_if};
use crate::resources::{no_opening, rules};

rules! { "Kms", no_opening;
    key_usage, "KMS::Key", ValidationException, "The key can do what it is for", "https://github.com/badmintoncryer/cdk-preflight";
    key_rotation, "KMS::Key", InvalidRequest, "Only symmetric keys rotate", "https://github.com/badmintoncryer/cdk-preflight";
    policies::key_policy, "KMS::Key", MalformedPolicyDocumentException, "The policy follows the grammar, names principals that exist, and lets its author change it", "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html";
}

fn key_usage(subject: &Subject<'_>) -> Result<(), String> {
    let spec = subject.text("KeySpec").unwrap_or("SYMMETRIC_DEFAULT");
    let usage = subject.text("KeyUsage").unwrap_or("ENCRYPT_DECRYPT");
    let fits = match spec {
        "SYMMETRIC_DEFAULT" => usage == "ENCRYPT_DECRYPT",
        spec if spec.starts_with("HMAC_") => usage == "GENERATE_VERIFY_MAC",
        spec if spec.starts_with("RSA_") => ["ENCRYPT_DECRYPT", "SIGN_VERIFY"].contains(&usage),
        spec if spec.starts_with("ECC_NIST_P") => ["SIGN_VERIFY", "KEY_AGREEMENT"].contains(&usage),
        spec if spec.starts_with("ECC_") || spec.starts_with("ML_DSA_") => usage == "SIGN_VERIFY",
        _ => true,
    };
    fail_if(!fits, || {
        format!("KeyUsage {usage} is not compatible with KeySpec {spec}")
    })
}

fn key_rotation(subject: &Subject<'_>) -> Result<(), String> {
    let is_symmetric =
        subject.text("KeySpec").unwrap_or("SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT";
    let is_external = subject.text("Origin") == Some("EXTERNAL");
    let rotates = at(subject.properties, "EnableKeyRotation")
        .is_some_and(|flag| flag.as_bool() == Some(true) || flag.as_str() == Some("true"));
    fail_if(rotates && (!is_symmetric || is_external), || {
        "Invalid request provided: You cannot set the EnableKeyRotation property to true on asymmetric or external keys.".into()
    })
}
