//! A value that is given at the start, or that an SSM parameter says at run time.

use std::{
    fmt::Display,
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};

use aws_sdk_ssm::Client;

use crate::{
    app::Lazily,
    cached::Cached,
    failure::{Call, Failure},
};

/// Where a value comes from.
#[derive(Debug)]
pub(crate) enum Setting<T> {
    Fixed(Arc<T>),
    Parameter(Parameter<T>),
}

/// An SSM parameter, kept for a short while.
#[derive(Debug)]
pub(crate) struct Parameter<T> {
    client: Lazily<Client>,
    name: String,
    age: Duration,
    cached: Cached<T, Failure>,
}

impl<T: FromStr<Err: Display>> Setting<T> {
    pub(crate) fn fixed(value: T) -> Self {
        Self::Fixed(Arc::new(value))
    }

    pub(crate) fn parameter((client, name, age): (Lazily<Client>, String, Duration)) -> Self {
        Self::Parameter(Parameter {
            client,
            name,
            age,
            cached: Cached::new(),
        })
    }

    /// The name of the parameter, if it is one.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Fixed(_) => "",
            Self::Parameter(parameter) => &parameter.name,
        }
    }

    /// The value, not older than the age at which parameters are read again.
    pub(crate) async fn current(&self) -> Result<Arc<T>, Failure> {
        match self {
            Self::Fixed(value) => Ok(Arc::clone(value)),
            Self::Parameter(parameter) => {
                let now = Instant::now();
                // The clock may have started less than that age ago: then no value is too old.
                parameter.since(now.checked_sub(parameter.age)).await
            }
        }
    }

    /// The value as it was at `oldest` or later.
    pub(crate) async fn since(&self, oldest: Instant) -> Result<Arc<T>, Failure> {
        match self {
            Self::Fixed(value) => Ok(Arc::clone(value)),
            Self::Parameter(parameter) => parameter.since(Some(oldest)).await,
        }
    }
}

impl<T: FromStr<Err: Display>> Parameter<T> {
    async fn since(&self, oldest: Option<Instant>) -> Result<Arc<T>, Failure> {
        self.cached.since(oldest, async || self.fetch().await).await
    }

    async fn fetch(&self) -> Result<T, Failure> {
        let call = Call {
            action: "ssm:GetParameter",
            noun: "parameter",
            name: &self.name,
        };
        let request = self
            .client
            .get_parameter()
            .name(&self.name)
            .with_decryption(true);
        let answer = request
            .send()
            .await
            .map_err(|error| Failure::of(call, &error))?;
        let text = answer
            .parameter
            .and_then(|parameter| parameter.value)
            .unwrap_or_default();
        text.trim()
            .parse()
            .map_err(|error: T::Err| Failure::unusable(&self.name, &error.to_string()))
    }
}
