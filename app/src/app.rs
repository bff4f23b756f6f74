//! The parts of the program, made from its configuration.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use anyhow::Context;
use aws_config::SdkConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;

use crate::Config;
use crate::answer::{Answers, Source};
use crate::assets::Assets;
use crate::aws::{Lazily, Setting, call_time, in_time, lazily};
use crate::connections::Limits;
use crate::login::Login;
use crate::memory_use::MemoryUse;
use crate::table::Table;

/// The parts of the program. The router gives each page only the parts that it needs.
#[derive(Debug)]
pub struct App {
    pub(crate) login: Arc<Login>,
    pub(crate) table: Arc<Table>,
    pub(crate) assets: Arc<Assets>,
    pub(crate) answers: Arc<Answers>,
    /// How long a page may take until its first byte.
    pub(crate) page_time: Duration,
    pub(crate) memory_use: Arc<MemoryUse>,
    pub(crate) limits: Limits,
    ssm: Lazily<aws_sdk_ssm::Client>,
}

impl App {
    /// Makes the app from its configuration. Fails if its accounts cannot be read.
    pub async fn load(config: &Config, aws: &SdkConfig) -> anyhow::Result<Self> {
        let app = Self::new(config, aws)?;
        app.check().await?;
        Ok(app)
    }

    /// Makes the app without a call to AWS.
    ///
    /// # Errors
    ///
    /// Fails if the configuration has invalid accounts or an invalid name of the table.
    pub fn new(config: &Config, aws: &SdkConfig) -> anyhow::Result<Self> {
        let aws = in_time(aws, config.page_time);
        let dynamodb = dynamodb(&aws);
        let ssm = lazily(move || aws_sdk_ssm::Client::new(&aws));
        let parameter = |leaf| config.parameter(leaf);
        let accounts = match config.accounts() {
            Some(text) => Setting::fixed(text.parse().context("ACCOUNTS is invalid")?),
            None => Setting::parameter(&ssm, parameter("credentials"), config.parameter_age),
        };
        let name = match config.table_name() {
            Some(name) => Setting::fixed(name.parse().context("TABLE_NAME is invalid")?),
            None => Setting::parameter(&ssm, parameter("table"), config.parameter_age),
        };
        let table = Arc::new(Table::new(dynamodb, name, call_time(config.page_time)));
        let assets = Arc::new(Assets::load(&config.static_dir));
        let limits = config.limits;
        let memory_use = Arc::new(MemoryUse::new(limits.memory()));
        let source = Source::new(
            Arc::clone(&table),
            Arc::clone(&assets),
            config.filter_time,
            Arc::clone(&memory_use),
        );
        Ok(Self {
            login: Arc::new(Login::new(accounts, &config.oidc)?),
            table,
            assets,
            answers: Arc::new(Answers::new(source)),
            page_time: config.page_time,
            memory_use,
            limits,
            ssm,
        })
    }

    /// Makes the clients of AWS now. It takes a while, and belongs on a thread that may block.
    pub(crate) fn make_clients(&self) {
        LazyLock::force(&self.ssm);
        self.login.make_client();
        self.table.make_client();
    }

    /// Makes sure that somebody can log in.
    pub(crate) async fn check(&self) -> anyhow::Result<()> {
        self.login.check().await
    }

    /// Waits until somebody can log in. Fails if AWS says what only a person can change.
    pub(crate) async fn wait_for_accounts(&self) -> anyhow::Result<()> {
        self.login.wait_for_accounts().await
    }

    /// Reads the parameters again when they are old, for ever. The pages do so, too, but an idle service
    /// must not let somebody in with a password of yesterday.
    pub(crate) async fn keep_fresh(&self) {
        tokio::join!(self.login.keep_fresh(), self.table.keep_fresh());
    }
}

fn dynamodb(aws: &SdkConfig) -> Lazily<aws_sdk_dynamodb::Client> {
    // A body is read at the pace of its readers, and has a time limit of its own.
    let config = aws_sdk_dynamodb::config::Builder::from(aws)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build();
    lazily(|| aws_sdk_dynamodb::Client::from_conf(config))
}
