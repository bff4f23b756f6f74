//! The items: sorted, paged, looked up and downloaded.

use fantoccini::Locator;
use fantoccini::key::Key;

use crate::chrome::Chrome;
use crate::viewer::{NASTY, Viewer};

#[tokio::test]
#[ignore = "needs Chromium and chromedriver (Debian: chromium chromium-driver)"]
async fn items_are_shown_sorted_and_paged() {
    let (viewer, chrome) = (Viewer::start().await, Chrome::start().await);
    viewer.open(&chrome, "/query?limit=100").await;
    let headings = chrome.texts("thead th").await;
    assert_eq!(headings[..5], ["id", "at", "name", "price", "sent"]);
    assert_eq!(chrome.text(".count").await, "60 items in total");
    let cost = chrome.text(".count.small").await;
    assert!(cost.starts_with("60 scanned, 60 returned, "), "{cost}");
    assert!(cost.contains("read capacity unit"), "{cost}");
    // The text on the screen, and the one that a screen reader reads.
    for (cell, badge) in [
        ("td:not([class])", "\"S\" / \"String\""),
        ("td.N", "\"N\" / \"Number\""),
        ("td.BOOL", "\"BOOL\" / \"Boolean\""),
        ("td.M", "\"M\" / \"Map\""),
    ] {
        let script = format!(
            "return getComputedStyle(document.querySelector('tbody {cell}'), '::before').content"
        );
        assert_eq!(chrome.run(&script).await, badge);
    }

    let height = "return document.querySelector('td summary').offsetHeight";
    let folded = chrome.run(height).await.as_f64().unwrap();
    chrome.click("td summary").await;
    let unfolded = chrome.run(height).await.as_f64().unwrap();
    assert!(unfolded > folded * 2.0, "{folded} -> {unfolded}");

    let seen = "const link = document.querySelector('th:nth-child(4) a'); link.focus();
        const box = link.getBoundingClientRect();
        return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === link";
    assert_eq!(
        chrome.run(seen).await,
        true,
        "the key, which stays in sight, hides nothing"
    );
    for (order, first) in [("ascending", "0"), ("descending", "59")] {
        let heading = chrome
            .client
            .find(Locator::LinkText("price"))
            .await
            .unwrap();
        heading.send_keys(&Key::Enter.to_string()).await.unwrap();
        let heading = chrome.text(&format!("th[aria-sort={order}]")).await;
        assert_eq!(heading.trim(), "price");
        assert_eq!(
            chrome.text("tbody tr:first-child td:nth-child(4)").await,
            first
        );
    }
    let edges =
        "const cell = document.querySelector('td.N'); return getComputedStyle(cell).textAlign";
    assert_eq!(chrome.run(edges).await, "right");

    chrome.follow("25").await;
    assert_eq!(
        chrome.text(".count").await,
        "25 items on this page, more follow"
    );
    let first = chrome.texts("tbody td:first-child").await;
    chrome.follow("Next page").await;
    let second = chrome.texts("tbody td:first-child").await;
    let shared = chrome.client.current_url().await.unwrap();
    chrome.follow("Next page").await;
    assert_eq!(
        chrome.text(".count").await,
        "10 items on this page, the last one"
    );
    assert!(
        chrome
            .client
            .find(Locator::LinkText("Next page"))
            .await
            .is_err()
    );
    chrome.follow("Previous page").await;
    assert_eq!(chrome.texts("tbody td:first-child").await, second);
    chrome.follow("Previous page").await;
    assert_eq!(chrome.texts("tbody td:first-child").await, first);
    chrome.client.goto(shared.as_str()).await.unwrap();
    assert_eq!(chrome.texts("tbody td:first-child").await, second);
    chrome.follow("First page").await;
    assert_eq!(chrome.texts("tbody td:first-child").await, first);
    chrome.follow("all").await;
    assert_eq!(chrome.text(".count").await, "60 items in total");
    chrome.close().await;
    viewer.stop().await;
}

#[tokio::test]
#[ignore = "needs Chromium and chromedriver (Debian: chromium chromium-driver)"]
async fn an_item_is_looked_up_by_any_key_and_copied() {
    let (viewer, chrome) = (Viewer::start().await, Chrome::start().await);
    viewer.open(&chrome, "/table").await;
    let facts = chrome.text("dl").await;
    for fact in [
        "ACTIVE",
        "id (S)",
        "at (N)",
        "on demand",
        "updated every 6 hours",
    ] {
        assert!(facts.contains(fact), "{fact} in {facts}");
    }
    // Nobody can type control characters into a field, but a form that a script fills in sends them.
    let fill = format!(
        "const [id, at] = document.querySelectorAll('input[name=value]'); id.value = {}; at.value = '0'",
        serde_json::to_string(NASTY).unwrap()
    );
    chrome.run(&fill).await;
    chrome.press("form button").await;
    let names = chrome.texts("tbody th").await;
    for name in ["id", "at", "<b>deep</b>", "0", "1", "<script>", "texts"] {
        assert!(
            names.iter().any(|found| found == name),
            "{name} in {names:?}"
        );
    }
    assert_eq!(names[..2], ["id", "at"]);
    let table = chrome.text("table").await;
    for text in [
        "12345678901234567890123456789012345678",
        "AP8=",
        "leaf",
        "null",
        "empty",
        "\"x\", \"y\"",
        "String set",
    ] {
        assert!(table.contains(text), "{text} in {table}");
    }
    let json: serde_json::Value = serde_json::from_str(
        chrome
            .run("return document.getElementById('json').value")
            .await
            .as_str()
            .unwrap(),
    )
    .unwrap();
    assert_eq!(json["id"]["S"], NASTY);
    chrome.click("[data-copies]").await;
    let copied = chrome
        .client
        .wait()
        .for_element(Locator::XPath("//button[.='Copied']"))
        .await;
    copied.unwrap();

    viewer.open(&chrome, "/query?limit=100").await;
    assert_eq!(chrome.run("return document.scripts.length").await, 1);
    let link = format!(
        "return [...document.querySelectorAll('td a')].find(link => link.textContent.startsWith({})).click()",
        "'a,\"b\"'"
    );
    chrome.leave(async || drop(chrome.run(&link).await)).await;
    assert_eq!(chrome.texts("tbody th").await, names);
    chrome.close().await;
    viewer.stop().await;
}

#[tokio::test]
#[ignore = "needs Chromium and chromedriver (Debian: chromium chromium-driver)"]
async fn all_matches_are_downloaded_in_three_formats() {
    let (viewer, chrome) = (Viewer::start().await, Chrome::start().await);
    viewer
        .open(&chrome, "/query?limit=25&attribute=name&is=eq&value=ada")
        .await;
    for (link, file, lines) in [
        ("JSON Lines", "items.jsonl", 20),
        ("CSV", "items.csv", 21),
        ("DynamoDB JSON", "items.dynamodb.json", 20),
    ] {
        chrome.download(link).await;
        let text = chrome.downloaded(file).await;
        assert_eq!(text.lines().count(), lines, "{file}: {text}");
        assert!(text.contains("order-57"), "{text}");
        assert!(!text.contains("order-58"), "{text}");
    }
    chrome.close().await;
    viewer.stop().await;
}
