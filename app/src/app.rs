//! The parts of the program, made from its configuration.

use std::sync::{Arc, LazyLock};

use anyhow::Context;
use aws_config::SdkConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;

use crate::Config;
use crate::answer::{Answers, Source};
use crate::assets::Assets;
use crate::aws::{Lazily, Setting, lazily};
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
    pub(crate) memory_use: Arc<MemoryUse>,
    pub(crate) limits: Limits,
    ssm: Lazily<aws_sdk_ssm::Client>,
}

impl App {
    /// Makes the app from its configuration. Fails if there is no account to log in with.
    pub async fn load(config: &Config, aws: &SdkConfig) -> anyhow::Result<Self> {
        let app = Self::new(config, aws)?;
        app.check().await?;
        Ok(app)
    }

    /// Makes the app without a call to AWS.
    pub(crate) fn new(config: &Config, aws: &SdkConfig) -> anyhow::Result<Self> {
        let settings = aws.clone();
        let ssm = lazily(move || aws_sdk_ssm::Client::new(&settings));
        let parameter = |leaf| config.parameter(leaf);
        let accounts = match config.accounts() {
            Some(text) => Setting::fixed(text.parse().context("ACCOUNTS is invalid")?),
            None => Setting::parameter(&ssm, parameter("credentials"), config.parameter_age),
        };
        let name = match config.table_name() {
            Some(name) => Setting::fixed(name.to_owned()),
            None => Setting::parameter(&ssm, parameter("table"), config.parameter_age),
        };
        let table = Arc::new(Table::new(dynamodb(aws), name));
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
            login: Arc::new(Login::new(accounts)),
            table,
            assets,
            answers: Arc::new(Answers::new(source)),
            memory_use,
            limits,
            ssm,
        })
    }

    /// Makes the clients of AWS now. It takes a while, and belongs on a thread that may block.
    pub(crate) fn make_clients(&self) {
        LazyLock::force(&self.ssm);
        self.table.make_client();
    }

    /// Makes sure that somebody can log in.
    pub(crate) async fn check(&self) -> anyhow::Result<()> {
        self.login.check().await
    }
}

fn dynamodb(aws: &SdkConfig) -> Lazily<aws_sdk_dynamodb::Client> {
    // A body is read at the pace of its readers, and has a time limit of its own.
    let config = aws_sdk_dynamodb::config::Builder::from(aws)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build();
    lazily(|| aws_sdk_dynamodb::Client::from_conf(config))
}
