use std::collections::HashMap;
use std::time::Instant;

use super::client::Client;
use super::digest::Digest;

/// How many logins are remembered.
const CAPACITY: usize = 8192;

/// Who has logged in from where: by user, and by user and password. Only a login that succeeds adds to it, so
/// that no guesser can fill it.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<(Client, Digest), Instant>);

impl Known {
    pub(super) fn has(&self, client: Client, digest: Digest) -> bool {
        self.0.contains_key(&(client, digest))
    }

    pub(super) fn remember(&mut self, client: Client, digest: Digest, now: Instant) {
        if self.0.len() >= CAPACITY && !self.has(client, digest) {
            self.forget_half();
        }
        self.0.insert((client, digest), now);
    }

    fn forget_half(&mut self) {
        let mut uses: Vec<_> = self.0.values().copied().collect();
        let middle = uses.len() / 2;
        let (_, &mut cut, _) = uses.select_nth_unstable(middle);
        self.0.retain(|_, used| *used > cut);
    }
}
