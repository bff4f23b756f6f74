//! The queries of Logs Insights: `StartQuery`, `GetQueryResults`, `StopQuery` and `DescribeQueries`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::groups::{existing, paged};
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError, milliseconds, page, page_size};
use crate::services::logs::insights::{Query, Row};
use crate::services::logs::queries::Started;

/// The most log groups of a query.
const GROUPS: usize = 50;
/// The largest page of results.
const PAGE: usize = 10_000;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Start {
    query_language: Option<String>,
    log_group_name: Option<String>,
    log_group_names: Option<Vec<String>>,
    log_group_identifiers: Option<Vec<String>>,
    /// Seconds since 1970, as the end.
    start_time: i64,
    end_time: i64,
    query_string: String,
    limit: Option<usize>,
}

impl Start {
    /// The log groups, which exactly one of three members names.
    fn groups(&self, account: &Account) -> Result<Vec<String>, AwsError> {
        let one = self.log_group_name.clone().map(|name| vec![name]);
        let mut members = [
            one,
            self.log_group_names.clone(),
            self.log_group_identifiers.clone(),
        ]
        .into_iter()
        .flatten();
        let (Some(names), None) = (members.next(), members.next()) else {
            return Err(invalid(
                "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be specified.",
            ));
        };
        if names.is_empty() || names.len() > GROUPS {
            return Err(invalid("A query can have 1 to 50 log groups."));
        }
        let found = names
            .iter()
            .map(|name| existing(account, None, Some(name)).map(str::to_owned));
        found.collect()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Id {
    query_id: String,
}

pub(super) fn start(account: &Account, input: &Start) -> Result<Id, AwsError> {
    if let Some(language @ ("SQL" | "PPL")) = input.query_language.as_deref() {
        return Err(AwsError::unsupported(&format!(
            "the query language {language}"
        )));
    }
    if input.start_time > input.end_time {
        return Err(invalid("End time should not be less than start time."));
    }
    let groups = input.groups(account)?;
    let query = Query::parse(&input.query_string)?;
    let (rows, scanned) = events(account, input, &groups);
    let id = Uuid::new_v4().to_string();
    account.logs.queries.add(Started {
        id: id.clone(),
        text: input.query_string.clone(),
        groups,
        created: milliseconds() / 1000,
        scanned,
        found: query.run(rows, input.limit),
    });
    Ok(Id { query_id: id })
}

/// The events of the time, how many they are and how long.
fn events(account: &Account, input: &Start, groups: &[String]) -> (Vec<Row>, (usize, usize)) {
    let first = input.start_time.saturating_mul(1000);
    let last = input.end_time.saturating_mul(1000).saturating_add(999);
    let mut rows = Vec::new();
    let mut bytes = 0;
    for ((group, stream), lines) in account.logs.lock().iter() {
        if !groups.contains(group) {
            continue;
        }
        for line in lines {
            if !(first..=last).contains(&line.time) {
                continue;
            }
            bytes += line.text.len();
            let row = Row::of_event(
                &line.text,
                line.time,
                line.ingested(),
                &line.number.to_string(),
            );
            let row = row.with("@logStream", stream.clone());
            rows.push(row.with("@log", format!("{ACCOUNT}:{group}")));
        }
    }
    let count = rows.len();
    (rows, (count, bytes))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Get {
    query_id: String,
    next_token: Option<String>,
    max_items: Option<i64>,
}

pub(super) fn results(account: &Account, input: &Get) -> Result<Value, AwsError> {
    let kept = account.logs.queries.lock();
    let query = kept.iter().find(|query| query.id == input.query_id);
    let query = query.ok_or_else(|| missing(&input.query_id))?;
    let rows = query.found.rows.iter().map(|row| {
        let fields = row.iter();
        let fields = fields.map(|(field, value)| json!({"field": field, "value": value}));
        fields.collect::<Value>()
    });
    let size = page_size(input.max_items, PAGE);
    let (results, next) = page(rows, size, input.next_token.as_deref())
        .ok_or_else(|| invalid("The specified nextToken is invalid."))?;
    let (scanned, bytes) = query.scanned;
    let statistics = json!({
        "recordsMatched": query.found.matched,
        "recordsScanned": scanned,
        "bytesScanned": bytes,
        "logGroupsScanned": query.groups.len(),
        "estimatedRecordsSkipped": 0,
        "estimatedBytesSkipped": 0,
    });
    let mut output = json!({
        "queryLanguage": "CWLI",
        "results": results,
        "statistics": statistics,
        "status": "Complete",
    });
    if let Some(next) = next {
        output["nextToken"] = next.into();
    }
    Ok(output)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Stop {
    query_id: String,
}

/// A query ends at once, so none can be stopped.
pub(super) fn stop(account: &Account, input: &Stop) -> Result<Value, AwsError> {
    let kept = account.logs.queries.lock();
    let is_known = kept.iter().any(|query| query.id == input.query_id);
    if !is_known {
        return Err(missing(&input.query_id));
    }
    Err(invalid(&format!(
        "Query {} has already ended with status Complete.",
        input.query_id
    )))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Describe {
    log_group_name: Option<String>,
    status: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
    query_language: Option<String>,
}

impl Describe {
    fn takes(&self, query: &Started) -> bool {
        let is =
            |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
        let group = self.log_group_name.as_ref();
        group.is_none_or(|group| query.groups.contains(group))
            && is(&self.status, "Complete")
            && is(&self.query_language, "CWLI")
    }
}

pub(super) fn describe(account: &Account, input: &Describe) -> Result<Value, AwsError> {
    let kept = account.logs.queries.lock();
    let queries = kept.iter().filter(|query| input.takes(query));
    let queries = queries.map(|query| {
        json!({
            "queryLanguage": "CWLI",
            "queryId": query.id,
            "queryString": query.text,
            "status": "Complete",
            "createTime": query.created,
            "logGroupName": query.groups.first(),
        })
    });
    let (queries, next) = paged(queries, input.max_results, input.next_token.as_deref())?;
    Ok(json!({"queries": queries, "nextToken": next}))
}

fn missing(id: &str) -> AwsError {
    AwsError::new(
        "ResourceNotFoundException",
        format!("Query {id} does not exist."),
    )
}

fn invalid(sentence: &str) -> AwsError {
    AwsError::new("InvalidParameterException", sentence)
}
