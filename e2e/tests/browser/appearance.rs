//! Light, dark, on a phone, with the keyboard, without scripts, and without requests to other servers.

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::json;

use crate::chrome::Chrome;
use crate::viewer::Viewer;

const ITEM: &str = "/item?name=id&type=S&value=order-01&name=at&type=N&value=1";
const FILTERED: &str =
    "/query?limit=25&attribute=price&is=between&type=N&value=1&and=40&sort=price";

#[tokio::test]
#[ignore = "needs Chromium and chromedriver (Debian: chromium chromium-driver)"]
async fn every_page_fits_in_light_dark_and_on_a_phone() {
    let (viewer, chrome) = (Viewer::start().await, Chrome::start().await);
    let pages = [
        ("start", "/"),
        ("items", "/query?limit=25"),
        ("filter", FILTERED),
        ("item", ITEM),
        ("table", "/table"),
        ("error", "/nowhere"),
    ];
    for (name, path) in pages {
        viewer.open(&chrome, path).await;
        let mut grounds = Vec::new();
        for scheme in ["light", "dark"] {
            chrome.scheme(scheme).await;
            grounds.push(
                chrome
                    .run("return getComputedStyle(document.body).backgroundColor")
                    .await,
            );
            chrome.screenshot(&format!("{name}-{scheme}")).await;
        }
        assert_eq!(grounds, ["rgb(246, 247, 249)", "rgb(15, 20, 27)"]);
        chrome.scheme("light").await;
        chrome.width(360).await;
        chrome.screenshot(&format!("{name}-phone")).await;
        let width = chrome
            .run("return document.documentElement.scrollWidth")
            .await;
        assert_eq!(width, 360, "{path} moves sideways");
        chrome
            .devtools("Emulation.clearDeviceMetricsOverride", json!({}))
            .await;
    }
    let strangers: Vec<_> = chrome
        .requested()
        .await
        .into_iter()
        .filter(|address| address.starts_with("http") && !address.contains(&viewer.address))
        .collect();
    assert!(strangers.is_empty(), "{strangers:?}");
    chrome.close().await;
    viewer.stop().await;
}

#[tokio::test]
#[ignore = "needs Chromium and chromedriver (Debian: chromium chromium-driver)"]
async fn the_keyboard_reaches_everything_in_order_with_a_visible_focus() {
    let (viewer, chrome) = (Viewer::start().await, Chrome::start().await);
    viewer.open(&chrome, "/query?limit=25").await;
    let mut reached = Vec::new();
    for _ in 0..13 {
        chrome
            .client
            .active_element()
            .await
            .unwrap()
            .send_keys(&Key::Tab.to_string())
            .await
            .unwrap();
        let active = chrome.run("const now = document.activeElement; return [now.textContent.trim().slice(0, 20), getComputedStyle(now).outlineStyle]").await;
        assert_eq!(active[1], "solid", "the focus is seen: {active}");
        reached.push(active[0].as_str().unwrap().to_owned());
    }
    let expected = [
        "Skip to the content",
        "Showtable",
        "Items",
        "Table and look-up",
        "Scan again",
        "Filter",
        "25",
        "100",
        "1000",
        "all",
    ];
    assert_eq!(reached[..10], expected);
    assert_eq!(
        reached[11..],
        ["id", "at"],
        "after the box that scrolls come its headings"
    );

    viewer.open(&chrome, "/query?limit=25").await;
    let keys = format!("{}{}", Key::Tab, Key::Enter);
    chrome
        .client
        .active_element()
        .await
        .unwrap()
        .send_keys(&keys)
        .await
        .unwrap();
    assert_eq!(chrome.run("return document.activeElement.id").await, "main");
    chrome.close().await;
    viewer.stop().await;
}

#[tokio::test]
#[ignore = "needs Chromium and chromedriver (Debian: chromium chromium-driver)"]
async fn everything_works_without_scripts() {
    let (viewer, chrome) = (Viewer::start().await, Chrome::start().await);
    chrome
        .devtools(
            "Emulation.setScriptExecutionDisabled",
            json!({ "value": true }),
        )
        .await;
    viewer.open(&chrome, "/").await;
    chrome.press("main button").await;
    assert_eq!(chrome.text(".count").await, "60 items in total");
    chrome.follow("price").await;
    assert_eq!(chrome.text("th[aria-sort]").await.trim(), "price");
    chrome.follow("25").await;
    chrome.follow("Next page").await;
    chrome.follow("Previous page").await;
    chrome.click("td summary").await;
    chrome.click(".panel > summary").await;
    chrome
        .find(".panel [name=attribute]")
        .await
        .send_keys("name")
        .await
        .unwrap();
    chrome
        .find(".panel [name=value]")
        .await
        .send_keys("ada")
        .await
        .unwrap();
    chrome.press(".panel form button").await;
    assert!(chrome.text(".count.small").await.starts_with("60 scanned"));
    chrome.download("JSON Lines").await;
    assert_eq!(chrome.downloaded("items.jsonl").await.lines().count(), 20);
    chrome.follow("Table and look-up").await;
    let fields = chrome
        .client
        .find_all(Locator::Css("input[name=value]"))
        .await
        .unwrap();
    fields[0].send_keys("order-07").await.unwrap();
    fields[1].send_keys("7").await.unwrap();
    chrome.press("form button").await;
    assert_eq!(chrome.text("tbody td:last-child").await, "order-07");
    assert!(
        !chrome
            .find("[data-copies]")
            .await
            .is_displayed()
            .await
            .unwrap()
    );
    chrome.close().await;
    viewer.stop().await;
}
