//! DynamoDB's rules for tables. The embedded database checks others itself.

mod index;
mod table;

use crate::resources::{no_opening, rules};

rules! { "DynamoDb", no_opening;
    table::table_name, "DynamoDB::Table", ValidationException, "The name has 3 to 255 letters, digits, underscores, hyphens and dots", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html";
    table::attribute_types, "DynamoDB::Table", ValidationException, "Attributes of keys are S, N or B, once each", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeDefinition.html";
    table::key_schema, "DynamoDB::Table", ValidationException, "A key is a HASH attribute, and perhaps a RANGE attribute", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_KeySchemaElement.html";
    table::keys_defined, "DynamoDB::Table", ValidationException, "Attributes of keys are defined", "https://github.com/aws-samples/building-a-rule-engine-using-aws-lambda-dynamodb/issues/1";
    table::definitions_used, "DynamoDB::Table", ValidationException, "Defined attributes are in a key", "https://github.com/aws-samples/aws-batch-processing-job-repo/pull/4";
    table::billing, "DynamoDB::Table", ValidationException, "PROVISIONED has a throughput, PAY_PER_REQUEST has none", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html";
    table::encryption, "DynamoDB::Table", ValidationException, "A key or type of encryption needs SSEEnabled", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSESpecification.html";
    table::encryption_key, "DynamoDB::Table", ValidationException, "The key for encryption exists", "https://github.com/aws-solutions/generative-ai-application-builder-on-aws/issues/29";
    table::capacity_quota, "DynamoDB::Table", ValidationException, "A table has at most 40,000 read and 40,000 write units", "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html";
    table::warm_throughput, "DynamoDB::Table", ValidationException, "The warm throughput is not below that of a new table", "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html";
    table::resource_policy, "DynamoDB::Table", ValidationException, "A resource policy follows the grammar, has actions of tables, and principals that exist, but not everybody", "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html";
    table::stream_view, "DynamoDB::Table", ValidationException, "The view type of a stream exists", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html";
    table::time_to_live, "DynamoDB::Table", ValidationException, "The time to live names an attribute", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TimeToLiveSpecification.html";
    table::time_to_live_stays, "DynamoDB::Table", ValidationException, "The time to live keeps its attribute while it is on", "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-timetolivespecification.html";
    table::recovery_enabled, "DynamoDB::Table", ValidationException, "A recovery period needs point-in-time recovery", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html";
    table::recovery_days, "DynamoDB::Table", ValidationException, "Point-in-time recovery covers 1 to 35 days", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html";
    table::table_quota, "DynamoDB::Table", LimitExceededException, "A region has 2500 tables (quota tables)", "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html";
    index::index_names, "DynamoDB::Table", ValidationException, "Indexes have different names", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndex.html";
    index::index_counts, "DynamoDB::Table", ValidationException, "A table has at most 20 global and 5 local indexes", "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html";
    index::index_keys, "DynamoDB::Table", ValidationException, "A key of an index is a HASH attribute, and perhaps a RANGE attribute", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndex.html";
    index::projections, "DynamoDB::Table", ValidationException, "A projection is ALL, KEYS_ONLY, or INCLUDE with attributes", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html";
    index::projected, "DynamoDB::Table", ValidationException, "Indexes project at most 100 attributes, each index none twice", "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html";
    index::local_indexes_stay, "DynamoDB::Table", ValidationException, "An update keeps the local indexes", "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html";
    index::index_billing, "DynamoDB::Table", ValidationException, "A global index has a throughput exactly if its table has one", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndex.html";
    index::local_indexes, "DynamoDB::Table", ValidationException, "A local index needs a range key, and has the hash key of its table", "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_LocalSecondaryIndex.html";
    index::one_change, "DynamoDB::Table", ValidationException, "An update creates or deletes one global index", "https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1228";
}
