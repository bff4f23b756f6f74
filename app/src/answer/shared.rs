//! Requests that want the same share one scan. One that comes while a scan runs shares the next
//! one: so nobody sees data that are older than their own request.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tracing::Instrument;

use super::{
    log::{End, Held, Log, Reader},
    produce::produce,
};
use crate::{App, Failure, selection::Selection};

/// The scans that run, by the addresses of their pages.
#[derive(Default)]
pub(crate) struct Shared {
    scans: Mutex<HashMap<String, Waiting>>,
    held: Arc<Held>,
}

/// Those who wait for the end of a scan, to share the next one.
type Waiting = Option<Arc<Log>>;

/// A scan that runs. Dropped, it lets the next one start, and leaves no reader waiting.
pub(crate) struct Running {
    app: Arc<App>,
    selection: Arc<Selection>,
    address: Option<String>,
    log: Arc<Log>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    /// The answer to a request that comes now.
    pub(crate) fn read(app: &Arc<App>, selection: Selection) -> Reader {
        let address = selection.here();
        let selection = Arc::new(selection);
        let mut scans = app.shared.lock();
        if let Some(waiting) = scans.get_mut(&address) {
            return waiting
                .get_or_insert_with(|| Log::new(app.shared.held()))
                .reader();
        }
        scans.insert(address.clone(), None);
        drop(scans);
        let log = Log::new(app.shared.held());
        let reader = log.reader();
        Running::start(app, &selection, address, log);
        reader
    }

    pub(crate) fn held(&self) -> &Arc<Held> {
        &self.held
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Waiting>> {
        self.scans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    fn start(app: &Arc<App>, selection: &Arc<Selection>, address: String, log: Arc<Log>) {
        let (app, selection) = (Arc::clone(app), Arc::clone(selection));
        let mut running = Self {
            app: Arc::clone(&app),
            selection: Arc::clone(&selection),
            address: Some(address),
            log: Arc::clone(&log),
        };
        let scan = async move { produce(&app, &selection, &log, || running.release()).await };
        tokio::spawn(scan.in_current_span());
    }

    /// Lets those who wait start the next scan.
    fn release(&mut self) {
        let Some(address) = self.address.take() else {
            return;
        };
        let mut scans = self.app.shared.lock();
        let waiting = scans.get_mut(&address).and_then(Option::take);
        match waiting.filter(|log| log.readers() > 0) {
            Some(log) => {
                drop(scans);
                Self::start(&self.app, &self.selection, address, log);
            }
            None => {
                scans.remove(&address);
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.release();
        self.log.end(End::Failed(Failure::interrupted()));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::{Router, extract::State};
    use http_body_util::BodyExt;
    use tokio::{net::TcpListener, sync::Notify};

    use super::*;
    use crate::Config;

    /// A `DynamoDB` whose scans see what is there when they come, and are answered when they may.
    #[derive(Clone, Default)]
    struct Table(Arc<(AtomicUsize, AtomicUsize, Notify, Notify)>);

    async fn scan(State(Table(table)): State<Table>, body: String) -> String {
        if !body.contains("ReturnConsumedCapacity") {
            return "{}".to_owned();
        }
        let (written, scans, asked, released) = &*table;
        let seen = written.load(Ordering::SeqCst);
        if scans.fetch_add(1, Ordering::SeqCst) == 0 {
            asked.notify_one();
            released.notified().await;
        }
        format!(r#"{{"Items":[{{"id":{{"N":"{seen}"}}}}]}}"#)
    }

    async fn app(endpoint: &str) -> Arc<App> {
        let aws = aws_config::defaults(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::new("eu-central-1"))
            .endpoint_url(endpoint)
            .credentials_provider(aws_sdk_dynamodb::config::Credentials::new(
                "a", "b", None, None, "test",
            ))
            .load()
            .await;
        let arguments = ["showtable", "--accounts", "a:b", "--table-name", "t"];
        let config = <Config as clap::Parser>::try_parse_from(arguments).unwrap();
        Arc::new(App::new(&config, &aws).unwrap())
    }

    #[tokio::test]
    async fn who_comes_while_a_scan_runs_shares_the_next_one_and_sees_what_was_written_before() {
        let table = Table::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().fallback(scan).with_state(table.clone());
        let server = tokio::spawn(async { axum::serve(listener, routes).await });
        let app = app(&endpoint).await;
        let read = || {
            Shared::read(
                &app,
                Selection::from_address(&"/query?format=jsonl".parse().unwrap()).unwrap(),
            )
        };

        let first = read();
        let (written, scans, asked, released) = &*table.0;
        asked.notified().await;
        written.store(7, Ordering::SeqCst);
        let late: Vec<_> = (0..16).map(|_| read()).collect();
        released.notify_one();
        let text = async |reader: Reader| {
            reader.begin().await.unwrap();
            let bytes = reader.into_body().collect().await.unwrap().to_bytes();
            String::from_utf8(bytes.to_vec()).unwrap()
        };
        assert_eq!(text(first).await, "{\"id\":0}\n");
        for reader in late {
            assert_eq!(text(reader).await, "{\"id\":7}\n");
        }
        assert_eq!(scans.load(Ordering::SeqCst), 2);
        assert!(app.shared.lock().is_empty(), "nothing runs any more");
        server.abort();
    }
}
