//! Minutes of honest users, slow clients and a failing AWS at the same time: what grows would show.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::clients::{come, come_and_go};
use super::honest::{Honest, honest};
use super::{raise_file_limit, rest};
use crate::confine::Confined;
use crate::process::Usage;
use crate::servers::{Programs, Server};
use crate::stream::median;
use crate::stub::{Stub, Trouble};

/// Idle clients, slow headers, readers that never read, and readers of 10 KB/s.
const CROWD: [u32; 4] = [500, 200, 50, 20];
/// Clients that connect, ask and go away before the answer ends.
const HASTY: u32 = 20;
const TROUBLES: [Trouble; 6] = [
    Trouble::BreaksOff,
    Trouble::Hangs,
    Trouble::Drips,
    Trouble::Fails,
    Trouble::Garbage,
    Trouble::Renamed,
];
/// How long each trouble lasts, and how long all is well after it.
const PHASE: Duration = Duration::from_secs(5);
/// After a trouble, all must be well within this time.
const RECOVERY: Duration = Duration::from_secs(2);
const SAMPLE: Duration = Duration::from_millis(500);

/// What was measured.
pub(crate) struct Mixed {
    pub(crate) confined: &'static str,
    pub(crate) before: Sample,
    /// The medians of each round of all troubles.
    pub(crate) rounds: Vec<Sample>,
    pub(crate) after: Sample,
    /// Pages while AWS fails, and while all is well.
    pub(crate) troubled: Honest,
    pub(crate) well: Honest,
    pub(crate) peak: f64,
}

/// The memory in MB, and how many files are open.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) resident: f64,
    pub(crate) files: f64,
}

impl Mixed {
    /// By how much a figure has grown from the first third of the rounds to the last third. The first round
    /// of all fills what is kept for later.
    pub(crate) fn growth(&self, figure: fn(&Sample) -> f64) -> f64 {
        let rounds = self.rounds.get(1..).unwrap_or_default();
        let third = rounds.len().div_ceil(3);
        let of = |part: &[Sample]| median(part.iter().map(figure).collect());
        of(&rounds[rounds.len() - third..]) - of(&rounds[..third])
    }
}

/// Runs for this long.
pub(crate) async fn mixed(
    items: u32,
    time: Duration,
    stub: &Stub,
    programs: Programs<'_>,
) -> anyhow::Result<Mixed> {
    raise_file_limit();
    let mut confined = Confined::new();
    // A new name of the table is seen within a phase.
    let variables = [("PARAMETER_AGE", "1"), ("PAGE_TIME", "4")];
    let server = Server::start_in(&mut confined, items, stub, programs, &variables).await?;
    let process = server.process()?;
    honest(server.address, PHASE).await;
    let before = sample(process)?;
    let crowd = come(server.address, CROWD, &Arc::default());
    let hasty = come_and_go(server.address, HASTY);
    let (mut troubled, mut well, mut rounds) = (Honest::default(), Honest::default(), Vec::new());
    let end = Instant::now() + time;
    while Instant::now() < end {
        let samples = watch(process);
        for trouble in TROUBLES {
            stub.set_trouble(trouble);
            troubled.add(honest(server.address, PHASE).await);
            stub.set_trouble(Trouble::None);
            sleep(RECOVERY).await;
            well.add(honest(server.address, PHASE).await);
        }
        rounds.push(samples.end().await?);
    }
    drop((crowd, hasty));
    rest(&server, before.resident).await?;
    let after = sample(process)?;
    let peak = server.usage()?.peak;
    server.end().await?;
    Ok(Mixed {
        confined: confined.how,
        before,
        rounds,
        after,
        troubled,
        well,
        peak,
    })
}

fn sample(process: u32) -> anyhow::Result<Sample> {
    let usage = Usage::of(process)?;
    Ok(Sample {
        resident: usage.resident,
        files: usage.files,
    })
}

/// Samples that are taken until the end.
struct Watch(
    JoinHandle<anyhow::Result<()>>,
    Arc<std::sync::Mutex<Vec<Sample>>>,
);

fn watch(process: u32) -> Watch {
    let samples = Arc::<std::sync::Mutex<Vec<Sample>>>::default();
    let kept = Arc::clone(&samples);
    let task = tokio::spawn(async move {
        loop {
            sleep(SAMPLE).await;
            let sample = sample(process)?;
            kept.lock().expect("nothing panics with it").push(sample);
        }
    });
    Watch(task, samples)
}

impl Watch {
    async fn end(self) -> anyhow::Result<Sample> {
        self.0.abort();
        // An error is why no more samples came.
        if let Ok(ended) = self.0.await {
            ended?;
        }
        let samples = std::mem::take(&mut *self.1.lock().expect("nothing panics with it"));
        let of = |figure: fn(&Sample) -> f64| median(samples.iter().map(figure).collect());
        Ok(Sample {
            resident: of(|sample| sample.resident),
            files: of(|sample| sample.files),
        })
    }
}
