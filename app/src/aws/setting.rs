use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_ssm::Client;

use super::cached::Cached;
use super::failure::{Call, Failure};
use super::lazy::Lazily;

/// A value that is given at the start, or read from an SSM parameter at run time.
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

    /// The value of the parameter `name`, which is read again when it is older than `age`.
    pub(crate) fn parameter(client: &Lazily<Client>, name: String, age: Duration) -> Self {
        Self::Parameter(Parameter {
            client: Arc::clone(client),
            name,
            age,
            cached: Cached::new(),
        })
    }

    /// The name of the parameter, if it is one.
    pub(crate) fn parameter_name(&self) -> Option<&str> {
        match self {
            Self::Fixed(_) => None,
            Self::Parameter(parameter) => Some(&parameter.name),
        }
    }

    /// The value, not older than the age at which parameters are read again.
    pub(crate) async fn current(&self) -> Result<Arc<T>, Failure> {
        match self {
            Self::Fixed(value) => Ok(Arc::clone(value)),
            Self::Parameter(parameter) => {
                let now = Instant::now();
                // The clock may have started later than that: then no value is too old.
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
        let response = request
            .send()
            .await
            .map_err(|err| Failure::of(call, &err))?;
        let text = response
            .parameter
            .and_then(|parameter| parameter.value)
            .ok_or_else(|| Failure::unreadable(call))?;
        text.trim()
            .parse()
            .map_err(|err: T::Err| Failure::unusable(&self.name, &err.to_string()))
    }
}
