//! Mistakes in tables.

use super::Case;

const TABLE: &str = "DynamoDB::Table";

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    ("table_name", TABLE, r#"{"TableName": "ab"}"#, "Member must have length greater than or equal to 3"),
    ("table_name", TABLE, r#"{"TableName": "my table"}"#, "regular expression pattern: [a-zA-Z0-9_.-]+"),
    ("attribute_types", TABLE, r#"{"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "BOOL"}]}"#, "Member must satisfy enum value set: [B, N, S]"),
    ("attribute_types", TABLE, r#"{"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "id", "AttributeType": "S"}]}"#, "Cannot have two attributes with the same name"),
    ("key_schema", TABLE, r#"{"KeySchema": [{"AttributeName": "id", "KeyType": "RANGE"}]}"#, "The first KeySchemaElement is not a HASH key type"),
    ("key_schema", TABLE, r#"{"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}]}"#, "have the same name"),
    ("key_schema", TABLE, r#"{"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "HASH"}]}"#, "The second KeySchemaElement is not a RANGE key type"),
    ("keys_defined", TABLE, r#"{"KeySchema": [{"AttributeName": "key", "KeyType": "HASH"}]}"#, "Some index key attributes are not defined in AttributeDefinitions. Keys: [key], AttributeDefinitions: [id]"),
    ("definitions_used", TABLE, r#"{"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "x", "AttributeType": "S"}]}"#, "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"),
    ("definitions_used", TABLE, r#"{"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "x", "AttributeType": "S"}], "GlobalSecondaryIndexes": [{"IndexName": "all", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}"#, "Some AttributeDefinitions are not used. AttributeDefinitions: [id, x], keys used: [id]"),
    ("billing", TABLE, r#"{"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}"#, "can be specified when BillingMode is PAY_PER_REQUEST"),
    ("billing", TABLE, r#"{"BillingMode": null}"#, "must both be specified when BillingMode is PROVISIONED"),
    ("billing", TABLE, r#"{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 1}}"#, "Member must have value greater than or equal to 1"),
    ("billing", TABLE, r#"{"BillingMode": "ON_DEMAND"}"#, "[PROVISIONED, PAY_PER_REQUEST]"),
    ("encryption", TABLE, r#"{"SSESpecification": {"SSEEnabled": false, "KMSMasterKeyId": "alias/a"}}"#, "only be specified if SSEEnabled is true"),
    ("encryption", TABLE, r#"{"SSESpecification": {"SSEEnabled": true, "SSEType": "AES128"}}"#, "[AES256, KMS]"),
    ("stream_view", TABLE, r#"{"StreamSpecification": {"StreamViewType": "ALL"}}"#, "Value 'ALL' at 'streamSpecification.streamViewType'"),
    ("time_to_live", TABLE, r#"{"TimeToLiveSpecification": {"Enabled": true}}"#, "AttributeName must be non-empty"),
    ("recovery_days", TABLE, r#"{"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 36}}"#, "less than or equal to 35"),
    ("table_quota", TABLE, r#"{"$quota": "tables=0"}"#, "Subscriber limit exceeded"),
    ("index_names", TABLE, r#"{"GlobalSecondaryIndexes": [{"IndexName": "a", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}, {"IndexName": "a", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}"#, "Duplicate index name: a"),
    ("index_counts", TABLE, r#"{"LocalSecondaryIndexes": [{"IndexName": "1"}, {"IndexName": "2"}, {"IndexName": "3"}, {"IndexName": "4"}, {"IndexName": "5"}, {"IndexName": "6"}]}"#, "Number of LocalSecondaryIndexes exceeds per-table limit of 5"),
    ("index_keys", TABLE, r#"{"GlobalSecondaryIndexes": [{"IndexName": "a", "KeySchema": [{"AttributeName": "id", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}"#, "is not a HASH key type"),
    ("projections", TABLE, r#"{"GlobalSecondaryIndexes": [{"IndexName": "a", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Projection": {"ProjectionType": "INCLUDE"}}]}"#, "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"),
    ("projections", TABLE, r#"{"GlobalSecondaryIndexes": [{"IndexName": "a", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL", "NonKeyAttributes": ["x"]}}]}"#, "ProjectionType is ALL, but NonKeyAttributes is specified"),
    ("index_billing", TABLE, r#"{"GlobalSecondaryIndexes": [{"IndexName": "a", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}]}"#, "when BillingMode is PAY_PER_REQUEST"),
    ("local_indexes", TABLE, r#"{"LocalSecondaryIndexes": [{"IndexName": "a", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}"#, "Table KeySchema does not have a range key"),
    ("one_change", TABLE, r#"{"$before": {}, "GlobalSecondaryIndexes": [{"IndexName": "a", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}, {"IndexName": "b", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}"#, "Cannot perform more than one GSI creation or deletion in a single update"),
    ("encryption", TABLE, r#"{"SSESpecification": {"SSEEnabled": false, "SSEType": "KMS"}}"#, "SSEType can only be specified if SSEEnabled is true"),
    ("encryption_key", TABLE, r#"{"SSESpecification": {"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": "alias/none"}}"#, "Key 'arn:aws:kms:eu-central-1:123456789012:alias/none' does not exist"),
    ("encryption_key", TABLE, r#"{"SSESpecification": {"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": "arn:aws:kms:us-east-1:123456789012:key/1"}}"#, "Key 'arn:aws:kms:us-east-1:123456789012:key/1' does not exist"),
    ("encryption_key", TABLE, r#"{"SSESpecification": {"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": "alias/aws/s4"}}"#, "Key 'alias/aws/s4' does not exist"),
    ("capacity_quota", TABLE, r#"{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 50000, "WriteCapacityUnits": 1}}"#, "The requested ReadCapacityUnits exceeds the per-table limit of 40000"),
    ("warm_throughput", TABLE, r#"{"WarmThroughput": {"ReadUnitsPerSecond": 100}}"#, "lower than the current value of 12000"),
    ("resource_policy", TABLE, r#"{"ResourcePolicy": {"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "dynamodb:Scan"}]}}}"#, "a Principal and an Action"),
    ("time_to_live_stays", TABLE, r#"{"$before": {"TimeToLiveSpecification": {"Enabled": true, "AttributeName": "a"}}, "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "b"}}"#, "TimeToLive is active on a different AttributeName: current AttributeName is a"),
    ("recovery_enabled", TABLE, r#"{"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": false, "RecoveryPeriodInDays": 7}}"#, "if PointInTimeRecoveryEnabled is true"),
    ("projected", TABLE, r#"{"GlobalSecondaryIndexes": [{"IndexName": "all", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "a"]}}]}"#, "Duplicate attribute name in NonKeyAttributes: a"),
    ("local_indexes_stay", TABLE, r#"{"$before": {"LocalSecondaryIndexes": [{"IndexName": "old"}]}}"#, "cannot update the LocalSecondaryIndexes"),
];
