//! Two checkers of the pages: axe, for accessibility, and the Nu HTML checker.

use std::path::PathBuf;
use std::process::Command;

use e2e::http::get_as;
use serde_json::Value;

use crate::chrome::Chrome;
use crate::viewer::{Viewer, denied};

const PAGES: [&str; 9] = [
    "/",
    "/query?limit=100",
    "/query?limit=25&sort=price&order=desc",
    "/query?limit=25&attribute=%22%3Cscript%3E%5C%22%00%22&is=between&type=S&value=%3C!--&and=%EF%BF%BF",
    "/query?attribute=price&is=eq&type=N&value=cheap",
    "/query?limit=all&attribute=id&is=begins&value=a,",
    "/item?name=id&type=S&value=order-01&name=at&type=N&value=1",
    "/table",
    "/nowhere",
];

/// The pages of the viewer, and the page of one without permissions. Each is with the address of its
/// server.
async fn pages(viewer: &Viewer) -> Vec<(String, &'static str)> {
    let mut pages: Vec<_> = PAGES.map(|path| (viewer.address.clone(), path)).into();
    pages.push((denied().await, "/table"));
    pages
}

/// A file that `npm install --prefix target/ci-npm --ignore-scripts axe-core vnu-jar` has installed.
fn peer(variable: &str, path: &str) -> PathBuf {
    let installed = || {
        PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../target/ci-npm/node_modules"
        ))
        .join(path)
    };
    let file = std::env::var_os(variable).map_or_else(installed, PathBuf::from);
    assert!(
        file.exists(),
        "{} is not there: install it, or set {variable}",
        file.display()
    );
    file
}

#[tokio::test]
#[ignore = "needs Chromium, chromedriver and axe-core (npm, in target/ci-npm or AXE_JS)"]
async fn axe_finds_nothing_serious() {
    let axe = std::fs::read_to_string(peer("AXE_JS", "axe-core/axe.min.js")).unwrap();
    let (viewer, chrome) = (Viewer::start().await, Chrome::start().await);
    let (pages, mut checked) = (pages(&viewer).await, 0);
    for scheme in ["light", "dark"] {
        chrome.scheme(scheme).await;
        for (address, path) in &pages {
            let url = format!("http://anna:secret@{address}{path}");
            chrome.client.goto(&url).await.unwrap();
            let script = format!(
                "{axe}; const done = arguments[arguments.length - 1]; axe.run().then(done)"
            );
            let found = chrome
                .client
                .execute_async(&script, Vec::new())
                .await
                .unwrap();
            let bad: Vec<&Value> = found["violations"]
                .as_array()
                .expect("a result")
                .iter()
                .filter(|violation| {
                    violation["impact"] == "serious" || violation["impact"] == "critical"
                })
                .collect();
            assert!(bad.is_empty(), "{scheme} {path}: {bad:#?}");
            checked += found["passes"].as_array().expect("a result").len();
        }
    }
    assert!(
        checked > 2 * 10 * pages.len(),
        "the rules have run: {checked}"
    );
    chrome.close().await;
    viewer.stop().await;
}

#[tokio::test]
#[ignore = "needs Java and vnu-jar (npm, in target/ci-npm or VNU_JAR)"]
async fn every_page_is_valid_html() {
    let jar = peer("VNU_JAR", "vnu-jar/build/dist/vnu.jar");
    let viewer = Viewer::start().await;
    let directory = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (number, (address, path)) in pages(&viewer).await.into_iter().enumerate() {
        let url = format!("http://{address}");
        let answer = get_as(&url, path, "anna:secret").await;
        let target = answer.header("location").map(str::to_owned);
        let page = match target {
            Some(target) => get_as(&url, &target, "anna:secret").await,
            None => answer,
        };
        assert!(page.text.contains("</html>"), "{path}: {}", page.text);
        let file = directory.path().join(format!("{number}.html"));
        std::fs::write(&file, page.text).unwrap();
        files.push(file);
    }
    let checked = Command::new("java")
        .arg("-jar")
        .arg(jar)
        .arg("--Werror")
        .args(files)
        .output()
        .unwrap();
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    viewer.stop().await;
}
