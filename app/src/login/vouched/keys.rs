use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use connect::Getter;
use tracing::info;
use uuid::Uuid;

use super::key::Key;

/// How long a key may take.
const TIME: Duration = Duration::from_secs(3);
/// The largest answer that is read. A key has 180 bytes.
const LARGEST: usize = 4096;
/// How many keys are remembered, and how many ids of no key.
const CAPACITY: usize = 64;
/// How long an id of no key is not asked for again.
const PAUSE: Duration = Duration::from_mins(1);

/// The public keys of load balancers. A key with a new id is read once, and one at a time.
#[derive(Debug)]
pub(super) struct PublicKeys {
    url: String,
    client: LazyLock<Getter>,
    state: Mutex<State>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    keys: HashMap<Uuid, Arc<Key>>,
    missing: HashMap<Uuid, Instant>,
    /// When the last attempt ended, if it failed, and why.
    failed: Option<(Instant, String)>,
}

/// Why there is no key.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Unknown {
    /// No load balancer has it.
    Missing,
    /// Nobody knows: the keys cannot be read.
    Unread(String),
}

impl PublicKeys {
    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            client: LazyLock::new(Getter::new),
            state: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    pub(super) fn make_client(&self) {
        LazyLock::force(&self.client);
    }

    pub(super) async fn get(&self, id: Uuid) -> Result<Arc<Key>, Unknown> {
        if let Some(known) = self.lock().known(id) {
            return known;
        }
        let arrived = Instant::now();
        let waiting = tokio::time::timeout(2 * TIME, self.turn.lock()).await;
        let _turn = waiting.map_err(|_| Unknown::Unread("others wait for a key too".to_owned()))?;
        {
            let state = self.lock();
            if let Some(known) = state.known(id) {
                return known;
            }
            // Those who have waited share a failure: one request at a time finds out.
            if let Some((ended, why)) = &state.failed
                && *ended >= arrived
            {
                return Err(Unknown::Unread(why.clone()));
            }
        }
        let read = self.read(id).await;
        self.lock().remember(id, &read);
        read
    }

    async fn read(&self, id: Uuid) -> Result<Arc<Key>, Unknown> {
        let unread =
            |why: &str| Unknown::Unread(format!("the key {id} of the load balancer: {why}"));
        let url = format!("{}/{id}", self.url);
        let answer = tokio::time::timeout(TIME, self.client.get(&url, LARGEST)).await;
        let answer = answer.map_err(|_| unread("no answer in time"))?;
        let (status, body) = answer.map_err(|err| unread(&err.to_string()))?;
        match status {
            200 => {
                let key = std::str::from_utf8(&body).ok().and_then(Key::read);
                let key = key.ok_or_else(|| unread("this is no public key"))?;
                info!(key = %id, "a public key of the load balancer was read");
                Ok(Arc::new(key))
            }
            // The keys are in S3, which forbids what is not there.
            403 | 404 => Err(Unknown::Missing),
            other => Err(unread(&format!("the status is {other}"))),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn known(&self, id: Uuid) -> Option<Result<Arc<Key>, Unknown>> {
        if let Some(key) = self.keys.get(&id) {
            return Some(Ok(Arc::clone(key)));
        }
        let asked = self.missing.get(&id)?;
        (asked.elapsed() < PAUSE).then_some(Err(Unknown::Missing))
    }

    fn remember(&mut self, id: Uuid, read: &Result<Arc<Key>, Unknown>) {
        self.failed = None;
        match read {
            Ok(key) => {
                make_room(&mut self.keys);
                self.keys.insert(id, Arc::clone(key));
            }
            Err(Unknown::Missing) => {
                make_room(&mut self.missing);
                self.missing.insert(id, Instant::now());
            }
            Err(Unknown::Unread(why)) => self.failed = Some((Instant::now(), why.clone())),
        }
    }
}

/// Only a flood of ids fills a map. What is then forgotten is read again.
fn make_room<T>(map: &mut HashMap<Uuid, T>) {
    if map.len() >= CAPACITY {
        map.clear();
    }
}
