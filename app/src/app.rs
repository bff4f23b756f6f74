//! What all requests share.

use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
    time::Duration,
};

use anyhow::{Context, bail};
use aws_config::{
    BehaviorVersion, SdkConfig, retry::RetryConfig,
    stalled_stream_protection::StalledStreamProtectionConfig, timeout::TimeoutConfig,
};
use secrecy::ExposeSecret;

use crate::{
    Config, accounts::Accounts, answer::Shared, assets, facts::Facts, failure::Kind,
    setting::Setting,
};

/// A page never waits longer than this for one answer of AWS, retries included.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(10);
/// Longer than the one for an answer, after which the client can name the proxy that was silent.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(4500);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(4);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const ATTEMPTS: u32 = 3;

/// What is made when it is first needed. Making a client reads the certificates of all authorities,
/// which takes longer than all the rest of the start.
pub(crate) type Lazily<T> = Arc<LazyLock<T, Box<dyn FnOnce() -> T + Send>>>;

/// The clients of AWS and what they have found out so far.
#[derive(Debug)]
pub struct App {
    pub(crate) accounts: Setting<Accounts>,
    pub(crate) table: Setting<String>,
    pub(crate) dynamodb: Lazily<aws_sdk_dynamodb::Client>,
    ssm: Lazily<aws_sdk_ssm::Client>,
    pub(crate) static_dir: PathBuf,
    /// How long a page with a filter reads on.
    pub(crate) filter_time: Duration,
    pub(crate) facts: Facts,
    pub(crate) shared: Shared,
}

impl App {
    /// Makes the app from its configuration. Nobody could log in without an account, so that this
    /// fails when there is none.
    pub async fn load(config: &Config, aws: &SdkConfig) -> anyhow::Result<Self> {
        let app = Self::new(config, aws)?;
        app.check().await?;
        Ok(app)
    }

    /// The app before it has asked AWS for anything.
    pub(crate) fn new(config: &Config, aws: &SdkConfig) -> anyhow::Result<Self> {
        let settings = aws.clone();
        let ssm = lazily(move || aws_sdk_ssm::Client::new(&settings));
        let parameter = |leaf| {
            (
                Arc::clone(&ssm),
                config.parameter(leaf),
                config.parameter_age,
            )
        };
        let accounts = match given(config.accounts.as_ref().map(ExposeSecret::expose_secret)) {
            Some(text) => Setting::fixed(text.parse().context("ACCOUNTS can't be used")?),
            None => Setting::parameter(parameter("credentials")),
        };
        let table = match given(config.table_name.as_deref()) {
            Some(name) => Setting::fixed(name.to_owned()),
            None => Setting::parameter(parameter("table")),
        };
        assets::load(&config.static_dir);
        // A body is read at the pace of its readers, and has a time limit of its own.
        let dynamodb = aws_sdk_dynamodb::config::Builder::from(aws)
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        Ok(Self {
            accounts,
            table,
            dynamodb: lazily(|| aws_sdk_dynamodb::Client::from_conf(dynamodb)),
            ssm,
            static_dir: config.static_dir.clone(),
            filter_time: config.filter_time,
            facts: Facts::default(),
            shared: Shared::default(),
        })
    }

    /// Makes the clients now, on a thread where that holds up nobody.
    pub(crate) fn make_clients(&self) {
        LazyLock::force(&self.ssm);
        LazyLock::force(&self.dynamodb);
    }

    /// Makes sure that somebody can log in.
    pub(crate) async fn check(&self) -> anyhow::Result<()> {
        match self.accounts.current().await {
            Ok(_) => Ok(()),
            Err(failure) if failure.kind() == Kind::Missing => bail!(
                "there is no account to log in with: make the SecureString parameter {} with \
                 user:password in it, or set ACCOUNTS",
                self.accounts.name()
            ),
            Err(failure) => bail!("{failure:#}"),
        }
    }
}

fn lazily<T>(make: impl FnOnce() -> T + Send + 'static) -> Lazily<T> {
    Arc::new(LazyLock::new(Box::new(make)))
}

/// The AWS settings of the environment, with time limits that suit a page.
pub(crate) async fn aws_settings() -> anyhow::Result<SdkConfig> {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(ANSWER_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let settings = aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
    Ok(connect::load(settings).await?)
}

/// An empty variable is one that is not set: many tools can't leave one out.
fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}
