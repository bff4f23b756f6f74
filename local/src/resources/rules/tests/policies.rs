//! Mistakes in the policies of keys, repositories, buckets, topics and secrets.

use super::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    ("key_policy", KEY, r#"{"KeyPolicy": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/gone"}, "Action": "kms:*", "Resource": "*"}]}}"#, "Policy contains a statement with one or more invalid principals."),
    ("key_policy", KEY, r#"{"KeyPolicy": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/gone"}, "Action": "kms:*", "Resource": "*"}]}}"#, "Policy contains a statement with one or more invalid principals."),
    ("key_policy", KEY, r#"{"KeyPolicy": {"Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}}"#, "Policy contains a statement with no principal."),
    ("key_policy", KEY, r#"{"KeyPolicy": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": []}, "Action": "kms:*", "Resource": "*"}]}}"#, "Policy contains a statement with no principal."),
    ("key_policy", KEY, r#"{"KeyPolicy": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*"}]}}"#, "Missing required field Resource"),
    ("key_policy", KEY, r#"{"KeyPolicy": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/worker"}, "Action": "kms:*", "Resource": "*"}]}}"#, "The new key policy will not allow you to update the key policy in the future."),
    ("key_policy", KEY, r#"{"KeyPolicy": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*"}]}}"#, "The new key policy will not allow you to update the key policy in the future."),
    ("repository_policy", REPOSITORY, r#"{"RepositoryPolicyText": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/gone"}, "Action": "ecr:BatchGetImage"}]}}"#, "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'"),
    ("repository_policy", REPOSITORY, r#"{"RepositoryPolicyText": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage", "Resource": "*"}]}}"#, "'Invalid repository policy provided'"),
    ("repository_policy", REPOSITORY, r#"{"RepositoryPolicyText": {"Statement": [{"Effect": "Allow", "Action": "ecr:BatchGetImage"}]}}"#, "'Invalid repository policy provided'"),
    ("bucket_policy", BUCKET, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/gone"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::assets/*"}]}}"#, "Invalid principal in policy"),
    ("bucket_policy", BUCKET, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::assets/*"}]}}"#, "Missing required field Principal"),
    ("bucket_policy", BUCKET, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:GetObject"}]}}"#, "Missing required field Resource"),
    ("bucket_policy", BUCKET, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::other/*"}]}}"#, "Policy has invalid resource"),
    ("bucket_policy", BUCKET, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sns:Publish", "Resource": "arn:aws:s3:::assets/*"}]}}"#, "Policy has invalid action"),
    ("bucket_policy", BUCKET, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::assets"}]}}"#, "Action does not apply to any resource(s) in statement"),
    ("bucket_policy", BUCKET, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::assets/*"}]}}"#, "Action does not apply to any resource(s) in statement"),
    ("public_policy", BUCKET, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::assets/*"}]}}"#, "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."),
    ("topic_policy", TOPIC, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/gone"}, "Action": "sns:Publish", "Resource": "*"}]}}"#, "Invalid parameter: Policy Error: PrincipalNotFound"),
    ("topic_policy", TOPIC, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}]}}"#, "Invalid parameter: Policy Error: null"),
    ("topic_policy", TOPIC, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sns:*", "Resource": "*"}]}}"#, "Policy statement action out of service scope!"),
    ("topic_policy", TOPIC, r#"{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}]}}"#, "Policy statement action out of service scope!"),
    ("secret_policy", SECRET, r#"{"ResourcePolicy": {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/gone"}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}}"#, "This resource policy contains an unsupported principal."),
    ("secret_policy", SECRET, r#"{"ResourcePolicy": {"Statement": [{"Effect": "Allow", "Principal": {"Service": "none.amazonaws.com"}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}}"#, "This resource policy contains an invalid service principal."),
    ("secret_policy", SECRET, r#"{"ResourcePolicy": {"Statement": [{"Effect": "Permit", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}}"#, "This resource policy contains a syntax error."),
    ("secret_policy", SECRET, r#"{"ResourcePolicy": {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*", "Resource": "*"}]}}"#, "Your requested changes will not allow you to manage this secret in the future."),
    ("public_policy", SECRET, r#"{"BlockPublicPolicy": true, "ResourcePolicy": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}}"#, "You can't attach a resource-based policy that allows broad access to the secret."),
];

const KEY: &str = "KMS::Key";
const REPOSITORY: &str = "ECR::Repository";
const BUCKET: &str = "S3::BucketPolicy";
const TOPIC: &str = "SNS::TopicPolicy";
const SECRET: &str = "SecretsManager::ResourcePolicy";
