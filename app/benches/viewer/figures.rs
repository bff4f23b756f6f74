//! The figures to reach, each with what was measured.

use crate::crowd::Sample;
use crate::measure::{Case, Tally};
use crate::report::Results;
use crate::servers::Role;

/// The goal for one measured number.
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) wanted: Wanted,
    pub(crate) measured: f64,
}

#[derive(Clone, Copy)]
pub(crate) enum Wanted {
    AtLeast(f64, Unit),
    AtMost(f64, Unit),
}

#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Times,
    Milliseconds,
    Megabytes,
    Deviations,
    Count,
}

use Unit::{Count, Deviations, Megabytes, Milliseconds, Times};
use Wanted::{AtLeast, AtMost};

impl Figure {
    pub(crate) fn is_reached(&self) -> bool {
        match self.wanted {
            AtLeast(least, _) => self.measured >= least,
            AtMost(most, _) => self.measured <= most,
        }
    }
}

/// The figures for which something was measured.
pub(crate) fn figures(results: &Results) -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut add = |name: String, wanted, measured: Option<f64>| {
        figures.extend(measured.map(|measured| Figure {
            name,
            wanted,
            measured,
        }));
    };
    for (items, clients, least) in [(100, 1, 2.0), (5000, 1, 5.0), (100, 128, 20.0)] {
        add(
            format!("less CPU than typed: {items} items, {clients} clients"),
            AtLeast(least, Times),
            ratio(results, items, clients, Role::Typed).map(f64::recip),
        );
    }
    for (items, clients, most) in [
        (5000, 1, 4.0),
        (3, 128, 1.0),
        (100, 128, 1.0),
        (5000, 128, 1.0),
    ] {
        add(
            format!("CPU against the floor: {items} items, {clients} clients"),
            AtMost(most, Times),
            ratio(results, items, clients, Role::Floor),
        );
    }
    add(
        "peak memory: 5000 items, 128 clients".to_owned(),
        AtMost(64.0, Megabytes),
        ours(results, 5000, 128).map(|tally| tally.peak),
    );
    let streamed = |readers| {
        let mut streams = results.streams.iter();
        let stream = streams.find(|it| it.role == Role::Showtable && it.readers == readers);
        stream.and_then(|stream| stream.outcome.as_ref().ok())
    };
    add(
        "first byte after the backend's: 100,000 items".to_owned(),
        AtMost(5.0, Milliseconds),
        streamed(1).and_then(|it| it.first_byte),
    );
    for (readers, most) in [(1, 32.0), (16, 96.0)] {
        add(
            format!("peak memory: 100,000 items, {readers} readers"),
            AtMost(most, Megabytes),
            streamed(readers).map(|it| it.peak),
        );
    }
    let start = results.start.as_ref();
    add(
        "start to the first /ping".to_owned(),
        AtMost(10.0, Milliseconds),
        start.map(|it| it.ping),
    );
    add(
        "idle memory".to_owned(),
        AtMost(10.0, Megabytes),
        start.map(|it| it.idle),
    );
    add(
        "less CPU than dynamodb-admin: 100 items, 16 clients".to_owned(),
        AtLeast(20.0, Times),
        ratio(results, 100, 16, Role::DynamodbAdmin).map(f64::recip),
    );
    figures.extend(crowd_and_login(results));
    figures
}

fn crowd_and_login(results: &Results) -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut add = |name: String, wanted, measured: Option<f64>| {
        figures.extend(measured.map(|measured| Figure {
            name,
            wanted,
            measured,
        }));
    };
    if let Some(crowd) = &results.crowd {
        let limit = 2.0 * crowd.alone.percentile(99) + 1000.0;
        let name = "a page in the crowd: p99";
        add(
            name.to_owned(),
            AtMost(limit, Milliseconds),
            Some(crowd.among_all.percentile(99)),
        );
        let name = "a page while the crowd comes: p99";
        add(
            name.to_owned(),
            AtMost(limit, Milliseconds),
            Some(crowd.arrival.percentile(99)),
        );
        let refused = crowd.arrival.refused + crowd.among_all.refused;
        add(
            "pages that were refused".to_owned(),
            AtMost(0.0, Count),
            Some(f64::from(refused)),
        );
        add(
            "peak memory in the crowd".to_owned(),
            AtMost(256.0, Megabytes),
            Some(crowd.peak),
        );
        let kept = crowd.after - crowd.before;
        add(
            "memory that is not given back".to_owned(),
            AtMost(10.0, Megabytes),
            Some(kept),
        );
    }
    if let Some(mixed) = &results.mixed {
        type Value = fn(&Sample) -> f64;
        let growths: [(_, _, Value); 2] = [
            (
                "mixed load: growth of memory",
                AtMost(10.0, Megabytes),
                |it| it.resident,
            ),
            (
                "mixed load: growth of open files",
                AtMost(20.0, Count),
                |it| it.files,
            ),
        ];
        for (name, wanted, figure) in growths {
            add(name.to_owned(), wanted, Some(mixed.growth(figure)));
        }
        add(
            "mixed load: memory that is not given back".to_owned(),
            AtMost(10.0, Megabytes),
            Some(mixed.after.resident - mixed.before.resident),
        );
        // The connections to AWS of the busiest moment are kept for a while.
        add(
            "mixed load: files that stay open".to_owned(),
            AtMost(64.0, Count),
            Some(mixed.after.files - mixed.before.files),
        );
        add(
            "mixed load: pages that were refused while all is well".to_owned(),
            AtMost(0.0, Count),
            Some(f64::from(mixed.well.refused)),
        );
    }
    if let Some(login) = &results.login {
        for it in &login.comparisons {
            // More than this would be a difference that chance makes once in 100,000 times.
            let wanted = if it.is_control {
                AtLeast(4.5, Deviations)
            } else {
                AtMost(4.5, Deviations)
            };
            add(it.name.to_owned(), wanted, Some(it.t.abs()));
        }
    }
    figures
}

/// The CPU time of the viewer for a request, as a multiple of another server's.
fn ratio(results: &Results, items: u32, clients: u32, role: Role) -> Option<f64> {
    let other = results.tally(Case { items, clients }, role)?;
    Some(ours(results, items, clients)?.cpu_each() / other.cpu_each())
}

fn ours(results: &Results, items: u32, clients: u32) -> Option<&Tally> {
    results.tally(Case { items, clients }, Role::Showtable)
}
