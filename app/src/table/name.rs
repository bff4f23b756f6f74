use std::fmt::{self, Display, Formatter};
use std::ops::Deref;
use std::str::FromStr;

use thiserror::Error;

/// The name of a table, or its ARN, which `DynamoDB` takes as well.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TableName(String);

/// Why a text is not the name of a table.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub(crate) enum InvalidName {
    #[error("it is empty")]
    Empty,
    #[error("it is not the name of a DynamoDB table")]
    Malformed,
}

impl FromStr for TableName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Before the last part of arn:aws:dynamodb:eu-central-1:123456789012:table/NAME
        let name = match text.strip_prefix("arn:") {
            Some(rest) => rest.split_once(":table/").map_or("", |(_, name)| name),
            None if text.is_empty() => return Err(InvalidName::Empty),
            None => text,
        };
        // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
        let is_valid = (3..=255).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        if is_valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidName::Malformed)
        }
    }
}

impl Deref for TableName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Display for TableName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_dynamodb_takes_is_a_name() {
        let long = "x".repeat(255);
        for name in [
            "books",
            "a.b-c_D9",
            "abc",
            &long,
            "arn:aws:dynamodb:eu-central-1:123456789012:table/books",
        ] {
            assert_eq!(&*name.parse::<TableName>().unwrap(), name);
        }
        let longer = "x".repeat(256);
        for text in [
            "ab",
            &longer,
            "two words",
            "b\u{fc}cher",
            "<html>",
            "books\n",
            "arn:aws:dynamodb:eu-central-1:123456789012:table/",
            "arn:aws:s3:::books",
        ] {
            assert_eq!(
                text.parse::<TableName>(),
                Err(InvalidName::Malformed),
                "{text:?}"
            );
        }
        assert_eq!("".parse::<TableName>(), Err(InvalidName::Empty));
    }
}
