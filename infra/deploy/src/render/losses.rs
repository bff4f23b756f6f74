use super::{Shown, drift};
use crate::{Drift, Error, Items};

/// How many items a table has that is about to be destroyed.
pub(crate) fn items(table: &str, counted: Result<&Option<Items>, &Error>) -> String {
    let table = Shown(table);
    match counted {
        Ok(Some(Items::Counted(0))) => format!("{table} has no items (counted just now)"),
        Ok(Some(items)) => format!("{table} has {}", number_of_items(*items)),
        Ok(None) => format!("{table} is gone already"),
        Err(err) => format!("The items of {table} cannot be counted: {err}"),
    }
}

/// A number of items, and how old it is.
pub(crate) fn number_of_items(items: Items) -> String {
    match items {
        Items::Counted(1) => "1 item (counted just now)".to_owned(),
        Items::Counted(number) => format!("{number} items (counted just now)"),
        Items::More { counted, about } if about > counted => format!(
            "more than {counted} items (counted just now; {about} by DynamoDB's own count, which is up to 6 hours old)"
        ),
        Items::About(about) => {
            format!("about {about} items (DynamoDB's own count, which is up to 6 hours old)")
        }
        Items::More { counted, .. } => format!("more than {counted} items (counted just now)"),
    }
}

/// The question before a stack is deleted; what is lost for good is part of it.
pub(crate) fn question_of_destruction(losses: &[String]) -> String {
    if losses.is_empty() {
        return "Delete all of this?".to_owned();
    }
    format!("Delete all of this, with {}?", losses.join(" and "))
}

/// What was changed by hand in tables that are about to be destroyed.
pub(crate) fn drift_before_loss(found: Result<&[Drift], &Error>) -> String {
    match found {
        Ok([]) => "Nothing was changed by hand in the table".to_owned(),
        Ok(drifts) => drift("The table", drifts),
        Err(err) => format!("Whether it was changed by hand cannot be found out: {err}"),
    }
}
