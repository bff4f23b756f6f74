//! The provisioned capacity of a table, which auto scaling reads and changes.

use serde_json::json;

use super::client::call;
use crate::account::Account;

/// The capacity units of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Units {
    pub(crate) read: u64,
    pub(crate) write: u64,
}

/// The units of a table; `None` if it does not exist.
pub(crate) async fn units(account: &Account, table: &str) -> Option<Units> {
    let input = json!({"TableName": table});
    let described = call(account, "DescribeTable", &input).await.ok()?;
    let throughput = &described["Table"]["ProvisionedThroughput"];
    Some(Units {
        read: throughput["ReadCapacityUnits"].as_u64()?,
        write: throughput["WriteCapacityUnits"].as_u64()?,
    })
}

/// Sets the units of a table.
///
/// # Errors
/// DynamoDB's message, such as for a table that is billed by request.
pub(crate) async fn set_units(account: &Account, table: &str, units: Units) -> Result<(), String> {
    let input = json!({
        "TableName": table,
        "ProvisionedThroughput": {
            "ReadCapacityUnits": units.read,
            "WriteCapacityUnits": units.write,
        },
    });
    call(account, "UpdateTable", &input).await?;
    Ok(())
}
