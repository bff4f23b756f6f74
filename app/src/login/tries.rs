use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::time::{Duration, Instant};

/// How many failed logins there may be within a period.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quota {
    pub(super) tries: usize,
    pub(super) period: Duration,
}

/// The failed logins of a period, by who made them. There are never more than a quota within any period.
#[derive(Debug)]
pub(super) struct Tries<K> {
    quota: Quota,
    /// How many keys are kept. This limits the memory while many addresses guess.
    capacity: usize,
    times: HashMap<K, Times>,
}

#[derive(Debug, Default)]
struct Times {
    times: VecDeque<Instant>,
    /// Is kept however many others there are.
    is_kept: bool,
}

impl<K: Copy + Eq + Hash> Tries<K> {
    pub(super) fn new(quota: Quota, capacity: usize) -> Self {
        Self {
            quota,
            capacity,
            times: HashMap::new(),
        }
    }

    /// How long to wait until the next try; `None` if there is one left.
    pub(super) fn wait(&self, key: &K, now: Instant) -> Option<Duration> {
        let Quota { tries, period } = self.quota;
        let times = &self.times.get(key)?.times;
        let oldest = times.len().checked_sub(tries)?;
        let free = *times.get(oldest)? + period;
        (free > now).then(|| free - now)
    }

    /// Counts a failed login. Returns whether it was the last one for now.
    pub(super) fn add(&mut self, key: K, now: Instant, is_kept: bool) -> bool {
        if self.times.len() >= self.capacity && !self.times.contains_key(&key) {
            self.make_room(now);
        }
        let times = self.times.entry(key).or_default();
        times.is_kept = is_kept;
        times.times.push_back(now);
        if times.times.len() > self.quota.tries {
            times.times.pop_front();
        }
        self.wait(&key, now).is_some()
    }

    /// Forgets who has not tried within the period. If that is too few, forgets the older half of the others.
    fn make_room(&mut self, now: Instant) {
        let period = self.quota.period;
        self.times
            .retain(|_, times| times.last().is_some_and(|last| last + period > now));
        let others = self.times.values().filter(|times| !times.is_kept);
        let mut lasts: Vec<_> = others.filter_map(Times::last).collect();
        if self.times.len() < self.capacity || lasts.is_empty() {
            return;
        }
        let middle = lasts.len() / 2;
        let (_, &mut cut, _) = lasts.select_nth_unstable(middle);
        self.times
            .retain(|_, times| times.is_kept || times.last() > Some(cut));
    }
}

impl Times {
    fn last(&self) -> Option<Instant> {
        self.times.back().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);
    const QUOTA: Quota = Quota {
        tries: 10,
        period: MINUTE,
    };

    #[test]
    fn no_minute_has_more_tries_than_the_quota() {
        let (mut tries, start) = (Tries::new(QUOTA, 8), Instant::now());
        let mut allowed = Vec::new();
        for step in 0..600 {
            let now = start + Duration::from_secs(step);
            if tries.wait(&1, now).is_none() {
                tries.add(1, now, false);
                allowed.push(now);
            }
        }
        assert_eq!(allowed.len(), 100);
        for window in allowed.windows(11) {
            assert!(window[10] - window[0] >= MINUTE);
        }
    }

    #[test]
    fn the_time_to_wait_ends_with_the_oldest_try() {
        let (mut tries, start) = (Tries::new(QUOTA, 8), Instant::now());
        for second in 0..10 {
            let now = start + Duration::from_secs(second);
            assert_eq!(tries.wait(&1, now), None);
            assert_eq!(tries.add(1, now, false), second == 9);
        }
        let later = start + Duration::from_secs(20);
        assert_eq!(tries.wait(&1, later), Some(Duration::from_secs(40)));
        assert_eq!(tries.wait(&2, later), None);
        assert_eq!(tries.wait(&1, start + MINUTE), None);
    }

    #[test]
    fn the_memory_is_bounded_and_what_is_kept_stays() {
        let (mut tries, start) = (Tries::new(QUOTA, 100), Instant::now());
        for _ in 0..10 {
            tries.add(0, start, true);
        }
        for key in 1..10_000 {
            tries.add(key, start + Duration::from_millis(key), false);
            assert!(tries.times.len() <= 100);
        }
        let later = start + Duration::from_secs(10);
        assert!(tries.wait(&0, later).is_some());
        assert!(tries.times.contains_key(&9_999), "the newest is there");
    }
}
