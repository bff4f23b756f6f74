//! `AWS::DynamoDB::GlobalTable`, with one replica: a table in the region of the local AWS.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::properties::TableProperties;
use super::table::{Table, arn, check_key};
use crate::account::{Account, State};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct GlobalTable;

impl ResourceType for GlobalTable {
    const NAME: &'static str = "AWS::DynamoDB::GlobalTable";
    const SCHEMA: &'static str = include_str!("global_table.json");
    const USUAL_DURATION: Duration = Duration::from_secs(12);
    type Properties = Value;

    fn exists(account: &Account, state: &State, name: &str) -> bool {
        Table::exists(account, state, name)
    }

    async fn create(request: &Request, properties: &Value) -> Result<Made, String> {
        check(request, properties)?;
        check_key(request, &table(properties)?)?;
        let name = request.name(properties["TableName"].as_str());
        let attributes = json!({
            "Arn": arn(&request.account, &name),
            "TableId": uuid::Uuid::new_v4().to_string(),
        });
        Ok(Made::new(name, attributes))
    }

    async fn start(request: &Request, properties: &Value, name: &str) -> Result<(), String> {
        Table::start(request, &table(properties)?, name).await
    }

    fn record(state: &mut State, properties: &Value, name: &str) -> Result<(), String> {
        Table::record(state, &table(properties)?, name)
    }

    async fn late(request: &Request, properties: &Value, name: &str) -> Map<String, Value> {
        match table(properties) {
            Ok(table) => Table::late(request, &table, name).await,
            Err(_) => Map::new(),
        }
    }

    async fn update(request: &Request, before: &Value, after: &Value) -> Result<(), String> {
        check(request, after)?;
        Table::update(request, &table(before)?, &table(after)?).await
    }

    async fn delete(request: &Request, properties: &Value) -> Result<(), String> {
        Table::delete(request, &table(properties)?).await
    }
}

fn check(request: &Request, properties: &Value) -> Result<(), String> {
    let region = &request.account.region;
    let replicas = properties["Replicas"].as_array().into_iter().flatten();
    let regions: Vec<&str> = replicas.filter_map(|one| one["Region"].as_str()).collect();
    if !regions.contains(&region.as_str()) {
        return Err(format!(
            "Replicas must contain the region in which the stack is created: {region}"
        ));
    }
    let others: Vec<&str> = regions.into_iter().filter(|one| one != region).collect();
    if others.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the local AWS does not do Replicas in other regions ({}) of AWS::DynamoDB::GlobalTable yet",
        others.join(", ")
    ))
}

/// The table that the only replica is.
fn table(properties: &Value) -> Result<TableProperties, String> {
    let replica = &properties["Replicas"][0];
    let mut table = json!({});
    for name in [
        "TableName",
        "AttributeDefinitions",
        "BillingMode",
        "KeySchema",
        "LocalSecondaryIndexes",
        "StreamSpecification",
        "TimeToLiveSpecification",
    ] {
        set(&mut table, name, &properties[name]);
    }
    for name in [
        "DeletionProtectionEnabled",
        "PointInTimeRecoverySpecification",
        "ResourcePolicy",
        "SSESpecification",
        "TableClass",
        "Tags",
    ] {
        set(&mut table, name, &replica[name]);
    }
    throughput(&mut table, properties, replica);
    let indexes = properties["GlobalSecondaryIndexes"].as_array();
    let indexes = indexes.map(|all| all.iter().map(|one| index(one, replica)).collect());
    set(
        &mut table,
        "GlobalSecondaryIndexes",
        &indexes.unwrap_or(Value::Null),
    );
    serde_json::from_value(table).map_err(|err| err.to_string())
}

fn index(index: &Value, replica: &Value) -> Value {
    let mut made = json!({});
    for name in ["IndexName", "KeySchema", "Projection"] {
        set(&mut made, name, &index[name]);
    }
    let of_replica = replica["GlobalSecondaryIndexes"].as_array();
    let of_replica = of_replica.into_iter().flatten();
    let mut of_replica = of_replica.filter(|one| one["IndexName"] == index["IndexName"]);
    throughput(&mut made, index, of_replica.next().unwrap_or(&Value::Null));
    made
}

/// The writes are the same in every region, the reads are those of the replica. A capacity that scales
/// begins with its seed.
fn throughput(made: &mut Value, everywhere: &Value, replica: &Value) {
    let first = |scaling: &Value| {
        let seed = &scaling["SeedCapacity"];
        let given = if seed.is_null() {
            &scaling["MinCapacity"]
        } else {
            seed
        };
        given.clone()
    };
    let write = &everywhere["WriteProvisionedThroughputSettings"];
    let write = first(&write["WriteCapacityAutoScalingSettings"]);
    let of_reads = |name: &str| {
        let own = &replica[name];
        if own.is_null() {
            everywhere[name].clone()
        } else {
            own.clone()
        }
    };
    let reads = of_reads("ReadProvisionedThroughputSettings");
    let read = match &reads["ReadCapacityUnits"] {
        Value::Null => first(&reads["ReadCapacityAutoScalingSettings"]),
        units => units.clone(),
    };
    if !write.is_null() && !read.is_null() {
        made["ProvisionedThroughput"] =
            json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write});
    }
    let mut limits = json!({});
    let write = &everywhere["WriteOnDemandThroughputSettings"];
    set(
        &mut limits,
        "MaxWriteRequestUnits",
        &write["MaxWriteRequestUnits"],
    );
    let read = of_reads("ReadOnDemandThroughputSettings");
    set(
        &mut limits,
        "MaxReadRequestUnits",
        &read["MaxReadRequestUnits"],
    );
    if limits != json!({}) {
        made["OnDemandThroughput"] = limits;
    }
}

fn set(made: &mut Value, name: &str, value: &Value) {
    if !value.is_null() {
        made[name] = value.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_replica_is_a_table() {
        let properties = json!({
            "BillingMode": "PROVISIONED",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "GlobalSecondaryIndexes": [{
                "IndexName": "g", "Projection": {"ProjectionType": "ALL"},
                "WriteProvisionedThroughputSettings": {"WriteCapacityAutoScalingSettings": {"MinCapacity": 2}},
            }],
            "WriteProvisionedThroughputSettings": {"WriteCapacityAutoScalingSettings": {"MinCapacity": 1, "SeedCapacity": 3}},
            "WriteOnDemandThroughputSettings": {"MaxWriteRequestUnits": 9},
            "Replicas": [{
                "Region": "eu-central-1", "TableClass": "STANDARD",
                "ReadProvisionedThroughputSettings": {"ReadCapacityUnits": 5},
                "GlobalSecondaryIndexes": [{
                    "IndexName": "g",
                    "ReadProvisionedThroughputSettings": {"ReadCapacityAutoScalingSettings": {"MinCapacity": 4}},
                }],
            }],
        });
        let made = serde_json::to_value(table(&properties).unwrap()).unwrap();
        assert_eq!(
            made["ProvisionedThroughput"],
            json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 3})
        );
        assert_eq!(
            made["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"],
            json!({"ReadCapacityUnits": 4, "WriteCapacityUnits": 2})
        );
        assert_eq!(
            made["OnDemandThroughput"],
            json!({"MaxWriteRequestUnits": 9})
        );
        assert_eq!(made["TableClass"], "STANDARD");
    }
}
