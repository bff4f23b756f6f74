use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::warn;

use super::accounts::Verdict;
use super::client::Client;
use super::digest::{Credentials, Digest};
use super::known::Known;
use super::tries::{Quota, Tries};

const HOUR: Duration = Duration::from_hours(1);
/// The failed logins of one client.
const CLIENT: Quota = Quota {
    tries: 10,
    period: Duration::from_mins(1),
};
/// The failed logins at one account, 100 an hour together: those from anywhere, and those from where its user has
/// logged in before. A guesser who uses up the first ones does not lock out the user.
const STRANGERS: Quota = Quota {
    tries: 80,
    period: HOUR,
};
const ITS_USER: Quota = Quota {
    tries: 20,
    period: HOUR,
};
/// How many clients and accounts are counted.
const CLIENTS: usize = 16_384;
const ACCOUNTS: usize = 4096;

/// Slows down those who guess passwords, and nobody else: a login that succeeds counts nowhere.
#[derive(Debug)]
pub(super) struct Guard(Mutex<State>);

#[derive(Debug)]
struct State {
    clients: Tries<Client>,
    strangers: Tries<Digest>,
    its_user: Tries<Digest>,
    known: Known,
}

/// Why a login is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Refused {
    Wrong,
    /// There were too many wrong ones. This one was not looked at.
    TooMany(Duration),
}

impl Guard {
    pub(super) fn new() -> Self {
        Self(Mutex::new(State {
            clients: Tries::new(CLIENT, CLIENTS),
            strangers: Tries::new(STRANGERS, ACCOUNTS),
            its_user: Tries::new(ITS_USER, ACCOUNTS),
            known: Known::default(),
        }))
    }

    /// Decides about a login. A name that does not exist is counted as one that does: the answers to both, and
    /// their times, are the same.
    pub(super) fn decide(
        &self,
        client: Client,
        credentials: &Credentials,
        verdict: Verdict,
        now: Instant,
    ) -> Result<(), Refused> {
        let Credentials { user, pair } = *credentials;
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *state;
        // A password that was right here before is no guess. Else all users of an address could be locked out by
        // one of them.
        let is_known = state.known.has(client, pair) & verdict.is_right;
        let at_account = if state.known.has(client, user) {
            &mut state.its_user
        } else {
            &mut state.strangers
        };
        let wait = state
            .clients
            .wait(&client, now)
            .max(at_account.wait(&user, now));
        if let Some(wait) = wait.filter(|_| !is_known) {
            return Err(Refused::TooMany(wait));
        }
        if verdict.is_right {
            state.known.remember(client, user, now);
            state.known.remember(client, pair, now);
            return Ok(());
        }
        let is_last_of_client = state.clients.add(client, now, false);
        let is_last_at_account = at_account.add(user, now, verdict.exists);
        if is_last_of_client || is_last_at_account {
            warn!(%client, is_last_of_client, is_last_at_account, "too many failed logins");
        }
        Err(Refused::Wrong)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::login::Role;

    struct Scene {
        guard: Guard,
        now: Instant,
    }

    impl Scene {
        fn new() -> Self {
            Self {
                guard: Guard::new(),
                now: Instant::now(),
            }
        }

        /// There is one account, `anna:right`.
        fn login(&self, address: u32, user: &str, password: &str) -> Result<(), Refused> {
            let client = Client::from(IpAddr::from(address.to_be_bytes()));
            let verdict = Verdict {
                is_right: (user, password) == ("anna", "right"),
                exists: user == "anna",
                role: Role::default(),
            };
            let credentials = Credentials::new(user, password);
            self.guard.decide(client, &credentials, verdict, self.now)
        }

        /// How many guesses at anna are looked at within `seconds`, each from another address.
        fn guesses(&mut self, seconds: u32) -> usize {
            let mut looked_at = 0;
            for second in 0..seconds {
                self.now += Duration::from_secs(1);
                let guessed = self.login(1_000_000 + second, "anna", "guess");
                looked_at += usize::from(guessed == Err(Refused::Wrong));
            }
            looked_at
        }
    }

    fn is_too_many(outcome: Result<(), Refused>) -> bool {
        matches!(outcome, Err(Refused::TooMany(_)))
    }

    #[test]
    fn one_address_has_ten_tries_a_minute_whatever_names_it_gives() {
        let mut scene = Scene::new();
        for number in 0..10 {
            let user = format!("user-{number}");
            assert_eq!(scene.login(1, &user, "guess"), Err(Refused::Wrong));
        }
        assert!(is_too_many(scene.login(1, "anna", "guess")));
        assert!(
            is_too_many(scene.login(1, "anna", "right")),
            "not even then"
        );
        assert_eq!(scene.login(2, "anna", "right"), Ok(()));
        scene.now += Duration::from_mins(1);
        assert_eq!(scene.login(1, "anna", "right"), Ok(()));
    }

    #[test]
    fn one_account_has_a_hundred_tries_an_hour_from_anywhere() {
        let mut scene = Scene::new();
        assert_eq!(scene.guesses(3_500), 80);
        assert!(
            is_too_many(scene.login(7, "anna", "right")),
            "it may be a guess"
        );
        assert_eq!(scene.login(7, "berta", "guess"), Err(Refused::Wrong));
        let is_looked_at =
            |address: u32| scene.login(50 + address, "berta", "guess") == Err(Refused::Wrong);
        let at_berta = (0..100).filter(|&address| is_looked_at(address)).count();
        assert_eq!(at_berta, 79, "it is counted for itself");
    }

    #[test]
    fn the_user_of_an_attacked_account_logs_in_where_it_has_before() {
        let mut scene = Scene::new();
        assert_eq!(scene.login(1, "anna", "right"), Ok(()));
        scene.guesses(200);
        assert_eq!(scene.login(1, "anna", "right"), Ok(()));
        assert_eq!(scene.login(1, "anna", "mistyped"), Err(Refused::Wrong));
        // Even a guesser behind the same address does not lock out who has logged in.
        while !is_too_many(scene.login(1, "anna", "guess")) {}
        assert_eq!(scene.login(1, "anna", "right"), Ok(()));
    }

    #[test]
    fn a_guesser_at_the_address_of_the_user_has_a_hundred_tries_too() {
        let mut scene = Scene::new();
        assert_eq!(scene.login(1, "anna", "right"), Ok(()));
        let from_anywhere = scene.guesses(1_000);
        let mut from_there = 0;
        for _ in 0..2_000 {
            scene.now += Duration::from_secs(1);
            let guessed = scene.login(1, "anna", "guess");
            from_there += usize::from(guessed == Err(Refused::Wrong));
        }
        assert_eq!(from_anywhere + from_there, 100);
    }

    #[test]
    fn a_login_that_succeeds_counts_nowhere() {
        let scene = Scene::new();
        for _ in 0..1_000 {
            assert_eq!(scene.login(1, "anna", "right"), Ok(()));
        }
        assert_eq!(scene.login(1, "anna", "mistyped"), Err(Refused::Wrong));
    }
}
