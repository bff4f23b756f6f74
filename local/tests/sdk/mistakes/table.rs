//! Mistakes in the template of the table.

use super::Mistake;

#[rustfmt::skip]
pub(super) const MISTAKES: &[Mistake] = &[
    ("Table", "AttributeType: S", "AttributeType: STRING", "Table: #/AttributeDefinitions/0/AttributeType: failed validation constraint for keyword [enum]"),
    ("Table", "{AttributeName: itemID, AttributeType: S}", "{AttributeName: itemId, AttributeType: S}", "Table: Keys: [itemID], AttributeDefinitions: [itemId]"),
    ("Table", "KeyType: HASH", "KeyType: RANGE", "Table: The first KeySchemaElement is not a HASH key type"),
    ("Table", "KeyType: HASH", "KeyType: PARTITION", "Table: PARTITION"),
    ("Table", "- {AttributeName: itemID, AttributeType: S}", "- {AttributeName: itemID, AttributeType: S}\n        - {AttributeName: other, AttributeType: S}", "Table: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"),
    ("Table", "BillingMode: PAY_PER_REQUEST", "BillingMode: PROVISIONED", "Table: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"),
    ("Table", "      BillingMode: PAY_PER_REQUEST\n", "", "Table: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"),
    ("Table", "BillingMode: PAY_PER_REQUEST", "BillingMode: ON_DEMAND", "Table: #/BillingMode: failed validation constraint for keyword [enum]"),
    ("Table", "BillingMode: PAY_PER_REQUEST", "BillingMode: PAY_PER_REQUEST\n      ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 5}", "Table: can be specified when BillingMode is PAY_PER_REQUEST"),
    ("Table", "BillingMode: PAY_PER_REQUEST", "BillingMode: PAY_PER_REQUEST\n      TableName: ab", "Table: ab"),
    ("Table", "DeletionPolicy: Delete", "DeletionPolicy: Remove", "template: Remove"),
    ("Table", "AWS::DynamoDB::Table", "AWS::DynamoDB::Tables", "template: Unrecognized resource types: [AWS::DynamoDB::Tables]"),
    ("Table", "BillingMode", "BilingMode", "change set: validation failed"),
    ("TableParameter", "Type: String", "Type: SecureString", "TableParameter: #/Type: failed validation constraint for keyword [enum]"),
    ("TableParameter", "Value: !Ref Table", "Value: !GetAtt Table.Name", "template: Name"),
    ("TableParameter", "Value: !Ref Table", "Value: !Ref Tabel", "template: Unresolved resource dependencies [Tabel]"),
    ("TableParameter", "Name: !Sub ${ParameterPrefix}/table", "Name: !Sub ${ParameterPrefix}/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o", "TableParameter: A hierarchy can have a maximum of 15 levels."),
    ("TableParameter", "Name: !Sub ${ParameterPrefix}/table", "Name: /go-on-aws/table", "TableParameter: already exists"),
    ("TableParameter", "Name: !Sub ${ParameterPrefix}/table", "Name: !Sub ssm${ParameterPrefix}", "TableParameter: fully qualified name"),
    ("DeletionProtection", "Default: 'false'", "Default: 'no'", "template: AllowedValues"),
    ("ParameterPrefix", "MaxLength: 200", "MaxLength: 2", "template: A path such as /go-on-aws"),
    ("Table", "SSEEnabled: true", "SSEEnabled: true\n        SSEType: KMS\n        KMSMasterKeyId: alias/none", "Table: alias/none' does not exist"),
    ("Table", "SSEEnabled: true", "SSEEnabled: false\n        SSEType: KMS", "Table: if SSEEnabled is true"),
    ("Table", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false\n        RecoveryPeriodInDays: 7", "Table: if PointInTimeRecoveryEnabled is true"),
    ("Table", "BillingMode: PAY_PER_REQUEST", "BillingMode: PAY_PER_REQUEST\n      Tags: [{Key: aws:a, Value: b}]", "Table: Tag keys starting with 'aws:'"),
    ("TableParameter", "Type: String", "Type: String\n      DataType: number", "TableParameter: #/DataType: failed validation constraint for keyword [enum]"),
    ("Table", "BillingMode: PAY_PER_REQUEST", "BillingMode: PAY_PER_REQUEST\n      ResourcePolicy: {PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: '*', Action: dynamodb:Scan, Resource: '*'}]}}", "Table: grants unbounded access"),
    ("Table", "BillingMode: PAY_PER_REQUEST", "BillingMode: PAY_PER_REQUEST\n      ResourcePolicy: {PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:role/gone'}, Action: dynamodb:Scan, Resource: '*'}]}}", "Table: Invalid principal in policy"),
    ("Table", "    DeletionPolicy: Delete\n", "    DeletionPolicy: Delete\n    Metadata: text\n", "template: Expected an object"),
];
