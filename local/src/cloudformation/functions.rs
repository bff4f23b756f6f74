//! Intrinsic functions, pseudo parameters and dynamic references.

use std::cell::RefCell;
use std::collections::BTreeMap;

use base64::Engine as _;
use serde_json::{Map, Value, json};

use super::cidr;
use super::template::Template;
use crate::account::{ACCOUNT, PARTITION};
use crate::json;

/// What a value is shown as in a change set when only the execution will tell.
pub(crate) const KNOWN_AFTER_APPLY: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";

/// What stands around the functions of one template in one stack.
pub(crate) struct Scope<'a> {
    pub(crate) template: &'a Template,
    /// The values that parameters stand for: a string, or a list of strings.
    pub(crate) parameters: &'a BTreeMap<String, Value>,
    pub(crate) region: &'a str,
    pub(crate) stack_name: &'a str,
    pub(crate) stack_id: &'a str,
    /// `Ref` (no attribute) and `GetAtt` of a resource; an error where it does not stand yet.
    pub(crate) resource: Lookup<'a>,
    /// The value of an export.
    pub(crate) export: &'a dyn Fn(&str) -> Option<String>,
    /// The value of an SSM parameter, by name or `name:version`.
    pub(crate) ssm: &'a dyn Fn(&str) -> Option<String>,
    /// The conditions that are decided already: they may name each other many times over.
    pub(crate) decided: RefCell<BTreeMap<String, bool>>,
}

/// The longest text that a function may make, in bytes: more than any AWS API takes as a property.
const LONGEST_TEXT: usize = 1_000_000;

/// How `Ref` and `GetAtt` find a resource of the stack.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str, Option<&str>) -> Result<Value, String>;

/// A resolved value; `None` is `AWS::NoValue`, which removes the property.
type Resolved = Result<Option<Value>, String>;

impl Scope<'_> {
    /// Resolves every function in `value`.
    ///
    /// # Errors
    /// One sentence naming the function and what is wrong with its argument.
    pub(crate) fn resolve(&self, value: &Value) -> Resolved {
        match value {
            Value::Object(members) => match single(members) {
                Some((name, argument)) if is_function(name) => self.call(name, argument),
                _ => self
                    .resolve_members(members)
                    .map(|members| Some(Value::Object(members))),
            },
            Value::Array(items) => {
                let resolved: Result<Vec<_>, _> =
                    items.iter().map(|item| self.resolve(item)).collect();
                Ok(Some(resolved?.into_iter().flatten().collect()))
            }
            Value::String(text) => self.dynamic_references(text).map(|text| Some(text.into())),
            other => Ok(Some(other.clone())),
        }
    }

    /// Resolves the members of an object that is not a function itself.
    pub(crate) fn resolve_members(
        &self,
        members: &Map<String, Value>,
    ) -> Result<Map<String, Value>, String> {
        let mut resolved = Map::new();
        for (name, member) in members {
            if let Some(member) = self.resolve(member)? {
                resolved.insert(name.clone(), member);
            }
        }
        Ok(resolved)
    }

    /// Whether the condition `name` of the template holds.
    ///
    /// # Errors
    /// One sentence where it does not exist or is not a condition.
    pub(crate) fn condition(&self, name: &str) -> Result<bool, String> {
        self.condition_at(name, 0)
    }

    fn condition_at(&self, name: &str, depth: usize) -> Result<bool, String> {
        if depth > self.template.conditions.len() {
            return Err(format!(
                "Template error: the condition {name} refers to itself"
            ));
        }
        if let Some(known) = self.decided.borrow().get(name) {
            return Ok(*known);
        }
        let body = self.template.conditions.get(name).ok_or_else(|| {
            format!("Template format error: Unresolved condition dependency {name}")
        })?;
        let holds = self.holds(body, depth + 1)?;
        self.decided.borrow_mut().insert(name.to_owned(), holds);
        Ok(holds)
    }

    fn holds(&self, body: &Value, depth: usize) -> Result<bool, String> {
        let wrong = || format!("Template error: {body} is no condition");
        let (name, argument) = body.as_object().and_then(single).ok_or_else(wrong)?;
        let list = |argument: &Value| argument.as_array().cloned().ok_or_else(wrong);
        match name {
            "Condition" => self.condition_at(argument.as_str().ok_or_else(wrong)?, depth),
            "Fn::Equals" => match list(argument)?.as_slice() {
                [left, right] => Ok(self.text(left)? == self.text(right)?),
                _ => Err("Template error: every Fn::Equals object requires a list of 2 string parameters.".into()),
            },
            "Fn::Not" => match list(argument)?.as_slice() {
                [inner] => Ok(!self.holds(inner, depth)?),
                _ => Err("Template error: every Fn::Not object requires a list of 1 condition.".into()),
            },
            "Fn::And" => list(argument)?.iter().try_fold(true, |all, inner| Ok(self.holds(inner, depth)? && all)),
            "Fn::Or" => list(argument)?.iter().try_fold(false, |any, inner| Ok(self.holds(inner, depth)? || any)),
            _ => Err(wrong()),
        }
    }

    fn call(&self, name: &str, argument: &Value) -> Resolved {
        match name {
            "Ref" => self.reference(argument),
            "Fn::GetAtt" => self.attribute(argument).map(Some),
            "Fn::If" => self.choose(argument),
            "Fn::Sub" => self.substitute(argument).map(|text| Some(text.into())),
            "Fn::Join" => self.join(argument).map(|text| Some(text.into())),
            "Fn::Select" => self.select(argument).map(Some),
            "Fn::Split" => self.split(argument).map(Some),
            "Fn::GetAZs" => self.zones(argument).map(Some),
            "Fn::Cidr" => self.cidr(argument).map(Some),
            "Fn::FindInMap" => self.find_in_map(argument).map(Some),
            "Fn::ImportValue" => self.import(argument).map(|text| Some(text.into())),
            "Fn::Base64" => {
                let text = self.text(argument)?;
                Ok(Some(
                    base64::engine::general_purpose::STANDARD
                        .encode(text)
                        .into(),
                ))
            }
            "Fn::Equals" | "Fn::Not" | "Fn::And" | "Fn::Or" | "Condition" => Err(format!(
                "Template error: {name} can only stand in Conditions and Fn::If"
            )),
            _ => Err(format!(
                "Template error: the local AWS has no function {name}"
            )),
        }
    }

    /// Resolves `value` to a scalar, as text.
    fn text(&self, value: &Value) -> Result<String, String> {
        match self.resolve(value)? {
            Some(Value::Object(_) | Value::Array(_)) | None => {
                Err(format!("Template error: {value} must be a string"))
            }
            Some(scalar) => Ok(json::text(&scalar)),
        }
    }

    fn list(&self, value: &Value) -> Result<Vec<Value>, String> {
        match self.resolve(value)? {
            Some(Value::Array(items)) => Ok(items),
            Some(Value::String(text)) if text.contains(KNOWN_AFTER_APPLY) => Ok(vec![text.into()]),
            _ => Err(format!("Template error: {value} must be a list")),
        }
    }

    fn reference(&self, argument: &Value) -> Resolved {
        let name = argument
            .as_str()
            .ok_or("Template error: every Ref object must have a single String value.")?;
        if name == "AWS::NoValue" {
            return Ok(None);
        }
        if let Some(value) = self
            .pseudo_parameter(name)
            .or_else(|| self.parameters.get(name).cloned())
        {
            return Ok(Some(value));
        }
        (self.resource)(name, None).map(Some)
    }

    fn pseudo_parameter(&self, name: &str) -> Option<Value> {
        let value = match name {
            "AWS::AccountId" => ACCOUNT,
            "AWS::Partition" => PARTITION,
            "AWS::Region" => self.region,
            "AWS::StackId" => self.stack_id,
            "AWS::StackName" => self.stack_name,
            "AWS::URLSuffix" => "amazonaws.com",
            "AWS::NotificationARNs" => return Some(json!([])),
            _ => return None,
        };
        Some(value.into())
    }

    fn attribute(&self, argument: &Value) -> Result<Value, String> {
        let wrong = || {
            "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute".to_owned()
        };
        match argument {
            Value::String(path) => {
                let (resource, attribute) = path.split_once('.').ok_or_else(wrong)?;
                (self.resource)(resource, Some(attribute))
            }
            Value::Array(path) => match path.as_slice() {
                [Value::String(resource), attribute] => {
                    (self.resource)(resource, Some(&self.text(attribute)?))
                }
                _ => Err(wrong()),
            },
            _ => Err(wrong()),
        }
    }

    fn choose(&self, argument: &Value) -> Resolved {
        match argument.as_array().map(Vec::as_slice) {
            Some([Value::String(condition), then, otherwise]) => {
                self.resolve(if self.condition(condition)? { then } else { otherwise })
            }
            _ => Err("Template error: Fn::If requires a list argument with the first element being a condition".into()),
        }
    }

    fn substitute(&self, argument: &Value) -> Result<String, String> {
        let wrong = || {
            "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string".to_owned()
        };
        let (text, variables) = match argument {
            Value::String(text) => (text, None),
            Value::Array(list) => match list.as_slice() {
                [Value::String(text), Value::Object(variables)] => (text, Some(variables)),
                _ => return Err(wrong()),
            },
            _ => return Err(wrong()),
        };
        let mut out = String::new();
        for piece in sub_pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Variable(name) => {
                    out.push_str(&match variables.and_then(|variables| variables.get(name)) {
                        Some(value) => self.text(value)?,
                        None if name.contains('.') => json::text(&self.attribute(&name.into())?),
                        None => self.text(&json!({ "Ref": name }))?,
                    });
                }
            }
            limit(&out)?;
        }
        self.dynamic_references(&out)
    }

    fn join(&self, argument: &Value) -> Result<String, String> {
        match argument.as_array().map(Vec::as_slice) {
            Some([delimiter, list]) => {
                let delimiter = self.text(delimiter)?;
                let parts: Vec<String> = self.list(list)?.iter().map(json::text).collect();
                let joined = parts.join(&delimiter);
                limit(&joined)?;
                Ok(joined)
            }
            _ => Err("Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined".into()),
        }
    }

    fn select(&self, argument: &Value) -> Result<Value, String> {
        let wrong = || {
            "Template error: every Fn::Select object requires two parameters, the index and the list".to_owned()
        };
        let Some([index, list]) = argument.as_array().map(Vec::as_slice) else {
            return Err(wrong());
        };
        let index: usize = self.text(index)?.parse().map_err(|_| wrong())?;
        let list = self.list(list)?;
        if let [Value::String(only)] = list.as_slice()
            && only.contains(KNOWN_AFTER_APPLY)
        {
            return Ok(KNOWN_AFTER_APPLY.into());
        }
        list.get(index).cloned().ok_or_else(|| {
            format!("Template error: Fn::Select cannot select nonexistent value at index {index}")
        })
    }

    fn split(&self, argument: &Value) -> Result<Value, String> {
        match argument.as_array().map(Vec::as_slice) {
            Some([delimiter, text]) => {
                let delimiter = self.text(delimiter)?;
                if delimiter.is_empty() {
                    return Err("Template error: Fn::Split needs a delimiter that is not empty".into());
                }
                Ok(self.text(text)?.split(&delimiter).map(Value::from).collect())
            }
            _ => Err("Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split".into()),
        }
    }

    fn zones(&self, argument: &Value) -> Result<Value, String> {
        let region = self.text(argument)?;
        if !region.is_empty() && region != self.region {
            return Err(format!(
                "Template error: the local AWS stands in {}, not in {region} (Fn::GetAZs)",
                self.region
            ));
        }
        Ok(crate::ec2::zones(self.region).into())
    }

    fn cidr(&self, argument: &Value) -> Result<Value, String> {
        let wrong = || {
            "Template error: every Fn::Cidr object requires two parameters, (1) ipBlock and (2) count, with an optional (3) cidrBits".to_owned()
        };
        let number = |value: &Value| self.text(value)?.parse::<u32>().map_err(|_| wrong());
        let (block, count, bits) = match argument.as_array().map(Vec::as_slice) {
            Some([block, count]) => (block, count, 8),
            Some([block, count, bits]) => (block, count, number(bits)?),
            _ => return Err(wrong()),
        };
        let block = self.text(block)?;
        if block.contains(KNOWN_AFTER_APPLY) {
            return Ok(json!([KNOWN_AFTER_APPLY]));
        }
        Ok(cidr::split(&block, number(count)?, bits)?.into())
    }

    fn find_in_map(&self, argument: &Value) -> Result<Value, String> {
        match argument.as_array().map(Vec::as_slice) {
            Some([map, top, second]) => {
                let (map, top, second) = (self.text(map)?, self.text(top)?, self.text(second)?);
                let found = self.template.mappings.get(&map).and_then(|map| map.get(&top)?.get(&second));
                found
                    .cloned()
                    .ok_or_else(|| format!("Template error: Unable to get mapping for {map}::{top}::{second}"))
            }
            _ => Err("Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value".into()),
        }
    }

    fn import(&self, argument: &Value) -> Result<String, String> {
        let name = self.text(argument)?;
        (self.export)(&name).ok_or_else(|| format!("No export named {name} found."))
    }

    /// Replaces `{{resolve:ssm:NAME[:VERSION]}}`.
    fn dynamic_references(&self, text: &str) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{resolve:") {
            let Some((reference, after)) = after.split_once("}}") else {
                break;
            };
            let name = reference
                .strip_prefix("ssm:")
                .ok_or_else(|| format!("Template error: the local AWS resolves ssm only, not {{{{resolve:{reference}}}}}"))?;
            let value = (self.ssm)(name)
                .ok_or_else(|| format!("Parameters: [ssm:{name}] cannot be found."))?;
            out.push_str(before);
            out.push_str(&value);
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }
}

fn limit(text: &str) -> Result<(), String> {
    if text.len() > LONGEST_TEXT {
        return Err(format!(
            "Template error: a text of more than {LONGEST_TEXT} bytes"
        ));
    }
    Ok(())
}

/// The names of what `value` refers to by `Ref`, `GetAtt` and `Sub`: parameters, pseudo parameters
/// and resources; with the attribute where one is named.
pub(crate) fn references(value: &Value) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    collect_references(value, &mut found);
    found
}

fn collect_references(value: &Value, found: &mut Vec<(String, Option<String>)>) {
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_references(item, found)),
        Value::Object(members) => {
            match single(members) {
                Some(("Ref", Value::String(name))) => found.push((name.clone(), None)),
                Some(("Fn::GetAtt", path)) => found.extend(attribute_reference(path)),
                Some(("Fn::Sub", argument)) => collect_sub(argument, found),
                _ => {}
            }
            members
                .values()
                .for_each(|member| collect_references(member, found));
        }
        _ => {}
    }
}

fn attribute_reference(path: &Value) -> Option<(String, Option<String>)> {
    let split =
        |(resource, attribute): (&str, &str)| (resource.to_owned(), Some(attribute.to_owned()));
    match path {
        Value::String(path) => path.split_once('.').map(split),
        Value::Array(path) => match path.as_slice() {
            [Value::String(resource), Value::String(attribute)] => {
                Some(split((resource, attribute)))
            }
            [Value::String(resource), ..] => Some((resource.clone(), None)),
            _ => None,
        },
        _ => None,
    }
}

fn collect_sub(argument: &Value, found: &mut Vec<(String, Option<String>)>) {
    let (text, variables) = match argument {
        Value::Array(list) => (
            list.first().and_then(Value::as_str),
            list.get(1).and_then(Value::as_object),
        ),
        text => (text.as_str(), None),
    };
    for piece in sub_pieces(text.unwrap_or_default()) {
        if let Piece::Variable(name) = piece
            && !variables.is_some_and(|variables| variables.contains_key(name))
        {
            found.push(match name.split_once('.') {
                Some((resource, attribute)) => (resource.to_owned(), Some(attribute.to_owned())),
                None => (name.to_owned(), None),
            });
        }
    }
}

enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// Cuts the text of a `Fn::Sub`; `${!Literal}` is the text `${Literal}`.
fn sub_pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        pieces.push(Piece::Text(before));
        match name.strip_prefix('!') {
            Some(literal) => pieces.extend(["${", literal, "}"].map(Piece::Text)),
            None => pieces.push(Piece::Variable(name.trim())),
        }
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

fn single(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut all = members.iter();
    match (all.next(), all.next()) {
        (Some((name, argument)), None) => Some((name, argument)),
        _ => None,
    }
}

/// `{"Condition": …}` is a function only where the template has conditions; a policy statement
/// and a resource property may carry the same name.
fn is_function(name: &str) -> bool {
    name == "Ref" || name.starts_with("Fn::")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(value: &Value) -> Resolved {
        let template = Template::parse(
            "Mappings: {M: {a: {b: found}}}\n\
             Conditions:\n  Yes: !Equals [!Ref P, one]\n  No: !Not [!Condition Yes]\n  Both: !And [!Condition Yes, !Condition No]\n  \
             Any: !Or [!Condition Yes, !Condition No]\n  Loop: !Condition Loop\n\
             Resources: {R: {Type: T}}",
        )
        .unwrap();
        let parameters = BTreeMap::from([
            ("P".to_owned(), json!("one")),
            ("L".to_owned(), json!(["x", "y"])),
        ]);
        let scope = Scope {
            template: &template,
            parameters: &parameters,
            region: "eu-central-1",
            stack_name: "vpc",
            stack_id: "arn:stack",
            resource: &|name, attribute| match (name, attribute) {
                ("R", None) => Ok("id-1".into()),
                ("R", Some("Arn")) => Ok("arn:r".into()),
                ("R", Some("Later")) => Ok(KNOWN_AFTER_APPLY.into()),
                _ => Err(format!("no {name}")),
            },
            export: &|name| (name == "net").then(|| "exported".to_owned()),
            ssm: &|name| (name == "/a/b").then(|| "from-ssm".to_owned()),
            decided: RefCell::default(),
        };
        scope.resolve(value)
    }

    #[test]
    fn functions_give_what_aws_gives() {
        let cases = [
            (json!({"Ref": "P"}), json!("one")),
            (json!({"Ref": "L"}), json!(["x", "y"])),
            (json!({"Ref": "R"}), json!("id-1")),
            (json!({"Ref": "AWS::Region"}), json!("eu-central-1")),
            (json!({"Fn::GetAtt": ["R", "Arn"]}), json!("arn:r")),
            (json!({"Fn::GetAtt": "R.Arn"}), json!("arn:r")),
            (
                json!({"Fn::Sub": "${P}-${R.Arn}-${!Keep}-${AWS::Partition}"}),
                json!("one-arn:r-${Keep}-aws"),
            ),
            (
                json!({"Fn::Sub": ["${A}${P}", {"A": {"Ref": "R"}}]}),
                json!("id-1one"),
            ),
            (json!({"Fn::Join": [",", {"Ref": "L"}]}), json!("x,y")),
            (json!({"Fn::Select": ["1", {"Ref": "L"}]}), json!("y")),
            (json!({"Fn::Split": [",", "a,b"]}), json!(["a", "b"])),
            (
                json!({"Fn::Select": [3, {"Fn::Split": [",", {"Fn::GetAtt": "R.Later"}]}]}),
                json!(KNOWN_AFTER_APPLY),
            ),
            (
                json!({"Fn::GetAZs": ""}),
                json!(["eu-central-1a", "eu-central-1b", "eu-central-1c"]),
            ),
            (
                json!({"Fn::Select": [1, {"Fn::Cidr": ["10.0.0.0/16", 4, 14]}]}),
                json!("10.0.64.0/18"),
            ),
            (json!({"Fn::If": ["Yes", 1, 2]}), json!(1)),
            (json!({"Fn::If": ["No", 1, 2]}), json!(2)),
            (json!({"Fn::If": ["Both", 1, 2]}), json!(2)),
            (json!({"Fn::If": ["Any", 1, 2]}), json!(1)),
            (json!({"Fn::FindInMap": ["M", "a", "b"]}), json!("found")),
            (json!({"Fn::ImportValue": "net"}), json!("exported")),
            (json!({"Fn::Base64": "hi"}), json!("aGk=")),
            (json!("x-{{resolve:ssm:/a/b}}-y"), json!("x-from-ssm-y")),
            (
                json!({"A": {"Ref": "AWS::NoValue"}, "B": [{"Ref": "AWS::NoValue"}, 1]}),
                json!({"B": [1]}),
            ),
            (
                json!({"Condition": {"StringEquals": {"a": "b"}}}),
                json!({"Condition": {"StringEquals": {"a": "b"}}}),
            ),
        ];
        for (value, expected) in cases {
            assert_eq!(resolve(&value), Ok(Some(expected)), "{value}");
        }
    }

    #[test]
    fn a_wrong_function_is_an_error_not_a_panic() {
        for value in [
            json!({"Ref": 1}),
            json!({"Ref": "Nothing"}),
            json!({"Fn::GetAtt": ["R"]}),
            json!({"Fn::GetAtt": 3}),
            json!({"Fn::Sub": {}}),
            json!({"Fn::Sub": "${R.Wrong}"}),
            json!({"Fn::Join": [","]}),
            json!({"Fn::Join": [",", "text"]}),
            json!({"Fn::Select": [9, ["a"]]}),
            json!({"Fn::Select": ["-1", ["a"]]}),
            json!({"Fn::Split": ["", "a"]}),
            json!({"Fn::If": ["Nothing", 1, 2]}),
            json!({"Fn::If": ["Loop", 1, 2]}),
            json!({"Fn::Cidr": ["10.0.0.0/16", 1_000_000_000, 3]}),
            json!({"Fn::Cidr": ["words", 1, 3]}),
            json!({"Fn::GetAZs": "mars-1"}),
            json!({"Fn::ImportValue": "none"}),
            json!({"Fn::FindInMap": ["M", "a", "z"]}),
            json!({"Fn::Nothing": 1}),
            json!("{{resolve:ssm:/none}}"),
            json!("{{resolve:secretsmanager:x}}"),
        ] {
            assert!(resolve(&value).is_err(), "{value}");
        }
    }

    #[test]
    fn references_are_found_wherever_they_stand() {
        let found = references(&json!({
            "A": {"Ref": "One"},
            "B": [{"Fn::GetAtt": ["Two", "Arn"]}, {"Fn::Sub": "${Three} ${Four.Arn} ${!Not}"}],
            "C": {"Fn::Sub": ["${Local} ${Five}", {"Local": {"Ref": "Six"}}]},
        }));
        let mut names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["Five", "Four", "One", "Six", "Three", "Two"]);
    }
}
