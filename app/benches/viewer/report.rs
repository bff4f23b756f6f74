//! The printed tables.

use crate::crowd::{Crowd, Honest, Mixed, Sample};
use crate::figures::{Figure, Unit, Wanted};
use crate::login::Login;
use crate::measure::{Case, Outcome, Tally};
use crate::servers::Role;
use crate::start::Start;
use crate::stream::Stream;

/// All results.
#[derive(Default)]
pub(crate) struct Results {
    pub(crate) cases: Vec<(Case, Vec<(Role, Outcome)>)>,
    pub(crate) streams: Vec<Stream>,
    pub(crate) start: Option<Start>,
    pub(crate) crowd: Option<Crowd>,
    pub(crate) login: Option<Login>,
    pub(crate) mixed: Option<Mixed>,
}

pub(crate) const HEADING: &str = "\
 items clients  server          CPU ms/req     req/s    p50 ms    p99 ms   peak MB  CPU/floor  CPU/typed  CPU/before";

pub(crate) const STREAM_HEADING: &str = "\
readers  server      first byte ms  first item ms    whole ms   peak MB";

impl Results {
    /// The result of a server, if it was asked and its answers were right.
    pub(crate) fn tally(&self, case: Case, role: Role) -> Option<&Tally> {
        let (_, outcomes) = self.cases.iter().find(|(its_case, _)| *its_case == case)?;
        tally(outcomes, role)
    }

    /// Whether some server gave a wrong answer.
    pub(crate) fn has_wrong(&self) -> bool {
        let mut outcomes = self.cases.iter().flat_map(|(_, outcomes)| outcomes);
        outcomes.any(|(_, outcome)| outcome.is_err())
            || self.streams.iter().any(|stream| stream.outcome.is_err())
    }
}

fn tally(outcomes: &[(Role, Outcome)], role: Role) -> Option<&Tally> {
    let (_, outcome) = outcomes.iter().find(|(its_role, _)| *its_role == role)?;
    outcome.as_ref().ok()
}

/// One line for each server.
pub(crate) fn case(case: Case, outcomes: &[(Role, Outcome)]) -> String {
    let cpu = |role| tally(outcomes, role).map(Tally::cpu_each);
    let (floor, typed) = (cpu(Role::Floor), cpu(Role::Typed));
    let before = cpu(Role::Before);
    let lines = outcomes.iter().map(|(role, outcome)| {
        let head = format!("{:6} {:7}  {:14}", case.items, case.clients, role.name());
        match outcome {
            Ok(tally) => format!(
                "{head} {:11.3} {:9.0} {:9.2} {:9.2} {:9.1}  {:>9}  {:>9}  {:>10}\n",
                tally.cpu_each(),
                tally.per_second(),
                tally.percentile(50),
                tally.percentile(99),
                tally.peak,
                times(tally.cpu_each(), floor),
                times(tally.cpu_each(), typed),
                times(tally.cpu_each(), before),
            ),
            Err(err) => format!("{head} WRONG: {err:#}\n"),
        }
    });
    lines.collect()
}

fn times(cpu: f64, other: Option<f64>) -> String {
    other.map_or_else(String::new, |other| format!("{:.2}x", cpu / other))
}

pub(crate) fn stream(stream: &Stream) -> String {
    let head = format!("{:7}  {:10}", stream.readers, stream.role.name());
    match &stream.outcome {
        Ok(it) => format!(
            "{head} {:>14} {:>14} {:11.0} {:9.1}\n",
            optional(it.first_byte),
            optional(it.first_item),
            it.whole,
            it.peak
        ),
        Err(err) => format!("{head} WRONG: {err:#}\n"),
    }
}

fn optional(milliseconds: Option<f64>) -> String {
    milliseconds.map_or_else(|| "-".to_owned(), |number| format!("{number:.2}"))
}

pub(crate) fn start(start: &Start) -> String {
    format!(
        "start to the first /ping {:.1} ms, idle memory {:.1} MB\n",
        start.ping, start.idle
    )
}

fn honest(name: &str, honest: &Honest) -> String {
    format!(
        "  {name:14} {:6} pages, {} refused, p50 {:8.1} ms, p99 {:8.1} ms, slowest {:8.1} ms\n",
        honest.pages(),
        honest.refused,
        honest.percentile(50),
        honest.percentile(99),
        honest.percentile(100),
    )
}

pub(crate) fn mixed(mixed: &Mixed) -> String {
    let line = |name: &str, sample: &Sample| {
        format!(
            "  {name:14} {:8.1} MB, {:5.0} files\n",
            sample.resident, sample.files
        )
    };
    let rounds = mixed.rounds.iter().zip(1..);
    let rounds: String = rounds
        .map(|(sample, number)| line(&format!("round {number}"), sample))
        .collect();
    format!(
        "mixed load and troubles, {}\n{}{}{}{rounds}{}  at most {:.1} MB\n",
        mixed.confined,
        honest("in trouble", &mixed.troubled),
        honest("all well", &mixed.well),
        line("before", &mixed.before),
        line("afterwards", &mixed.after),
        mixed.peak,
    )
}

pub(crate) fn crowd(crowd: &Crowd) -> String {
    let crowd_line = format!(
        "  of the crowd, {} idle, {} slow headers, {} that never read and {} slow readers were connected at the end\n",
        crowd.connected[0], crowd.connected[1], crowd.connected[2], crowd.connected[3],
    );
    let group = crowd.group_peak.map_or_else(String::new, |peak| {
        format!(" ({peak:.1} MB with that of the kernel)")
    });
    format!(
        "50 honest users, {}\n{}{}{}{crowd_line}  memory: {:.1} MB before, {:.1} MB at most{group}, {:.1} MB afterwards\n",
        crowd.confined,
        honest("alone", &crowd.alone),
        honest("as it comes", &crowd.arrival),
        honest("in the crowd", &crowd.among_all),
        crowd.before,
        crowd.peak,
        crowd.after,
    )
}

pub(crate) fn login(login: &Login) -> String {
    let lines = login.comparisons.iter().map(|it| {
        format!(
            "  {:52} {:8.1} us and {:8.1} us, t = {:6.2}\n",
            it.name, it.means[0], it.means[1], it.t
        )
    });
    let lines: String = lines.collect();
    format!(
        "refused logins in pairs, {} of each kind\n{lines}",
        login.samples
    )
}

pub(crate) fn figure(figure: &Figure) -> String {
    let (bound, wanted, unit) = match figure.wanted {
        Wanted::AtLeast(least, unit) => ("at least", least, unit),
        Wanted::AtMost(most, unit) => ("at most", most, unit),
    };
    let unit = match unit {
        Unit::Times => "x",
        Unit::Milliseconds => " ms",
        Unit::Megabytes => " MB",
        Unit::Deviations => " standard deviations",
        Unit::Count => "",
    };
    let verdict = if figure.is_reached() { "PASS" } else { "MISS" };
    format!(
        "{verdict}  {:52} {:.2}{unit}, {bound} {wanted}{unit}\n",
        figure.name, figure.measured
    )
}
