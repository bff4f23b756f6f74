//! How many items a table has, before it is destroyed.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use aws_sdk_dynamodb::types::Select;

use crate::{Clients, Error};

/// What is known about the number of a table's items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Items {
    /// All of them were counted just now.
    Counted(u64),
    /// This many were counted in the first megabyte, and there are more.
    More {
        /// Those that were counted just now.
        counted: u64,
        /// What `DynamoDB` says of the whole table, about every six hours.
        about: u64,
    },
    /// They could not be counted; this is what `DynamoDB` says, about every six hours.
    About(u64),
}

/// Counts the items of a table, without reading more than a megabyte; nothing when there is no
/// such table.
pub(crate) async fn count(clients: &Clients, table: &str) -> Result<Option<Items>, Error> {
    let described = clients.dynamodb.describe_table().table_name(table).send();
    let about = match described.await {
        Ok(described) => described.table.and_then(|table| table.item_count),
        Err(err) if missing(&err) => return Ok(None),
        Err(err) => return Err(err.into()),
    };
    let about = about.and_then(|about| about.try_into().ok());
    let about = about.unwrap_or_default();
    let page = clients
        .dynamodb
        .scan()
        .table_name(table)
        .select(Select::Count)
        .send();
    // Who may delete a table need not be allowed to read it.
    let Ok(page) = page.await else {
        return Ok(Some(Items::About(about)));
    };
    let counted = u64::try_from(page.count).unwrap_or_default();
    let is_last = page.last_evaluated_key.is_none_or(|key| key.is_empty());
    Ok(Some(if is_last {
        Items::Counted(counted)
    } else {
        Items::More { counted, about }
    }))
}

fn missing<R>(err: &SdkError<DescribeTableError, R>) -> bool {
    err.as_service_error()
        .is_some_and(DescribeTableError::is_resource_not_found_exception)
}
