//! Counts the items of the table, to show before a deletion how much would be lost.

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use aws_sdk_dynamodb::types::Select;
use deploy::render::Shown;
use deploy::{Contents, Error, Inspection, PendingInspection, StackState, task_with};

/// The parameter of the template that protects the table.
const DELETION_PROTECTION: &str = "DeletionProtection";

/// The items of the table.
#[derive(Debug)]
pub(crate) struct Items;

impl Contents for Items {
    fn resource_type(&self) -> &'static str {
        "AWS::DynamoDB::Table"
    }

    fn noun(&self) -> &'static str {
        "table"
    }

    fn protection(&self, state: &StackState) -> Option<String> {
        let status = &state.status;
        // In these no deployment can switch it off any more: AWS itself says what it refuses.
        let is_on = state.parameter(DELETION_PROTECTION) == Some("true")
            && !status.was_never_created()
            && !status.is_failed_deletion();
        is_on.then(|| {
            let stack = &state.name;
            format!(
                "{stack} has a table with deletion protection: run `{}` first",
                task_with("deploy", stack, "--deletion-protection false")
            )
        })
    }

    fn inspect<'a>(&'a self, config: &'a SdkConfig, table: &'a str) -> PendingInspection<'a> {
        Box::pin(async move { inspection(table, count(&Client::new(config), table).await) })
    }
}

/// The number of items of a table, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    /// All items were counted just now.
    Exact(u64),
    /// The first megabyte was counted, and there are more items.
    AtLeast {
        /// The items of the first megabyte.
        counted: u64,
        /// `DynamoDB`'s own count, updated about every six hours.
        about: u64,
    },
    /// The items could not be read; this is `DynamoDB`'s own count, updated about every six hours.
    About(u64),
}

/// Counts the items of a table by reading at most a megabyte; `None` if there is no such table.
async fn count(client: &Client, table: &str) -> Result<Option<Count>, Error> {
    let described = match client.describe_table().table_name(table).send().await {
        Ok(described) => described,
        Err(err) if is_missing(&err) => return Ok(None),
        Err(err) => return Err(err.into()),
    };
    // A new table has no count of DynamoDB's own yet, and a count is never negative.
    let about = described.table.and_then(|table| table.item_count);
    let about = about.and_then(|about| about.try_into().ok()).unwrap_or(0);
    let scan = client.scan().table_name(table).select(Select::Count);
    // Whoever may delete a table need not have the right to read it.
    let Ok(page) = scan.send().await else {
        return Ok(Some(Count::About(about)));
    };
    let counted = u64::try_from(page.count).unwrap_or(0);
    let is_last = page.last_evaluated_key.is_none_or(|key| key.is_empty());
    Ok(Some(if is_last {
        Count::Exact(counted)
    } else {
        Count::AtLeast { counted, about }
    }))
}

fn is_missing<R>(err: &SdkError<DescribeTableError, R>) -> bool {
    err.as_service_error()
        .is_some_and(DescribeTableError::is_resource_not_found_exception)
}

/// The sentence about the items, and the words for the question.
fn inspection(table: &str, count: Result<Option<Count>, Error>) -> Inspection {
    let table = Shown(table);
    let (sentence, loss) = match count {
        Ok(Some(Count::Exact(0))) => (format!("{table} has no items (counted just now)"), None),
        Ok(Some(count)) => {
            let number = in_words(count);
            (format!("{table} has {number}"), Some(number))
        }
        Ok(None) => (format!("{table} no longer exists"), None),
        Err(err) => (format!("Could not count the items of {table}: {err}"), None),
    };
    Inspection { sentence, loss }
}

/// A number of items, and how old it is.
fn in_words(count: Count) -> String {
    match count {
        Count::Exact(1) => "1 item (counted just now)".to_owned(),
        Count::Exact(number) => format!("{number} items (counted just now)"),
        Count::AtLeast { counted, about } if about > counted => format!(
            "more than {counted} items (counted just now; {about} by DynamoDB's own count, which is up to 6 hours old)"
        ),
        Count::About(about) => {
            format!("about {about} items (DynamoDB's own count, which is up to 6 hours old)")
        }
        Count::AtLeast { counted, .. } => format!("more than {counted} items (counted just now)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deploy::StackParameter;

    #[test]
    fn it_says_how_many_items_are_lost_and_who_counted_them() {
        let large = "more than 1000 items (counted just now; 20000 by DynamoDB's own count, which is up to 6 hours old)";
        let about = "about 7 items (DynamoDB's own count, which is up to 6 hours old)";
        let at_least = |about| Count::AtLeast {
            counted: 1000,
            about,
        };
        for (count, words) in [
            (Count::Exact(1), "1 item (counted just now)"),
            (Count::Exact(3), "3 items (counted just now)"),
            (at_least(20_000), large),
            (at_least(900), "more than 1000 items (counted just now)"),
            (Count::About(7), about),
        ] {
            let inspection = inspection("table-1", Ok(Some(count)));
            assert_eq!(inspection.sentence, format!("table-1 has {words}"));
            assert_eq!(inspection.loss.as_deref(), Some(words));
        }
    }

    #[test]
    fn without_items_nothing_is_lost() {
        for (count, sentence) in [
            (
                Ok(Some(Count::Exact(0))),
                "table-1 has no items (counted just now)",
            ),
            (Ok(None), "table-1 no longer exists"),
            (
                Err(Error::NoRegion),
                "Could not count the items of table-1: no AWS region is set: export AWS_REGION (for example eu-central-1), or set `region` in the profile",
            ),
        ] {
            let inspection = inspection("table-1", count);
            assert_eq!(inspection.sentence, sentence);
            assert_eq!(inspection.loss, None);
        }
    }

    #[test]
    fn the_name_of_a_table_does_not_act_on_the_terminal() {
        let inspection = inspection("a\u{1b}[2J\r\n✅  b", Ok(None));
        assert_eq!(inspection.sentence, "a\\x1b[2J\\r\\n✅  b no longer exists");
    }

    #[test]
    fn a_protected_table_cannot_be_deleted() {
        let state = |value: &str| StackState {
            name: "staging-table".into(),
            parameters: vec![StackParameter {
                key: DELETION_PROTECTION.into(),
                value: value.into(),
                resolved: None,
            }],
            ..StackState::default()
        };
        assert_eq!(Items.protection(&state("false")), None);
        assert_eq!(Items.protection(&StackState::default()), None);
        assert_eq!(
            Items.protection(&state("true")).as_deref(),
            Some(
                "staging-table has a table with deletion protection: run `task deploy-table -- --env staging --deletion-protection false` first"
            )
        );
    }
}
