//! `PartiQL`: the statement says what it is authorised as.
//!
//! Source: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html>.

use serde_json::Value;

use super::table;
use crate::account::Account;
use crate::aws::json::member;
use crate::services::iam::Access;

pub(super) fn needed(account: &Account, input: &Value) -> Vec<Access> {
    let several = ["Statements", "TransactStatements"];
    let several = several
        .iter()
        .filter_map(|name| input.get(name)?.as_array());
    let statements = several.flatten().filter_map(|one| member(one, "Statement"));
    let statements = statements.chain(member(input, "Statement"));
    let needed = statements.map(|statement| of_statement(account, statement));
    needed.collect()
}

fn of_statement(account: &Account, statement: &str) -> Access {
    let verb = statement.split_whitespace().next().unwrap_or("");
    let (action, before_table) = match verb.to_ascii_uppercase().as_str() {
        "INSERT" => ("dynamodb:PartiQLInsert", "INTO"),
        "UPDATE" => ("dynamodb:PartiQLUpdate", "UPDATE"),
        "DELETE" => ("dynamodb:PartiQLDelete", "FROM"),
        // Anything else is a query, or no statement at all.
        _ => ("dynamodb:PartiQLSelect", "FROM"),
    };
    Access::new(action, resource(account, statement, before_table))
}

/// The table after a keyword, or its index: `"Music"."ByArtist"`.
fn resource(account: &Account, statement: &str, keyword: &str) -> String {
    let mut words = statement.split_whitespace();
    let found = words.any(|word| word.eq_ignore_ascii_case(keyword));
    let name = found.then(|| words.next()).flatten().unwrap_or("*");
    let mut parts = name
        .split("\".\"")
        .map(|part| part.trim_matches(['"', ';']));
    let name = table(account, parts.next().unwrap_or("*"));
    match parts.next() {
        Some(index) => format!("{name}/index/{index}"),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::account::testing::account;

    #[tokio::test]
    async fn a_statement_is_authorised_as_what_it_does() {
        let account = account().await;
        let cases = [
            (
                "SELECT * FROM \"Music\" WHERE a = 'b'",
                "PartiQLSelect",
                "table/Music",
            ),
            (
                "select a from \"Music\".\"ByArtist\"",
                "PartiQLSelect",
                "table/Music/index/ByArtist",
            ),
            (
                "INSERT INTO Music VALUE {'a': 'b'}",
                "PartiQLInsert",
                "table/Music",
            ),
            ("UPDATE \"Music\" SET a = 1", "PartiQLUpdate", "table/Music"),
            (
                "DELETE FROM \"Music\" WHERE a = 1",
                "PartiQLDelete",
                "table/Music",
            ),
            ("nonsense", "PartiQLSelect", "table/*"),
        ];
        for (statement, action, resource) in cases {
            let expected = Access::new(
                format!("dynamodb:{action}"),
                account.arn("dynamodb", resource),
            );
            let input = json!({"Statement": statement});
            assert_eq!(needed(&account, &input), [expected], "{statement}");
        }
    }
}
