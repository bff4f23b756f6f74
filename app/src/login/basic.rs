use std::time::{Duration, Instant};

use anyhow::bail;
use axum::http::HeaderMap;
use axum_extra::headers::authorization::Basic;
use axum_extra::headers::{Authorization, HeaderMapExt};
use tracing::warn;

use super::accounts::Accounts;
use super::client::Client;
use super::digest::Credentials;
use super::guard::{Guard, Refused};
use super::user::User;
use super::vouched::{OidcOptions, Vouched};
use crate::aws::{Failure, Kind, Setting};
use crate::error::WebError;

/// How long to wait before the accounts are read again at the start.
const PAUSE: Duration = Duration::from_secs(1);

/// The login of the pages.
#[derive(Debug)]
pub(crate) struct Login {
    accounts: Setting<Accounts>,
    guard: Guard,
    /// If it is there, it alone decides, and the accounts are not even read.
    vouched: Option<Vouched>,
}

impl Login {
    pub(crate) fn new(accounts: Setting<Accounts>, oidc: &OidcOptions) -> anyhow::Result<Self> {
        Ok(Self {
            accounts,
            guard: Guard::new(),
            vouched: Vouched::new(oidc)?,
        })
    }

    /// Makes the client for the keys of the load balancer now, which takes a while.
    pub(crate) fn make_client(&self) {
        if let Some(vouched) = &self.vouched {
            vouched.make_client();
        }
    }

    /// The user, if the headers have the name and password of an account, and its client has not guessed too often.
    pub(crate) async fn user(&self, headers: &HeaderMap, client: Client) -> Result<User, WebError> {
        if let Some(vouched) = &self.vouched {
            return vouched.user(headers).await;
        }
        let Some(Authorization(login)) = headers.typed_get::<Authorization<Basic>>() else {
            return Err(WebError::Unauthorized);
        };
        let accounts = self.accounts.recent().await?;
        let credentials = Credentials::new(login.username(), login.password());
        let verdict = accounts.judge(&credentials);
        let decided = self
            .guard
            .decide(client, &credentials, verdict, Instant::now());
        decided.map_err(|refused| match refused {
            Refused::Wrong => WebError::Unauthorized,
            Refused::TooMany(wait) => WebError::TooManyLogins(wait.as_secs() + 1),
        })?;
        Ok(User {
            name: login.username().into(),
            role: verdict.role,
        })
    }

    /// Makes sure that somebody can log in.
    pub(crate) async fn check(&self) -> anyhow::Result<()> {
        if self.vouched.is_some() {
            return Ok(());
        }
        match self.accounts.current().await {
            Ok(_) => Ok(()),
            Err(failure) => self.refuse(&failure),
        }
    }

    /// Waits until the accounts can be read. Fails if only a person can change that.
    pub(crate) async fn wait_for_accounts(&self) -> anyhow::Result<()> {
        if self.vouched.is_some() {
            return Ok(());
        }
        let mut is_first = true;
        loop {
            match self.accounts.current().await {
                Ok(_) => return Ok(()),
                Err(failure) if failure.kind().may_pass() => {
                    if std::mem::take(&mut is_first) {
                        let error = format!("{failure:#}");
                        warn!(error, "the accounts cannot be read yet");
                    }
                }
                Err(failure) => return self.refuse(&failure),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Reads the accounts again whenever they are old, for ever.
    pub(crate) async fn keep_fresh(&self) {
        if self.vouched.is_none() {
            self.accounts.keep_fresh().await;
        }
    }

    /// Says why nobody can log in.
    fn refuse(&self, failure: &Failure) -> anyhow::Result<()> {
        match self.accounts.parameter_name() {
            Some(parameter) if failure.kind() == Kind::Missing => bail!(
                "there is no account to log in with: create the SecureString parameter {parameter} \
                 with user:password in it, or set ACCOUNTS"
            ),
            _ => bail!("{failure:#}"),
        }
    }
}
