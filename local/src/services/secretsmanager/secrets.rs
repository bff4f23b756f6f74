//! The secrets with their versions, as part of the account's state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::aws::{AwsError, seconds, suffix};

/// The label of the version that callers get if they name none, and of the one before it.
pub(super) const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";

/// The secrets, by name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Secrets(pub(super) BTreeMap<String, Stored>);

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) arn: String,
    pub(super) description: Option<String>,
    pub(super) kms_key_id: Option<String>,
    #[serde(default)]
    pub(super) policy: Option<String>,
    pub(super) tags: BTreeMap<String, String>,
    /// Seconds since 1970.
    pub(super) created: f64,
    pub(super) changed: f64,
    /// When it was marked for deletion, and when it is to be deleted.
    pub(super) deleted: Option<(f64, f64)>,
    /// By id.
    pub(super) versions: BTreeMap<String, Version>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) value: Content,
    pub(super) created: f64,
    pub(super) labels: Vec<String>,
}

/// The value of a secret: a text, or bytes in Base64.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Content {
    pub(super) text: Option<String>,
    pub(super) binary: Option<String>,
}

impl Content {
    pub(super) fn is_some(&self) -> bool {
        self.text.is_some() || self.binary.is_some()
    }
}

impl Stored {
    pub(super) fn new(account: &Account, name: &str) -> Self {
        let end: String = suffix(6);
        Self {
            arn: account.arn("secretsmanager", &format!("secret:{name}-{end}")),
            created: seconds(),
            changed: seconds(),
            ..Self::default()
        }
    }

    /// Adds a version with the given labels, which it takes from other versions.
    ///
    /// # Errors
    /// AWS's message if the version exists with another value.
    pub(super) fn add(
        &mut self,
        id: &str,
        value: Content,
        labels: &[String],
    ) -> Result<(), AwsError> {
        if let Some(known) = self.versions.get(id) {
            if known.value == value {
                return Ok(());
            }
            return Err(AwsError::new(
                "ResourceExistsException",
                format!(
                    "You can't use ClientRequestToken {id} because that value is already in use for a version of secret {}.",
                    self.arn
                ),
            ));
        }
        let version = Version {
            value,
            created: seconds(),
            labels: Vec::new(),
        };
        self.versions.insert(id.to_owned(), version);
        for label in labels {
            self.label(label, id);
        }
        self.changed = seconds();
        Ok(())
    }

    /// Moves a label. The version that loses `AWSCURRENT` becomes the previous one.
    fn label(&mut self, label: &str, id: &str) {
        let before = self.labelled(label).map(|(id, _)| id.to_owned());
        for version in self.versions.values_mut() {
            version.labels.retain(|known| known != label);
        }
        if label == CURRENT
            && let Some(before) = before
        {
            self.label(PREVIOUS, &before);
        }
        if let Some(version) = self.versions.get_mut(id) {
            version.labels.push(label.to_owned());
        }
    }

    fn labelled(&self, label: &str) -> Option<(&str, &Version)> {
        let mut versions = self.versions.iter();
        let found = versions.find(|(_, version)| version.labels.iter().any(|one| one == label));
        found.map(|(id, version)| (id.as_str(), version))
    }

    /// The version with an id, a label or both.
    pub(super) fn version(
        &self,
        id: Option<&str>,
        label: Option<&str>,
    ) -> Option<(&str, &Version)> {
        let Some(id) = id else {
            return self.labelled(label.unwrap_or(CURRENT));
        };
        let (id, version) = self.versions.get_key_value(id)?;
        let fits = label.is_none_or(|label| version.labels.iter().any(|one| one == label));
        fits.then_some((id.as_str(), version))
    }
}

impl Secrets {
    /// The text of a secret, which is named by its name or ARN, for tasks and templates. With a
    /// key, the member of the JSON in that text.
    pub(crate) fn text(
        &self,
        named: &str,
        key: Option<&str>,
        label: Option<&str>,
        version: Option<&str>,
    ) -> Option<String> {
        let (_, secret) = self.find(named)?;
        let text = secret.version(version, label)?.1.value.text.clone()?;
        let Some(key) = key else { return Some(text) };
        let json: serde_json::Value = serde_json::from_str(&text).ok()?;
        json.get(key).map(crate::aws::json::text)
    }

    fn find(&self, named: &str) -> Option<(&str, &Stored)> {
        let mut all = self.0.iter();
        let found = all.find(|(name, secret)| {
            // An ARN may lack the random letters at its end.
            *name == named
                || secret.arn == named
                || secret.arn.len() > 7 && secret.arn[..secret.arn.len() - 7] == *named
        });
        found
            .filter(|(_, secret)| secret.deleted.is_none())
            .or_else(|| {
                self.0
                    .iter()
                    .find(|(name, secret)| *name == named || secret.arn == named)
            })
            .map(|(name, secret)| (name.as_str(), secret))
    }

    /// # Errors
    /// AWS's message for a secret that does not exist.
    pub(super) fn get(&self, named: &str) -> Result<(&str, &Stored), AwsError> {
        self.find(named).ok_or_else(not_found)
    }

    /// A secret to change, which is not marked for deletion.
    ///
    /// # Errors
    /// AWS's message if it does not exist or is marked.
    pub(super) fn living(&mut self, named: &str) -> Result<(String, &mut Stored), AwsError> {
        let name = self.get(named)?.0.to_owned();
        let secret = self.0.get_mut(&name).ok_or_else(not_found)?;
        check_living(secret)?;
        Ok((name, secret))
    }

    /// Adds a secret.
    ///
    /// # Errors
    /// AWS's message if one of this name exists.
    pub(super) fn add(&mut self, name: &str, secret: Stored) -> Result<(), AwsError> {
        match self.0.get(name) {
            Some(known) if known.deleted.is_some() => Err(AwsError::new(
                "InvalidRequestException",
                "You can't create this secret because a secret with this name is already scheduled for deletion.",
            )),
            Some(_) => Err(AwsError::new(
                "ResourceExistsException",
                format!("The operation failed because the secret {name} already exists."),
            )),
            None => {
                self.0.insert(name.to_owned(), secret);
                Ok(())
            }
        }
    }
}

fn not_found() -> AwsError {
    AwsError::new(
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret.",
    )
}

/// # Errors
/// AWS's message for a secret that is marked for deletion.
pub(super) fn check_living(secret: &Stored) -> Result<(), AwsError> {
    match secret.deleted {
        None => Ok(()),
        Some(_) => Err(AwsError::new(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Content {
        Content {
            text: Some(value.to_owned()),
            binary: None,
        }
    }

    #[test]
    fn a_new_version_is_current_and_the_old_one_previous() {
        let mut secret = Stored {
            arn: "arn:x:secret:a-ABCDEF".into(),
            ..Stored::default()
        };
        let current = [CURRENT.to_owned()];
        secret.add("1", text("one"), &current).unwrap();
        secret
            .add("2", text("{\"user\": \"me\"}"), &current)
            .unwrap();
        assert_eq!(secret.version(None, Some(PREVIOUS)).unwrap().0, "1");
        assert_eq!(secret.version(Some("2"), None).unwrap().0, "2");
        assert!(secret.version(Some("1"), Some(CURRENT)).is_none());
        assert!(secret.add("1", text("other"), &current).is_err());
        let secrets = Secrets(BTreeMap::from([("a".to_owned(), secret)]));
        for named in ["a", "arn:x:secret:a", "arn:x:secret:a-ABCDEF"] {
            let user = secrets.text(named, Some("user"), None, None);
            assert_eq!(user.as_deref(), Some("me"), "{named}");
        }
        assert_eq!(secrets.text("b", None, None, None), None);
    }
}
