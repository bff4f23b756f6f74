//! A Chromium with its own chromedriver. Both end with the test.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tempfile::TempDir;

use e2e::{free_port, until};

pub(crate) struct Chrome {
    pub(crate) client: Client,
    driver: Driver,
    directory: TempDir,
}

struct Driver {
    process: Child,
    port: u16,
    session: String,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.end_session();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Driver {
    /// Ends the browser of a failed test. A chromedriver that is killed would leave it running.
    fn end_session(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let path = format!("/session/{}", self.session);
        write!(stream, "DELETE {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")?;
        stream.read(&mut [0]).map(drop)
    }
}

const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,800",
];

impl Chrome {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With more arguments than the usual ones.
    pub(crate) async fn with(more: &[String]) -> Self {
        let port = free_port();
        let process = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .spawn()
            .expect("chromedriver is on the path (Debian: chromium-driver)");
        let mut driver = Driver {
            process,
            port,
            session: String::new(),
        };
        let directory = tempfile::tempdir().expect("a directory");
        let mut arguments: Vec<String> = FLAGS.map(str::to_owned).into();
        arguments.extend_from_slice(more);
        let profile = directory.path().join("profile");
        arguments.push(format!("--user-data-dir={}", profile.display()));
        let downloads = directory.path().join("downloads");
        let options =
            json!({ "args": arguments, "prefs": { "download.default_directory": downloads } });
        let capabilities =
            json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "performance": "ALL" } });
        let capabilities = capabilities.as_object().expect("an object");
        let client = until("chromedriver to answer", async || {
            ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&format!("http://127.0.0.1:{port}"))
                .await
                .ok()
        })
        .await;
        driver.session = client.session_id().await.unwrap().expect("a session");
        Self {
            client,
            driver,
            directory,
        }
    }

    pub(crate) async fn close(self) {
        self.client.close().await.unwrap();
    }

    pub(crate) async fn find(&self, css: &str) -> Element {
        let found = self.client.find(Locator::Css(css)).await;
        found.unwrap_or_else(|err| panic!("{css}: {err}"))
    }

    pub(crate) async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }

    /// The texts of all elements that match a selector.
    pub(crate) async fn texts(&self, css: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.client.find_all(Locator::Css(css)).await.unwrap() {
            texts.push(element.text().await.unwrap());
        }
        texts
    }

    pub(crate) async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    /// Clicks an element that leads to another page, and waits for that page.
    pub(crate) async fn press(&self, css: &str) {
        self.leave(async || self.click(css).await).await;
    }

    /// Follows the link with this text to another page.
    pub(crate) async fn follow(&self, text: &str) {
        self.leave(async || self.download(text).await).await;
    }

    /// Clicks the link with this text, which does not lead to another page.
    pub(crate) async fn download(&self, text: &str) {
        let link = self.client.find(Locator::LinkText(text)).await.unwrap();
        link.click().await.unwrap();
    }

    /// Waits until the page is gone that `act` leaves. chromedriver itself waits for the next page
    /// to load.
    pub(crate) async fn leave(&self, act: impl AsyncFnOnce()) {
        let page = self.find("html").await;
        act().await;
        until("another page", async || {
            page.tag_name().await.is_err().then_some(())
        })
        .await;
    }

    /// Runs a script. Returns its value.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Saves a picture of the page in `target/screenshots`.
    pub(crate) async fn screenshot(&self, name: &str) {
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../screenshots");
        std::fs::create_dir_all(&directory).expect("a directory for screenshots");
        let png = self.client.screenshot().await.expect("a screenshot");
        std::fs::write(directory.join(format!("{name}.png")), png).expect("written");
    }

    /// The text of the download with this name. Chrome reserves the name with an empty file, which
    /// the whole download replaces.
    pub(crate) async fn downloaded(&self, name: &str) -> String {
        let file = self.directory.path().join("downloads").join(name);
        until("the download", async || {
            let text = std::fs::read_to_string(&file).ok()?;
            (!text.is_empty()).then_some(text)
        })
        .await
    }

    /// Sends a command to Chrome's developer tools.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("goog/cdp/execute", &body).await;
    }

    pub(crate) async fn scheme(&self, name: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": name }]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
    }

    pub(crate) async fn width(&self, width: u32) {
        let size = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": true });
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    /// The addresses of all requests since the last call.
    pub(crate) async fn requested(&self) -> Vec<String> {
        let requests = self.requests().await.into_iter();
        let addresses = requests.map(|request| {
            let address = request["request"]["url"].as_str();
            address.expect("an address").to_owned()
        });
        addresses.collect()
    }

    /// Why Chrome itself has redirected requests since the last call, such as `HSTS`.
    pub(crate) async fn own_redirects(&self) -> Vec<String> {
        let requests = self.requests().await.into_iter();
        let reasons = requests.filter_map(|request| {
            let headers = &request["redirectResponse"]["headers"];
            Some(headers["Non-Authoritative-Reason"].as_str()?.to_owned())
        });
        reasons.collect()
    }

    /// All requests since the last call, as the developer tools describe them.
    async fn requests(&self) -> Vec<Value> {
        let entries = self.post("se/log", &json!({ "type": "performance" })).await;
        let entries = entries["value"].as_array().expect("a log").iter();
        let messages = entries.map(|entry| {
            let text = entry["message"].as_str().expect("a message");
            serde_json::from_str::<Value>(text).expect("JSON")["message"].clone()
        });
        messages
            .filter(|message| message["method"] == "Network.requestWillBeSent")
            .map(|message| message["params"].clone())
            .collect()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let Driver { port, session, .. } = &self.driver;
        let request =
            hyper::Request::post(format!("http://127.0.0.1:{port}/session/{session}/{path}"))
                .header("content-type", "application/json")
                .body(Full::new(hyper::body::Bytes::from(body.to_string())))
                .expect("a request");
        let client = legacy::Client::builder(TokioExecutor::new()).build_http();
        let answer = client.request(request).await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let bytes = answer
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        serde_json::from_slice(&bytes).expect("JSON")
    }
}
