//! The permissions of the developer: the policy of `--caller-policy`, and the file of
//! `--record-permissions`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, anyhow};
use serde_json::Value;

use super::access::Access;
use super::document::{Document, Kind, parse};
use super::policies::{Policies, PolicyType};
use super::record::Record;

/// What the developer may do, and what they did.
#[derive(Default)]
pub(crate) struct Permissions {
    policy: Option<Arc<Vec<Policies>>>,
    record: Option<(PathBuf, Mutex<Record>)>,
}

impl Permissions {
    /// Reads the policy, and begins the record.
    ///
    /// # Errors
    /// One sentence if the policy cannot be read or is wrong, or the record cannot be written.
    pub(crate) fn open(policy: Option<&Path>, record: Option<&Path>) -> Result<Self> {
        let policy = policy.map(read_policy).transpose()?;
        let policy = policy.map(|document| {
            Arc::new(vec![Policies {
                documents: vec![document],
                of_type: PolicyType::Identity,
            }])
        });
        let record = record.map(|file| {
            let empty = Record::default();
            write(file, &empty).with_context(|| {
                format!("the permissions cannot be recorded in {}", file.display())
            })?;
            Ok::<_, anyhow::Error>((file.to_owned(), Mutex::new(empty)))
        });
        Ok(Self {
            policy,
            record: record.transpose()?,
        })
    }

    /// Whether the developer is restricted or observed.
    pub(super) fn matter(&self) -> bool {
        self.policy.is_some() || self.record.is_some()
    }

    /// The policy of the developer, if they are no administrator.
    pub(super) fn of_caller(&self) -> Option<Arc<Vec<Policies>>> {
        self.policy.clone()
    }

    /// Notes what the developer needed. The file is complete after each call, in case the local AWS
    /// ends at any moment.
    pub(super) fn record(&self, needed: &[Access]) {
        let Some((file, record)) = &self.record else {
            return;
        };
        let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
        if record.add(needed)
            && let Err(err) = write(file, &record)
        {
            tracing::error!(
                "the permissions cannot be recorded in {}: {err}",
                file.display()
            );
        }
    }
}

fn read_policy(file: &Path) -> Result<Document> {
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("the policy of the caller cannot be read from {shown}"))?;
    parse(Kind::Identity, &Value::String(text))
        .map_err(|reason| anyhow!("the policy of the caller in {shown} is wrong: {reason}"))
}

fn write(file: &Path, record: &Record) -> std::io::Result<()> {
    let mut fresh = file.as_os_str().to_owned();
    fresh.push(".new");
    std::fs::write(&fresh, format!("{:#}\n", record.policy()))?;
    std::fs::rename(fresh, file)
}
