//! Stack policies: which updates of which resources are allowed.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html>. The
//! sentences are those of public reports; one of them is in
//! <https://github.com/localstack/localstack> (`test_cloudformation_stack_policies`).

use serde_json::Value;

use super::stack_policy_statement::Statement;
use crate::aws::{AwsError, fits};

const LONGEST: usize = 16_384;

/// What an update does to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UpdateAction {
    Modify,
    Replace,
    Delete,
}

impl UpdateAction {
    fn name(self) -> &'static str {
        match self {
            Self::Modify => "Update:Modify",
            Self::Replace => "Update:Replace",
            Self::Delete => "Update:Delete",
        }
    }
}

/// A stack policy.
#[derive(Debug, Clone)]
pub(crate) struct StackPolicy(Vec<Statement>);

impl StackPolicy {
    /// Reads a policy.
    ///
    /// # Errors
    /// `ValidationError` in AWS's words for a policy that is malformed or too long.
    pub(crate) fn read(body: &str) -> Result<Self, AwsError> {
        if body.len() > LONGEST {
            return Err(AwsError::validation(format!(
                "1 validation error detected: Value at 'stackPolicyBody' failed to satisfy constraint: Member must have length less than or equal to {LONGEST}"
            )));
        }
        let document: Option<Value> = serde_json::from_str(body).ok();
        let statements = document
            .as_ref()
            .and_then(|document| document.get("Statement"));
        let statements = statements.map(|one| match one {
            Value::Array(list) => list.iter().map(Statement::read).collect(),
            one => Statement::read(one).map(|one| vec![one]),
        });
        let statements: Option<Vec<Statement>> = statements.flatten();
        let is_given = |list: &Vec<Statement>| !list.is_empty();
        let statements = statements.filter(is_given);
        statements
            .map(Self)
            .ok_or_else(|| invalid("Invalid stack policy"))
    }

    /// Checks that each logical id of the policy is in the template.
    ///
    /// # Errors
    /// `ValidationError` in AWS's words, as <https://github.com/fireflycons/PSCloudFormation> quotes it.
    pub(crate) fn check_resources(&self, known: impl Fn(&str) -> bool) -> Result<(), AwsError> {
        let mut texts = self.0.iter().flat_map(|one| &one.resources.texts);
        let unknown = texts.find(|text| {
            let id = text.strip_prefix("LogicalResourceId/");
            id.is_some_and(|id| !id.contains(['*', '?']) && !known(id))
        });
        match unknown {
            None => Ok(()),
            Some(text) => Err(invalid(&format!(
                "Unknown logical id '{text}' in statement {{}} - stack policies can only be applied to logical ids referenced in the template"
            ))),
        }
    }

    /// Checks that an update of a resource is allowed.
    ///
    /// # Errors
    /// The reason with which the resource fails.
    pub(crate) fn check(
        &self,
        action: UpdateAction,
        logical_id: &str,
        resource_type: &str,
    ) -> Result<(), String> {
        let resource = format!("LogicalResourceId/{logical_id}");
        let about = |statement: &&Statement| {
            let types = &statement.types;
            let of_type =
                types.is_empty() || types.iter().any(|pattern| fits(pattern, resource_type));
            of_type && statement.actions.fit(action.name()) && statement.resources.fit(&resource)
        };
        let mut numbered = self.0.iter().enumerate();
        let denial = numbered.find(|(_, statement)| !statement.allows && about(statement));
        if let Some((number, statement)) = denial {
            return Err(format!(
                "Action denied by stack policy: Statement [#{number}] does not allow [{}] for resource [{}];",
                statement.actions.texts.join(", "),
                statement.resources.texts.join(", ")
            ));
        }
        if self.0.iter().any(|one| one.allows && about(&one)) {
            return Ok(());
        }
        Err("Action not allowed by stack policy".to_owned())
    }
}

fn invalid(what: &str) -> AwsError {
    AwsError::validation(format!("Error validating stack policy: {what}"))
}

#[cfg(test)]
mod tests {
    use super::UpdateAction::{Delete, Modify, Replace};
    use super::*;

    const ALLOW: &str =
        r#"{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}"#;

    fn policy(statements: &str) -> StackPolicy {
        StackPolicy::read(&format!(r#"{{"Statement": [{statements}]}}"#)).unwrap()
    }

    #[test]
    fn a_denial_names_its_statement() {
        let deny = r#"{"Effect": "Deny", "Action": ["Update:Replace", "Update:Delete"], "Principal": "*", "Resource": "LogicalResourceId/Net*"}"#;
        let policy = policy(&format!("{ALLOW}, {deny}"));
        assert_eq!(policy.check(Modify, "Network", "AWS::EC2::VPC"), Ok(()));
        assert_eq!(policy.check(Replace, "Other", "AWS::EC2::VPC"), Ok(()));
        assert_eq!(
            policy
                .check(Replace, "Network", "AWS::EC2::VPC")
                .unwrap_err(),
            "Action denied by stack policy: Statement [#1] does not allow [Update:Replace, Update:Delete] for resource [LogicalResourceId/Net*];"
        );
        let network = |id: &str| id == "Network";
        assert!(
            policy.check_resources(network).is_ok(),
            "a pattern fits what it likes"
        );
    }

    #[test]
    fn what_is_not_allowed_is_denied() {
        let only = policy(
            r#"{"Effect": "Allow", "NotAction": "Update:Delete", "Principal": "*", "NotResource": "LogicalResourceId/A"}"#,
        );
        assert_eq!(only.check(Modify, "B", "T"), Ok(()));
        for (action, id) in [(Delete, "B"), (Modify, "A")] {
            assert_eq!(
                only.check(action, id, "T").unwrap_err(),
                "Action not allowed by stack policy"
            );
        }
        assert!(only.check_resources(|id| id == "B").is_err());
        let of_type = policy(&format!(
            r#"{ALLOW}, {{"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*", "Condition": {{"StringLike": {{"ResourceType": ["AWS::EC2::*"]}}}}}}"#
        ));
        assert_eq!(of_type.check(Delete, "A", "AWS::SSM::Parameter"), Ok(()));
        assert!(of_type.check(Modify, "A", "AWS::EC2::VPC").is_err());
    }

    #[test]
    fn a_malformed_policy_is_refused() {
        for statement in [
            "",
            r#"{"Effect": "Maybe", "Action": "Update:*", "Principal": "*", "Resource": "*"}"#,
            r#"{"Effect": "Allow", "Action": "Update:Rename", "Principal": "*", "Resource": "*"}"#,
            r#"{"Effect": "Allow", "Principal": "*", "Resource": "*"}"#,
            r#"{"Effect": "Allow", "Action": "Update:*", "Resource": "*"}"#,
            r#"{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "Table"}"#,
            r#"{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*", "Condition": {"Bool": {}}}"#,
        ] {
            let body = format!(r#"{{"Statement": [{statement}]}}"#);
            let err = StackPolicy::read(&body).unwrap_err();
            assert_eq!(
                err.message, "Error validating stack policy: Invalid stack policy",
                "{body}"
            );
        }
        assert!(StackPolicy::read("text").is_err());
        assert!(StackPolicy::read(&" ".repeat(LONGEST + 1)).is_err());
    }
}
