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
    ("policy_statements", "S3::BucketPolicy", r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*"}]}}"#, "Missing required field Principal"),
    ("policy_statements", "S3::BucketPolicy", r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "ec2:RunInstances", "Resource": "arn:aws:s3:::files/*"}]}}"#, "Policy has invalid action"),
    ("policy_statements", "S3::BucketPolicy", r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::other/*"}]}}"#, "Policy has invalid resource"),
    ("policy_statements", "S3::BucketPolicy", r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files"}]}}"#, "Action does not apply to any resource(s) in statement"),
    ("policy_statements", "S3::BucketPolicy", r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/gone"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*"}]}}"#, "Invalid principal in policy"),
    ("policy_access", "S3::BucketPolicy", r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*"}]}}"#, "Access Denied"),
];
