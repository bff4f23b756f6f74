//! Mistakes in keys.

use super::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    ("key_usage", "KMS::Key", r#"{"KeySpec": "HMAC_256"}"#, "KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec HMAC_256"),
    ("key_usage", "KMS::Key", r#"{"KeyUsage": "SIGN_VERIFY"}"#, "KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT"),
    ("key_rotation", "KMS::Key", r#"{"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY", "EnableKeyRotation": true}"#, "on asymmetric or external keys."),
    ("key_policy", "KMS::Key", r#"{"KeyPolicy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*", "Sid": "日本"}]}}"#, "Member must satisfy regular expression pattern"),
];
