use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_ssm::Client;

use super::cached::{Cached, Pause, Stale};
use super::failure::{Call, Failure};
use super::lazy::Lazily;

/// Without a value, the next request after a failure asks again: it is right at once when SSM is.
const PAUSE: Pause = Pause {
    with_value: Duration::from_secs(1),
    without: Duration::ZERO,
};

/// An idle service does not read a parameter more often.
const LEAST_AGE: Duration = Duration::from_secs(1);

/// How long a request waits if its value is stale, since nobody has tried to read it again.
const PATIENCE: Duration = Duration::from_secs(1);

/// A value that is given at the start, or read from an SSM parameter at run time.
#[derive(Debug)]
pub(crate) enum Setting<T> {
    Fixed(Arc<T>),
    Parameter(Parameter<T>),
}

/// An SSM parameter. Only a valid value replaces the one before.
#[derive(Debug)]
pub(crate) struct Parameter<T> {
    client: Lazily<Client>,
    name: String,
    age: Duration,
    stale: Stale,
    cached: Cached<T>,
}

impl<T: FromStr<Err: Display> + Send + Sync + 'static> Setting<T> {
    pub(crate) fn fixed(value: T) -> Self {
        Self::Fixed(Arc::new(value))
    }

    /// The value of the parameter `name`. If it is older than `age` when it is used, it is read again
    /// behind the request.
    pub(crate) fn parameter(client: &Lazily<Client>, name: String, age: Duration) -> Self {
        Self::Parameter(Parameter {
            client: Arc::clone(client),
            name,
            // It is read in the last quarter of this time, and is never older.
            age: age * 3 / 4,
            stale: Stale {
                age: age * 2,
                patience: PATIENCE,
            },
            cached: Cached::new(PAUSE),
        })
    }

    /// The name of the parameter, if it is one.
    pub(crate) fn parameter_name(&self) -> Option<&str> {
        match self {
            Self::Fixed(_) => None,
            Self::Parameter(parameter) => Some(&parameter.name),
        }
    }

    /// The value, at once if it is known. SSM may be away.
    pub(crate) async fn current(&self) -> Result<Arc<T>, Failure> {
        match self {
            Self::Fixed(value) => Ok(Arc::clone(value)),
            Self::Parameter(parameter) => {
                let fetch = || parameter.fetch();
                parameter.cached.current(parameter.age, fetch).await
            }
        }
    }

    /// The value, at once if it is known and not stale. This process may have been stopped for a while: what
    /// was revoked meanwhile must not count any more.
    pub(crate) async fn recent(&self) -> Result<Arc<T>, Failure> {
        match self {
            Self::Fixed(value) => Ok(Arc::clone(value)),
            Self::Parameter(parameter) => {
                let (age, stale) = (parameter.age, Some(parameter.stale));
                let fetch = || parameter.fetch();
                parameter.cached.recent(age, stale, fetch).await
            }
        }
    }

    /// The value as it was at `oldest` or later; an older one if SSM is away.
    pub(crate) async fn since(&self, oldest: Instant) -> Result<Arc<T>, Failure> {
        match self {
            Self::Fixed(value) => Ok(Arc::clone(value)),
            Self::Parameter(parameter) => {
                parameter.cached.since(oldest, || parameter.fetch()).await
            }
        }
    }

    /// Reads the parameter again whenever it is old, for ever: a service without requests must know
    /// its newest value, too.
    pub(crate) async fn keep_fresh(&self) {
        let Self::Parameter(parameter) = self else {
            return std::future::pending().await;
        };
        loop {
            // After a failure the value is older than that.
            let left = parameter.age.saturating_sub(parameter.cached.age());
            tokio::time::sleep(left.max(LEAST_AGE)).await;
            // A failure is in the log already, and the requests get it if there is no value.
            let _ = self.current().await;
        }
    }
}

impl<T: FromStr<Err: Display> + Send + Sync + 'static> Parameter<T> {
    fn fetch(&self) -> impl Future<Output = Result<T, Failure>> + Send + 'static {
        let (client, name) = (Arc::clone(&self.client), self.name.clone());
        async move {
            let text = read(&client, &name).await?;
            text.trim()
                .parse()
                .map_err(|err: T::Err| Failure::unusable(&name, &err.to_string()))
        }
    }
}

/// Reads the text of a parameter. A response about another parameter is not one.
async fn read(client: &Client, name: &str) -> Result<String, Failure> {
    let call = Call {
        action: "ssm:GetParameter",
        noun: "parameter",
        name,
    };
    let request = client.get_parameter().name(name).with_decryption(true);
    let response = request
        .send()
        .await
        .map_err(|err| Failure::of(call, &err))?;
    response
        .parameter
        .filter(|parameter| parameter.name().is_none_or(|it| it == name))
        .and_then(|parameter| parameter.value)
        .ok_or_else(|| Failure::unreadable(call))
}
