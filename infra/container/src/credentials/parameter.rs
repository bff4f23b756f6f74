use std::time::SystemTime;

use aws_sdk_ssm::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ssm::types::{ParameterMetadata, ParameterStringFilter, ParameterTier, ParameterType};
use deploy::Clients;
use secrecy::ExposeSecret;

use super::accounts::Accounts;
use crate::{CredentialsError, Error};

/// The largest text of a standard and of an advanced parameter
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html>).
const STANDARD: usize = 4096;
const ADVANCED: usize = 8192;

/// The parameter with the accounts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter<'a> {
    pub(super) clients: &'a Clients,
    pub(super) name: &'a str,
    /// The command that creates the parameter.
    pub(super) deploy: &'a str,
}

/// A version of the parameter.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) accounts: Accounts,
    pub(super) number: i64,
    /// When it was written, by the clock of AWS.
    pub(super) modified: Option<SystemTime>,
}

/// What a new version must repeat, since AWS would not keep it: above all the key.
#[derive(Debug)]
pub(super) struct Facts(ParameterMetadata);

impl Parameter<'_> {
    /// The newest version.
    pub(super) async fn read(&self) -> Result<Version, Error> {
        self.version(self.name.to_owned()).await
    }

    /// The version with this number.
    pub(super) async fn read_version(&self, number: i64) -> Result<Version, Error> {
        self.version(format!("{}:{number}", self.name)).await
    }

    async fn version(&self, named: String) -> Result<Version, Error> {
        let request = self.clients.ssm.get_parameter().name(named);
        let found = request.with_decryption(true).send().await;
        let found = found.map_err(|err| self.failed("ssm:GetParameter", err))?;
        let found = found.parameter.ok_or_else(|| self.missing())?;
        let accounts = Accounts::read(found.value().unwrap_or_default());
        let accounts = accounts.map_err(|reason| CredentialsError::Malformed {
            name: self.name.to_owned(),
            reason,
        })?;
        let modified = found.last_modified_date;
        Ok(Version {
            accounts,
            number: found.version,
            modified: modified.and_then(|time| time.try_into().ok()),
        })
    }

    pub(super) async fn facts(&self) -> Result<Facts, Error> {
        let filter = ParameterStringFilter::builder()
            .key("Name")
            .values(self.name)
            .build()
            .expect("it has a key");
        let request = self.clients.ssm.describe_parameters();
        let request = request.parameter_filters(filter);
        // A page may be empty and yet not be the last one.
        let mut pages = request.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|err| self.failed("ssm:DescribeParameters", err))?;
            let mut found = page.parameters.unwrap_or_default().into_iter();
            if let Some(facts) = found.find(|one| one.name() == Some(self.name)) {
                return Ok(Facts(facts));
            }
        }
        Err(self.missing())
    }

    /// Checks that the accounts have room in the parameter.
    pub(super) fn check_size(
        &self,
        Facts(facts): &Facts,
        accounts: &Accounts,
    ) -> Result<(), CredentialsError> {
        let is_advanced = facts.tier() == Some(&ParameterTier::Advanced);
        let limit = if is_advanced { ADVANCED } else { STANDARD };
        let size = accounts.text().expose_secret().len();
        if size > limit {
            let name = self.name.to_owned();
            return Err(CredentialsError::TooLarge { name, size, limit });
        }
        Ok(())
    }

    /// Writes a new version, and returns its number.
    pub(super) async fn write(&self, facts: &Facts, accounts: &Accounts) -> Result<i64, Error> {
        self.check_size(facts, accounts)?;
        let (Facts(facts), text) = (facts, accounts.text());
        let is_advanced = facts.tier() == Some(&ParameterTier::Advanced);
        let kind = facts.r#type().cloned();
        let is_secret = kind == Some(ParameterType::SecureString);
        let written = self
            .clients
            .ssm
            .put_parameter()
            .name(self.name)
            .value(text.expose_secret())
            .set_type(kind)
            .set_key_id(facts.key_id.clone().filter(|_| is_secret))
            .set_tier(is_advanced.then_some(ParameterTier::Advanced))
            .set_description(facts.description.clone())
            .set_allowed_pattern(facts.allowed_pattern.clone())
            .overwrite(true)
            .send()
            .await;
        match written {
            Ok(written) => Ok(written.version),
            Err(err) => Err(self.not_written(accounts, err)),
        }
    }

    /// AWS may quote a value that it refuses.
    fn not_written<E, R>(&self, accounts: &Accounts, err: SdkError<E, R>) -> Error
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        let code = err.code().unwrap_or("no code").to_owned();
        let error = self.failed("ssm:PutParameter", err);
        if accounts.are_in(&error.to_string()) {
            return CredentialsError::Refused(code).into();
        }
        error
    }

    fn failed<E, R>(&self, action: &'static str, err: SdkError<E, R>) -> Error
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        match err.code() {
            Some("ParameterNotFound") => self.missing(),
            Some("AccessDeniedException" | "AccessDenied") => CredentialsError::Denied {
                action,
                name: self.name.to_owned(),
                said: err.message().unwrap_or_default().to_owned(),
            }
            .into(),
            _ => deploy::Error::from(err).into(),
        }
    }

    fn missing(&self) -> Error {
        let (name, deploy) = (self.name.to_owned(), self.deploy.to_owned());
        CredentialsError::NoParameter { name, deploy }.into()
    }
}
