//! How many requests each client has sent lately, for one rate-based rule.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::account::Pace;

/// How often the rates are estimated. AWS says "frequently", and that a limit usually begins and ends
/// within 30 seconds
/// (<https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-caveats.html>).
const INTERVAL: Duration = Duration::from_secs(10);

/// Into how many parts the evaluation window is divided.
const PARTS: u32 = 20;

/// The most clients that one rule limits; those with the highest rates count (from the same page).
const MOST: usize = 10_000;

/// The counts of one rule.
pub(super) struct Rates {
    limit: u64,
    window: Duration,
    parts: VecDeque<Part>,
    limited: HashSet<IpAddr>,
    decided: Option<Instant>,
}

struct Part {
    begun: Instant,
    counts: HashMap<IpAddr, u64>,
}

impl Rates {
    pub(super) fn new(limit: u64, window: Duration) -> Self {
        Self {
            limit,
            window,
            parts: VecDeque::new(),
            limited: HashSet::new(),
            decided: None,
        }
    }

    /// Counts a request. Returns whether its client is limited.
    pub(super) fn is_limited(&mut self, client: IpAddr, now: Instant, pace: Pace) -> bool {
        let is_current = |part: &Part| now.duration_since(part.begun) < self.window / PARTS;
        if !self.parts.back().is_some_and(is_current) {
            self.parts.push_back(Part {
                begun: now,
                counts: HashMap::new(),
            });
        }
        if let Some(part) = self.parts.back_mut() {
            *part.counts.entry(client).or_default() += 1;
        }
        self.decide(now, pace);
        self.limited.contains(&client)
    }

    /// The clients that are limited.
    pub(super) fn limited(&self) -> Vec<IpAddr> {
        let mut limited: Vec<IpAddr> = self.limited.iter().copied().collect();
        limited.sort_unstable();
        limited
    }

    /// Estimates the rates, if it is time.
    pub(super) fn decide(&mut self, now: Instant, pace: Pace) {
        let interval = pace.shrink(INTERVAL);
        let is_time = self
            .decided
            .is_none_or(|decided| now.duration_since(decided) >= interval);
        if !is_time {
            return;
        }
        self.decided = Some(now);
        self.parts
            .retain(|part| now.duration_since(part.begun) < self.window);
        let mut sums: HashMap<IpAddr, u64> = HashMap::new();
        for (client, count) in self.parts.iter().flat_map(|part| &part.counts) {
            *sums.entry(*client).or_default() += count;
        }
        let above = sums.into_iter().filter(|(_, sum)| *sum > self.limit);
        let mut above: Vec<(IpAddr, u64)> = above.collect();
        above.sort_unstable_by_key(|(_, sum)| std::cmp::Reverse(*sum));
        self.limited = above.into_iter().take(MOST).map(|(ip, _)| ip).collect();
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 8));

    #[test]
    fn a_client_is_limited_above_its_limit_and_free_again_after_the_window() {
        let (begin, pace) = (Instant::now(), Pace::new(1.0));
        let at = |seconds| begin + Duration::from_secs(seconds);
        let mut rates = Rates::new(10, Duration::from_mins(1));
        for second in 0..11 {
            assert!(!rates.is_limited(CLIENT, at(second / 2), pace), "{second}");
        }
        // The rate is above the limit, but it is estimated every 10 seconds only.
        assert!(!rates.is_limited(CLIENT, at(9), pace));
        assert!(rates.is_limited(CLIENT, at(10), pace));
        assert!(!rates.is_limited(OTHER, at(10), pace));
        assert_eq!(rates.limited(), [CLIENT]);
        // What is limited counts, too.
        assert!(rates.is_limited(CLIENT, at(59), pace));
        // Only the requests at 59 and at 75 seconds are in the window.
        assert!(!rates.is_limited(CLIENT, at(75), pace));
        assert!(rates.limited().is_empty());
    }

    #[test]
    fn at_pace_0_the_first_request_above_the_limit_is_limited() {
        let (now, pace) = (Instant::now(), Pace::new(0.0));
        let mut rates = Rates::new(10, Duration::from_mins(5));
        let limited = (0..12).map(|_| rates.is_limited(CLIENT, now, pace));
        let free = limited.take_while(|is_limited| !is_limited).count();
        assert_eq!(free, 10);
    }
}
