//! The keywords of the schemas that JSON Schema does not have. They say what a service refuses when
//! it creates the resource, so `CloudFormation` does not check them before.

use jsonschema::paths::Location;
use jsonschema::{Keyword, ValidationError, ValidationOptions};
use serde_json::{Map, Value};

/// How the message about a missing member begins.
pub(super) const MISSING: &str = "The request must contain the parameter";

type Compiled<'a> = Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>>;

/// `options` with these keywords.
pub(super) fn with_keywords(options: ValidationOptions<'_>) -> ValidationOptions<'_> {
    options
        .with_keyword("requiredXor", |_, names, _| Ok(required(names, 1)))
        .with_keyword("requiredOr", |_, names, _| Ok(required(names, usize::MAX)))
        .with_keyword("dependentExcluded", excluded)
}

/// At least one and at most `most` of the members must be there.
struct Required {
    names: Vec<String>,
    most: usize,
}

fn required(names: &Value, most: usize) -> Box<dyn for<'i> Keyword<'i>> {
    let names = strings(names);
    Box::new(Required { names, most })
}

/// A member that excludes others.
struct Excluded(Vec<(String, Vec<String>)>);

fn excluded<'a>(_: &'a Map<String, Value>, members: &'a Value, _: Location) -> Compiled<'a> {
    let members = members.as_object().into_iter().flatten();
    let members = members.map(|(name, others)| (name.clone(), strings(others)));
    Ok(Box::new(Excluded(members.collect())))
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

impl Required {
    /// The message of EC2, the service of most of these members: see `MissingParameter` and
    /// `InvalidParameterCombination` in
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>.
    fn problem(&self, value: &Value) -> Option<String> {
        let members = value.as_object()?;
        let mut given = self.names.iter().filter(|name| members.contains_key(*name));
        let Some(first) = given.next() else {
            let names = self.names.join(" or ");
            return Some(format!("{MISSING} {names}"));
        };
        let second = given.nth(self.most - 1)?;
        Some(combination(first, second))
    }
}

impl Excluded {
    fn problem(&self, value: &Value) -> Option<String> {
        let members = value.as_object()?;
        self.0.iter().find_map(|(name, others)| {
            let other = others.iter().find(|other| members.contains_key(*other))?;
            members.contains_key(name).then(|| combination(name, other))
        })
    }
}

fn combination(one: &str, other: &str) -> String {
    format!("The parameter {one} cannot be used with the parameter {other}")
}

impl<'i> Keyword<'i> for Required {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        self.problem(instance)
            .map_or(Ok(()), |problem| Err(ValidationError::custom(problem)))
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.problem(instance).is_none()
    }
}

impl<'i> Keyword<'i> for Excluded {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        self.problem(instance)
            .map_or(Ok(()), |problem| Err(ValidationError::custom(problem)))
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.problem(instance).is_none()
    }
}
