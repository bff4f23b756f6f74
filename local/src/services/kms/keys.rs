//! The keys and aliases, as part of the account's state.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rand::RngExt as _;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError, seconds};

/// The keys by id, and the ids of the keys by alias (`alias/NAME`).
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Keys {
    pub(super) keys: BTreeMap<String, Stored>,
    pub(super) aliases: BTreeMap<String, StoredAlias>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StoredAlias {
    pub(super) key: String,
    /// Seconds since 1970.
    pub(super) created: f64,
    pub(super) updated: f64,
}

/// A key. Its material is in the state in plain text: it protects nothing on this machine.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stored {
    /// The 32 bytes of the key in Base64.
    pub(super) material: String,
    pub(super) description: String,
    pub(super) enabled: bool,
    pub(super) rotation: bool,
    pub(super) policy: String,
    pub(super) spec: String,
    pub(super) usage: String,
    pub(super) multi_region: bool,
    pub(super) tags: BTreeMap<String, String>,
    /// Seconds since 1970.
    pub(super) created: f64,
    /// When it will be deleted, if that was asked for.
    pub(super) deletion: Option<f64>,
}

/// The policy of a key that a user has made; the keys of AWS have none that could be read.
pub(crate) fn policy(account: &Account, named: &str) -> Option<String> {
    account.read(|state| {
        let id = state.kms.id(account, named).ok()?;
        Some(state.kms.keys.get(&id)?.policy.clone())
    })
}

impl Stored {
    /// A key with the settings that AWS chooses.
    pub(super) fn new(account_policy: String) -> Self {
        let material: [u8; 32] = rand::rng().random();
        Self {
            material: BASE64_STANDARD.encode(material),
            description: String::new(),
            enabled: true,
            rotation: false,
            policy: account_policy,
            spec: "SYMMETRIC_DEFAULT".to_owned(),
            usage: "ENCRYPT_DECRYPT".to_owned(),
            multi_region: false,
            tags: BTreeMap::new(),
            created: seconds(),
            deletion: None,
        }
    }

    pub(super) fn state(&self) -> &'static str {
        match (self.deletion, self.enabled) {
            (Some(_), _) => "PendingDeletion",
            (None, true) => "Enabled",
            (None, false) => "Disabled",
        }
    }
}

impl Keys {
    /// The id of the key that a caller names: by its id, its ARN, an alias or the ARN of an alias.
    ///
    /// # Errors
    /// AWS's message if there is none.
    pub(super) fn id(&self, account: &Account, named: &str) -> Result<String, AwsError> {
        let missing = |sentence: String| Err(AwsError::new("NotFoundException", sentence));
        let resource = named
            .strip_prefix(account.arn("kms", "").as_str())
            .unwrap_or(named);
        if resource.starts_with("alias/") {
            return match self.aliases.get(resource) {
                Some(alias) => Ok(alias.key.clone()),
                None => missing(format!(
                    "Alias {} is not found.",
                    account.arn("kms", resource)
                )),
            };
        }
        let id = resource.strip_prefix("key/").unwrap_or(resource);
        if self.keys.contains_key(id) {
            return Ok(id.to_owned());
        }
        match uuid::Uuid::try_parse(id.trim_start_matches("mrk-")) {
            Ok(_) => missing(format!(
                "Key '{}' does not exist",
                account.arn("kms", &format!("key/{id}"))
            )),
            Err(_) => missing(format!("Invalid keyId '{named}'")),
        }
    }

    /// The key that a resource names, by its id, its ARN or an alias, for another service. Its own
    /// keys (`alias/aws/SERVICE`) always exist.
    ///
    /// # Errors
    /// The ARN of a key that does not exist.
    pub(super) fn for_service(
        &self,
        region: &str,
        named: &str,
    ) -> Result<Option<(&str, &Stored)>, String> {
        let prefix = format!("arn:aws:kms:{region}:{ACCOUNT}:");
        let resource = named.strip_prefix(&prefix).unwrap_or(named);
        let id = match self.aliases.get(resource) {
            Some(alias) => alias.key.as_str(),
            None => resource.strip_prefix("key/").unwrap_or(resource),
        };
        match self.keys.get_key_value(id) {
            Some((id, key)) => Ok(Some((id, key))),
            None if resource.starts_with("alias/aws/") => Ok(None),
            None if named.starts_with("arn:") => Err(named.to_owned()),
            None if resource.starts_with("alias/") => Err(format!("{prefix}{resource}")),
            None => Err(format!("{prefix}key/{id}")),
        }
    }

    pub(super) fn get(
        &self,
        account: &Account,
        named: &str,
    ) -> Result<(String, &Stored), AwsError> {
        let id = self.id(account, named)?;
        let key = &self.keys[&id];
        Ok((id, key))
    }

    pub(super) fn get_mut(
        &mut self,
        account: &Account,
        named: &str,
    ) -> Result<&mut Stored, AwsError> {
        let id = self.id(account, named)?;
        self.keys
            .get_mut(&id)
            .ok_or_else(|| AwsError::new("NotFoundException", format!("Invalid keyId '{named}'")))
    }

    /// Adds an alias.
    ///
    /// # Errors
    /// AWS's message for a name that is taken or not allowed, or a key that does not exist.
    pub(super) fn add_alias(
        &mut self,
        account: &Account,
        alias: &str,
        key: &str,
    ) -> Result<(), AwsError> {
        check_alias(alias)?;
        if self.aliases.contains_key(alias) {
            return Err(AwsError::new(
                "AlreadyExistsException",
                format!(
                    "An alias with the name {} already exists",
                    account.arn("kms", alias)
                ),
            ));
        }
        let (key, now) = (self.id(account, key)?, seconds());
        let stored = StoredAlias {
            key,
            created: now,
            updated: now,
        };
        self.aliases.insert(alias.to_owned(), stored);
        Ok(())
    }
}

fn check_alias(alias: &str) -> Result<(), AwsError> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "/_-".contains(c);
    match alias.strip_prefix("alias/") {
        Some(name) if name.starts_with("aws/") => Err(AwsError::new(
            "NotAuthorizedException",
            format!("User is not authorized to create the reserved alias {alias}"),
        )),
        Some(name) if !name.is_empty() && name.chars().all(is_allowed) => Ok(()),
        _ => Err(AwsError::new(
            "InvalidAliasNameException",
            "Invalid identifier",
        )),
    }
}
