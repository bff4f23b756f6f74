//! Says how a connection goes through the network, hop by hop, what the roles of a task allow, and what
//! stops it.

mod api;
mod command;
mod ends;
mod named;
mod permissions;
mod place;
mod prefixes;
mod text;

pub(crate) use self::api::router;
pub(crate) use self::command::run;
use self::ends::Ends;
use self::place::Walk;
use crate::account::Account;
use crate::services::ec2::{self, Blocked};

/// How a connection goes through the network.
#[derive(Debug)]
pub(crate) struct Explanation {
    /// `task of web -> dynamodb, TCP 443`
    pub(crate) title: String,
    /// The hops that let it through.
    pub(crate) passed: Vec<String>,
    /// What stops it.
    pub(crate) blocked: Option<Blocked>,
}

/// Explains the connections from one thing to another, such as `task` to `dynamodb`. If there are
/// several, because there are several subnets, the first that is stopped counts.
///
/// # Errors
/// One sentence for a name that means nothing, or for two ends that never connect.
pub(crate) fn explain(account: &Account, from: &str, to: &str) -> Result<Explanation, String> {
    let ends = Ends::of(account);
    let walks = ends.walks(account, from, to)?;
    let topology = ec2::topology(account);
    let mut first = None;
    for walk in walks {
        let explanation = walk.explain(account, &topology);
        if explanation.blocked.is_some() {
            return Ok(explanation);
        }
        first.get_or_insert(explanation);
    }
    first.ok_or_else(|| format!("{from} has no network interface"))
}

/// The connections that the architecture consists of: those that its page shows.
pub(crate) fn overview(account: &Account) -> Vec<Explanation> {
    let ends = Ends::of(account);
    let topology = ec2::topology(account);
    let questions = ends.questions();
    let answers = questions.into_iter().filter_map(|(from, to)| {
        let walks = ends.walks(account, &from, &to).ok()?;
        let mut explanations = walks.iter().map(|walk| walk.explain(account, &topology));
        let first = explanations.next()?;
        if first.blocked.is_some() {
            return Some(first);
        }
        Some(
            explanations
                .find(|one| one.blocked.is_some())
                .unwrap_or(first),
        )
    });
    answers.collect()
}

impl Walk {
    fn explain(&self, account: &Account, topology: &ec2::Topology) -> Explanation {
        let title = self.title(topology);
        let (passed, blocked) = match self.follow(account, topology) {
            Ok(passed) => (passed, None),
            Err(mut blocked) => (std::mem::take(&mut blocked.passed), Some(blocked)),
        };
        Explanation {
            title,
            passed,
            blocked,
        }
    }

    /// The network first, then the roles: a call that does not arrive is not answered at all.
    fn follow(&self, account: &Account, topology: &ec2::Topology) -> Result<Vec<String>, Blocked> {
        let path = ec2::reach(topology, self.from.end(), self.to.end(), self.port)?;
        let mut passed = path.hops;
        match permissions::check(account, topology, self, path.endpoint) {
            Ok(allowed) => passed.extend(allowed),
            Err(blocked) => return Err(Blocked { passed, ..blocked }),
        }
        Ok(passed)
    }
}
