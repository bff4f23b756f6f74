//! The filters of `DescribeParameters` and `GetParametersByPath`
//! (<https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html>).

use serde::Deserialize;

use crate::aws::AwsError;
use crate::services::ssm::parameters::Stored;

/// Takes the parameters for which one of the values fits.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Filter {
    pub(super) key: String,
    pub(super) option: Option<String>,
    pub(super) values: Vec<String>,
}

/// The keys of each action.
pub(super) const DESCRIBE: [&str; 6] = ["Path", "Name", "Type", "KeyId", "Tier", "DataType"];
pub(super) const BY_PATH: [&str; 3] = ["Type", "KeyId", "Label"];

impl Filter {
    /// # Errors
    /// SSM's message for a key that the action does not have, or an option of another key.
    pub(super) fn check(&self, keys: &[&str]) -> Result<(), AwsError> {
        let key = self.key.as_str();
        let is_tag = key.starts_with("tag:") && keys.contains(&"Path");
        if !is_tag && !keys.contains(&key) {
            return Err(AwsError::new(
                "InvalidFilterKey",
                format!(
                    "The following filter key is not valid: {key}. Valid filter keys include: [{}]",
                    keys.join(", ")
                ),
            ));
        }
        let options: &[&str] = match key {
            "Path" => &["OneLevel", "Recursive"],
            "Name" => &["Contains", "BeginsWith", "Equals"],
            "Type" | "Tier" | "DataType" | "Label" => &["Equals"],
            _ => &["BeginsWith", "Equals"],
        };
        let option = self.option.as_deref();
        if let Some(option) = option.filter(|option| !options.contains(option)) {
            return Err(AwsError::new(
                "InvalidFilterOption",
                format!(
                    "The following filter option is not valid: {option}. Valid options include: [{}]",
                    options.join(", ")
                ),
            ));
        }
        if self.values.is_empty() && !is_tag {
            return Err(AwsError::new(
                "InvalidFilterValue",
                "The following filter values are missing : null for filter key ".to_owned() + key,
            ));
        }
        if key == "Path" && self.values.iter().any(|path| !path.starts_with('/')) {
            return Err(AwsError::new(
                "ValidationException",
                "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol \"/\". Valid example: /get/parameters2-/by1./path0_.",
            ));
        }
        Ok(())
    }

    pub(super) fn takes(&self, name: &str, parameter: &Stored) -> bool {
        let begins = self.option.as_deref() == Some("BeginsWith");
        let any = |fits: &dyn Fn(&str) -> bool| self.values.iter().any(|value| fits(value));
        let is = |text: Option<&str>| {
            any(&|value: &str| match text {
                Some(text) if begins => text.starts_with(value),
                text => text == Some(value),
            })
        };
        let settings = &parameter.settings;
        match self.key.as_str() {
            "Path" => {
                let recursive = self.option.as_deref() == Some("Recursive");
                any(&|path: &str| is_below(name, path, recursive))
            }
            "Name" if self.option.as_deref() == Some("Contains") => {
                any(&|part: &str| name.contains(part))
            }
            // A name fits with and without the slash at its beginning.
            "Name" => is(Some(name)) || is(name.strip_prefix('/')),
            "Type" => is(Some(&parameter.kind)),
            "KeyId" => is(settings.key_id.as_deref()),
            "Tier" => is(Some(settings.tier.as_deref().unwrap_or("Standard"))),
            "DataType" => is(Some("text")),
            "Label" => parameter
                .numbered()
                .any(|(_, version)| version.labels.iter().any(|label| is(Some(label)))),
            key => {
                let value = key
                    .strip_prefix("tag:")
                    .and_then(|tag| parameter.tags.get(tag));
                value.is_some_and(|value| self.values.is_empty() || is(Some(value)))
            }
        }
    }
}

/// Whether a parameter is below a path: directly, or anywhere.
pub(super) fn is_below(name: &str, path: &str, recursive: bool) -> bool {
    let rest = name
        .strip_prefix(path.trim_end_matches('/'))
        .and_then(|rest| rest.strip_prefix('/'));
    rest.is_some_and(|rest| recursive || !rest.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_options() {
        let mut parameter = Stored::default();
        parameter.kind = "String".into();
        parameter.tags.insert("env".into(), "prod".into());
        let takes = |key: &str, option: Option<&str>, value: &str| {
            let filter = Filter {
                key: key.into(),
                option: option.map(str::to_owned),
                values: vec![value.into()],
            };
            filter.check(&DESCRIBE).unwrap();
            filter.takes("/a/b/c", &parameter)
        };
        for (key, option, value, expected) in [
            ("Name", None, "/a/b/c", true),
            ("Name", None, "/a", false),
            ("Name", Some("BeginsWith"), "/a", true),
            ("Name", Some("Contains"), "b/", true),
            ("Path", None, "/a/b", true),
            ("Path", Some("OneLevel"), "/a", false),
            ("Path", Some("Recursive"), "/a", true),
            ("Type", None, "String", true),
            ("Tier", None, "Advanced", false),
            ("tag:env", None, "prod", true),
            ("tag:other", None, "prod", false),
        ] {
            assert_eq!(
                takes(key, option, value),
                expected,
                "{key} {option:?} {value}"
            );
        }
        let wrong = |key: &str, option: &str| {
            let filter = Filter {
                key: key.into(),
                option: Some(option.into()),
                values: vec!["x".into()],
            };
            filter.check(&BY_PATH).unwrap_err().code
        };
        assert_eq!(wrong("Name", "Equals"), "InvalidFilterKey");
        assert_eq!(wrong("Type", "BeginsWith"), "InvalidFilterOption");
    }
}
