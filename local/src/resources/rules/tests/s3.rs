//! Mistakes in buckets and their policies.

use super::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    ("bucket_access", "S3::Bucket", r#"{"AccessControl": "PublicRead"}"#, "Bucket cannot have public ACLs set with BlockPublicAccess enabled"),
    ("bucket_encryption", "S3::Bucket", r#"{"BucketEncryption": {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256", "KMSMasterKeyID": "a"}}]}}"#, "a KMSMasterKeyID is not applicable"),
    ("bucket_lifecycle", "S3::Bucket", r#"{"LifecycleConfiguration": {"Rules": [{"Status": "Enabled"}]}}"#, "At least one of [ExpirationDate,ExpirationInDays,"),
    ("bucket_lifecycle", "S3::Bucket", r#"{"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 0}]}}"#, "must be a positive integer"),
    ("bucket_lifecycle", "S3::Bucket", r#"{"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 30, "Transitions": [{"StorageClass": "STANDARD_IA", "TransitionInDays": 30}]}]}}"#, "must be greater than 'Days' in the Transition action"),
    ("bucket_lifecycle", "S3::Bucket", r#"{"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "Transitions": [{"StorageClass": "STANDARD_IA", "TransitionInDays": 30}, {"StorageClass": "GLACIER", "TransitionInDays": 40}]}]}}"#, "must be 30 days more than the 'Transition' action for StorageClass 'STANDARD_IA'"),
];
