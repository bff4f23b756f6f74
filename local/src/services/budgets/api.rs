//! The API of Budgets: what a stack has made.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::budget::{Budget, BudgetProperties};
use crate::account::Account;
use crate::aws::{ACCOUNT, Answer, AwsError, answer, page, page_size};
use crate::resources::ResourceType as _;

/// Answers an action.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "DescribeBudget" => answer(input, |input| describe(account, &input)),
        "DescribeBudgets" => answer(input, |input| list(account, &input)),
        "DescribeNotificationsForBudget" => answer(input, |input| notifications(account, &input)),
        _ => Err(AwsError::unknown_action("Budgets", action)),
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Named {
    account_id: String,
    budget_name: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct List {
    account_id: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    budgets: Vec<Value>,
    next_token: Option<String>,
}

fn describe(account: &Account, input: &Named) -> Result<Value, AwsError> {
    let found = budget(account, &input.account_id, &input.budget_name)?;
    Ok(json!({"Budget": shown(&input.budget_name, found)}))
}

fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    check_account(&input.account_id)?;
    let all: Vec<Value> = account.read(|state| {
        let items = state.inventory.of_type(Budget::NAME);
        items.map(|(name, item)| shown(name, item.read())).collect()
    });
    let (budgets, next_token) = paged(all, input.max_results, input.next_token.as_deref())?;
    Ok(Listed {
        budgets,
        next_token,
    })
}

fn notifications(account: &Account, input: &Named) -> Result<Value, AwsError> {
    let found = budget(account, &input.account_id, &input.budget_name)?;
    let all = found.notifications_with_subscribers;
    let all = all.into_iter().map(|one| one["Notification"].clone());
    let (page, next_token) = paged(all, input.max_results, input.next_token.as_deref())?;
    Ok(json!({"Notifications": page, "NextToken": next_token}))
}

fn budget(account: &Account, id: &str, name: &str) -> Result<BudgetProperties, AwsError> {
    check_account(id)?;
    account.read(|state| {
        let mut items = state.inventory.of_type(Budget::NAME);
        let found = items.find(|(known, _)| *known == name);
        found.map(|(_, item)| item.read()).ok_or_else(|| {
            AwsError::new(
                "NotFoundException",
                format!("Unable to get budget: {name} - the budget doesn't exist."),
            )
        })
    })
}

fn check_account(id: &str) -> Result<(), AwsError> {
    if id == ACCOUNT {
        return Ok(());
    }
    Err(AwsError::new(
        "AccessDeniedException",
        format!("Account {ACCOUNT} is not authorized to access the budgets of account {id}"),
    ))
}

/// A budget with its name, and with the amount that was spent: nothing.
fn shown(name: &str, found: BudgetProperties) -> Value {
    let mut budget = found.budget;
    budget["BudgetName"] = name.into();
    budget["CalculatedSpend"] = json!({"ActualSpend": {"Amount": "0.0", "Unit": "USD"}});
    budget
}

fn paged<T>(
    items: impl IntoIterator<Item = T>,
    size: Option<i64>,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    page(items, page_size(size, 100), token).ok_or_else(|| {
        AwsError::new(
            "InvalidNextTokenException",
            "The pagination token is invalid.",
        )
    })
}
