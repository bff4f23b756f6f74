//! Filters: `Name=vpc-id,Values=vpc-1,vpc-*`.

use serde_json::Value;

use super::listing::Listing;
use crate::aws::AwsError;

/// A filter of a request. A resource passes if one of the values fits.
pub(super) struct Filter {
    /// The path of the member that the filter means, or the key of a tag.
    subject: Subject,
    values: Vec<String>,
}

enum Subject {
    Path(&'static str),
    /// Resources with this tag key and one of the values.
    Tag(String),
}

/// Reads the filters of a request.
///
/// # Errors
/// EC2's error for a filter that the action does not have.
pub(super) fn filters(listing: &Listing, input: &Value) -> Result<Vec<Filter>, AwsError> {
    let given = numbered(&input["Filter"]);
    let filters = given.into_iter().map(|filter| {
        let name = filter["Name"].as_str().unwrap_or("");
        let values = numbered(&filter["Value"]).into_iter();
        let values: Vec<String> = values
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect();
        if values.is_empty() {
            return Err(AwsError::new(
                "InvalidParameterValue",
                "The filter value set is empty",
            ));
        }
        let known = listing.filters.iter().find(|(known, _)| *known == name);
        let subject = match (known, name.strip_prefix("tag:")) {
            (Some((_, path)), _) => Subject::Path(path),
            (None, Some(key)) if has_tags(listing) => Subject::Tag(key.to_owned()),
            _ => {
                let sentence = format!("The filter '{name}' is invalid");
                return Err(AwsError::new("InvalidParameterValue", sentence));
            }
        };
        Ok(Filter { subject, values })
    });
    filters.collect()
}

fn has_tags(listing: &Listing) -> bool {
    listing.filters.iter().any(|(name, _)| *name == "tag-key")
}

impl Filter {
    pub(super) fn passes(&self, resource: &Value) -> bool {
        match &self.subject {
            Subject::Path(path) => {
                let path: Vec<&str> = path.split('/').collect();
                self.fits_at(resource, &path)
            }
            Subject::Tag(key) => {
                let tags = resource["tagSet"].as_array().into_iter().flatten();
                let mut own = tags.filter(|tag| tag["key"] == *key);
                own.any(|tag| self.fits(&tag["value"]))
            }
        }
    }

    fn fits_at(&self, value: &Value, path: &[&str]) -> bool {
        match (value, path) {
            (Value::Array(items), path) => items.iter().any(|item| self.fits_at(item, path)),
            (Value::Object(members), [first, rest @ ..]) => {
                let member = members.get(*first);
                member.is_some_and(|member| self.fits_at(member, rest))
            }
            (value, []) => self.fits(value),
            _ => false,
        }
    }

    fn fits(&self, value: &Value) -> bool {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Null | Value::Array(_) | Value::Object(_) => return false,
            other => other.to_string(),
        };
        self.values.iter().any(|pattern| fits(pattern, &text))
    }
}

/// Whether a text fits a pattern: `*` is any text, `?` any letter, and `\` takes their meaning away.
fn fits(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    // `reached[i]`: the pattern so far fits the first `i` letters of the text.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    let mut letters = pattern.into_iter();
    while let Some(letter) = letters.next() {
        let mut next = vec![false; text.len() + 1];
        if letter == '*' {
            let mut seen = false;
            for (index, place) in next.iter_mut().enumerate() {
                seen |= reached[index];
                *place = seen;
            }
        } else {
            let (any, letter) = match letter {
                '?' => (true, '?'),
                '\\' => (false, letters.next().unwrap_or('\\')),
                letter => (false, letter),
            };
            for index in 0..text.len() {
                next[index + 1] = reached[index] && (any || text[index] == letter);
            }
        }
        reached = next;
    }
    reached[text.len()]
}

/// The members of a list of a form: `{"1": a, "2": b}`, in the order of the numbers.
pub(super) fn numbered(value: &Value) -> Vec<Value> {
    let members = value.as_object().into_iter().flatten();
    let mut numbered: Vec<(usize, Value)> = members
        .filter_map(|(number, member)| Some((number.parse().ok()?, member.clone())))
        .collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, member)| member).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_in_ec2() {
        for (pattern, text, expected) in [
            ("vpc-1", "vpc-1", true),
            ("vpc-1", "vpc-12", false),
            ("vpc-*", "vpc-12", true),
            ("*", "", true),
            ("v?c-*2", "vpc-12", true),
            ("v?c-*3", "vpc-12", false),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
