use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future;
use aws_credential_types::provider::{ProvideCredentials, Result, SharedCredentialsProvider};
use futures_util::FutureExt;

/// When credentials that expire are asked for again, long before they do: AWS may reject them earlier,
/// and an endpoint that fails then has time to recover.
const AGE: Duration = Duration::from_mins(5);

/// The credentials of another provider, in time. The last good ones are used until they expire.
#[derive(Debug)]
pub(super) struct LastGood {
    provider: SharedCredentialsProvider,
    limit: Duration,
    last: Mutex<Option<Credentials>>,
}

impl LastGood {
    pub(super) fn new(provider: SharedCredentialsProvider, limit: Duration) -> Self {
        Self {
            provider,
            limit,
            last: Mutex::default(),
        }
    }

    async fn get(&self) -> Result {
        let given = self.ask().await;
        let now = SystemTime::now();
        let mut last = self.lock();
        if let Some(last) = last.as_ref().filter(|last| is_valid(last, now)) {
            match &given {
                Ok(given) if is_valid(given, now) => {}
                Ok(_) => return Ok(for_now(last.clone(), now)),
                Err(err) => {
                    tracing::warn!(error = %err, "the previous credentials stay in use");
                    return Ok(for_now(last.clone(), now));
                }
            }
        }
        let given = given?;
        *last = Some(given.clone());
        Ok(for_now(given, now))
    }

    /// The provider of IMDS panics if the name of the role that it gets cannot be a part of a URL.
    async fn ask(&self) -> Result {
        let given = AssertUnwindSafe(self.provider.provide_credentials()).catch_unwind();
        match tokio::time::timeout(self.limit, given).await {
            Ok(Ok(given)) => given,
            Ok(Err(_)) => Err(CredentialsError::unhandled("the provider has panicked")),
            Err(_) => Err(CredentialsError::provider_timed_out(self.limit)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Credentials>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProvideCredentials for LastGood {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.get())
    }

    fn fallback_on_interrupt(&self) -> Option<Credentials> {
        self.provider.fallback_on_interrupt()
    }
}

fn is_valid(credentials: &Credentials, now: SystemTime) -> bool {
    credentials.expiry().is_none_or(|expiry| expiry > now)
}

/// The credentials with an earlier end, at which the SDK asks for them again.
fn for_now(mut credentials: Credentials, now: SystemTime) -> Credentials {
    if let Some(expiry) = credentials.expiry_mut() {
        *expiry = (*expiry).min(now + AGE);
    }
    credentials
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives these credentials once, and fails after that.
    #[derive(Debug)]
    struct Once(Mutex<Option<Credentials>>);

    impl ProvideCredentials for Once {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let given = self.0.lock().unwrap().take();
            let given = given.ok_or_else(|| CredentialsError::provider_error("away"));
            future::ProvideCredentials::ready(given)
        }
    }

    async fn get_twice(expiry: Option<SystemTime>) -> [Result; 2] {
        let given = Credentials::new("key", "secret", None, expiry, "test");
        let once = SharedCredentialsProvider::new(Once(Mutex::new(Some(given))));
        let credentials = LastGood::new(once, Duration::from_mins(1));
        [credentials.get().await, credentials.get().await]
    }

    #[tokio::test]
    async fn the_last_credentials_are_used_until_they_expire() {
        let hour = Duration::from_hours(1);
        let [first, second] = get_twice(Some(SystemTime::now() + hour)).await;
        assert_eq!(first.unwrap().access_key_id(), "key");
        let second = second.unwrap();
        assert_eq!(second.access_key_id(), "key");
        assert!(second.expiry().unwrap() < SystemTime::now() + hour / 2);
        let [first, second] = get_twice(Some(SystemTime::now() - hour)).await;
        assert_eq!(
            first.unwrap().access_key_id(),
            "key",
            "the clock may be wrong"
        );
        second.unwrap_err();
    }

    #[tokio::test]
    async fn a_provider_that_hangs_is_given_up() {
        #[derive(Debug)]
        struct Hangs;
        impl ProvideCredentials for Hangs {
            fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
            where
                Self: 'a,
            {
                future::ProvideCredentials::new(std::future::pending())
            }
        }
        let hangs = SharedCredentialsProvider::new(Hangs);
        let credentials = LastGood::new(hangs, Duration::from_millis(5));
        let err = credentials.get().await.unwrap_err();
        assert!(
            matches!(err, CredentialsError::ProviderTimedOut(_)),
            "{err:?}"
        );
    }
}
