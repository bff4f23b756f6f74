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
    /// The answer to a request that comes now, of which something is written.
    pub(crate) async fn read(app: &Arc<App>, selection: Selection) -> Result<Reader, Failure> {
        let address = selection.here();
        let (reader, unwritten) = app.shared.join(&address);
        let Some(log) = unwritten else {
            reader.begin().await?;
            return Ok(reader);
        };
        let mut scan = Box::pin(Running::scan(app, &Arc::new(selection), address, log));
        // A short answer is complete before another task would have begun it.
        let begun = tokio::select! {
            biased;
            () = &mut scan => reader.begin().await,
            begun = reader.begin() => {
                tokio::spawn(scan.in_current_span());
                begun
            }
        };
        begun.map(|()| reader)
    }

    /// A reader of the next scan, and where that one writes if it is to be begun now.
    fn join(&self, address: &str) -> (Reader, Option<Arc<Log>>) {
        let mut scans = self.lock();
        if let Some(waiting) = scans.get_mut(address) {
            let log = waiting.get_or_insert_with(|| Log::new(&self.held));
            return (log.reader(), None);
        }
        scans.insert(address.to_owned(), None);
        let log = Log::new(&self.held);
        (log.reader(), Some(log))
    }

    pub(crate) fn held(&self) -> &Arc<Held> {
        &self.held
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Waiting>> {
        self.scans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    fn scan(
        app: &Arc<App>,
        selection: &Arc<Selection>,
        address: String,
        log: Arc<Log>,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (app, selection) = (Arc::clone(app), Arc::clone(selection));
        let mut running = Self {
            app: Arc::clone(&app),
            selection: Arc::clone(&selection),
            address: Some(address),
            log: Arc::clone(&log),
        };
        async move { produce(&app, &selection, &log, || running.release()).await }
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
                let scan = Self::scan(&self.app, &self.selection, address, log);
                tokio::spawn(scan.in_current_span());
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
            .http_client(connect::http_client())
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
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                let address = "/query?format=jsonl".parse().unwrap();
                let selection = Selection::from_address(&address).unwrap();
                let reader = Shared::read(&app, selection).await.unwrap();
                let bytes = reader.into_body().collect().await.unwrap().to_bytes();
                String::from_utf8(bytes.to_vec()).unwrap()
            })
        };

        let first = read();
        let (written, scans, asked, released) = &*table.0;
        asked.notified().await;
        written.store(7, Ordering::SeqCst);
        let late: Vec<_> = (0..16).map(|_| read()).collect();
        let waiting = || {
            let scans = app.shared.lock();
            scans
                .values()
                .flatten()
                .map(|log| log.readers())
                .sum::<usize>()
        };
        while waiting() < late.len() {
            tokio::task::yield_now().await;
        }
        released.notify_one();
        assert_eq!(first.await.unwrap(), "{\"id\":0}\n");
        for text in late {
            assert_eq!(text.await.unwrap(), "{\"id\":7}\n");
        }
        assert_eq!(scans.load(Ordering::SeqCst), 2);
        assert!(app.shared.lock().is_empty(), "nothing runs any more");
        server.abort();
    }
}
