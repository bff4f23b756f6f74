//! A filter of each kind, entered in the form.

use fantoccini::Locator;

use crate::chrome::Chrome;
use crate::viewer::Viewer;

/// Fills in a row of the form: attribute, test, type, value, upper end.
async fn condition(chrome: &Chrome, row: usize, [name, is, kind, value, and]: [&str; 5]) {
    let field = |name: &str| format!(".panel fieldset:nth-of-type({row}) [name={name}]");
    for (field, text) in [
        (field("attribute"), name),
        (field("value"), value),
        (field("and"), and),
    ] {
        if !text.is_empty() {
            let input = chrome.find(&field).await;
            input.clear().await.unwrap();
            input.send_keys(text).await.unwrap();
        }
        if field.ends_with("attribute]") {
            let select = format!(".panel fieldset:nth-of-type({row}) [name=is]");
            chrome
                .find(&select)
                .await
                .select_by_value(is)
                .await
                .unwrap();
            if !kind.is_empty() {
                let select = format!(".panel fieldset:nth-of-type({row}) [name=type]");
                chrome
                    .find(&select)
                    .await
                    .select_by_value(kind)
                    .await
                    .unwrap();
            }
        }
    }
}

async fn filter(chrome: &Chrome) -> usize {
    chrome.press(".panel form button").await;
    chrome
        .client
        .find_all(Locator::Css("tbody tr"))
        .await
        .unwrap()
        .len()
}

#[tokio::test]
#[ignore = "needs Chromium and chromedriver (Debian: chromium chromium-driver)"]
async fn every_filter_condition_finds_its_matches() {
    let (viewer, chrome) = (Viewer::start().await, Chrome::start().await);
    for (found, row) in [
        (20, ["name", "eq", "S", "ada", ""]),
        (40, ["name", "ne", "S", "ada", ""]),
        (10, ["price", "lt", "N", "10", ""]),
        (11, ["price", "le", "N", "10", ""]),
        (49, ["price", "gt", "N", "10", ""]),
        (50, ["price", "ge", "N", "10", ""]),
        (3, ["price", "between", "N", "9", "11"]),
        (20, ["name", "begins", "S", "gr", ""]),
        (40, ["name", "contains", "S", "ad", ""]),
        (1, ["<script>", "exists", "", "", ""]),
        (59, ["note", "missing", "", "", ""]),
        (1, ["numbers", "type", "NS", "", ""]),
        (1, ["bytes", "eq", "B", "AP8=", ""]),
        (1, ["map.<b>deep</b>[0]", "begins", "S", "le", ""]),
        (1, [r#""map"."<b>deep</b>"[1]"#, "type", "NULL", "", ""]),
        (30, ["sent", "eq", "BOOL", "true", ""]),
    ] {
        viewer.open(&chrome, "/query?limit=100").await;
        chrome.click(".panel > summary").await;
        condition(&chrome, 1, row).await;
        assert_eq!(filter(&chrome).await, found, "{row:?}");
        let count = chrome.text(".count").await;
        let noun = if found == 1 { "item" } else { "items" };
        assert_eq!(count, format!("{found} {noun} in total"));
        let cost = chrome.text(".count.small").await;
        assert!(
            cost.starts_with(&format!("60 scanned, {found} returned")),
            "{cost}"
        );
    }

    // The form keeps the conditions, and has an empty row for one more.
    condition(&chrome, 2, ["price", "between", "N", "20", "39"]).await;
    assert_eq!(filter(&chrome).await, 10);
    assert_eq!(chrome.texts("legend").await.len(), 3);
    let address = chrome.client.current_url().await.unwrap();
    chrome.client.goto(address.as_str()).await.unwrap();
    assert_eq!(chrome.text(".count").await, "10 items in total");

    condition(&chrome, 3, ["price", "eq", "N", "cheap", ""]).await;
    assert_eq!(filter(&chrome).await, 0);
    assert_eq!(chrome.text(".status").await, "400");
    chrome.client.back().await.unwrap();
    chrome.follow("No filter").await;
    assert_eq!(chrome.text(".count").await, "60 items in total");
    chrome.close().await;
    viewer.stop().await;
}

#[tokio::test]
#[ignore = "needs Chromium and chromedriver (Debian: chromium chromium-driver)"]
async fn the_path_of_an_attribute_is_explained_corrected_and_linked() {
    let (viewer, chrome) = (Viewer::start().await, Chrome::start().await);
    viewer.open(&chrome, "/query?limit=100").await;
    chrome.click(".panel > summary").await;
    let described = "const field = document.querySelector('[name=attribute]');
        return document.getElementById(field.getAttribute('aria-describedby')).innerText";
    let hint = chrome.run(described).await;
    for example in ["state.status", "tags[0]", "\"a.b\""] {
        assert!(hint.as_str().unwrap().contains(example), "{hint}");
    }
    condition(&chrome, 1, ["map.<b>deep</b>[0", "exists", "", "", ""]).await;
    assert_eq!(filter(&chrome).await, 0);
    let sentence = chrome.text("main").await;
    assert!(
        sentence.contains("a ] is missing at character 18"),
        "{sentence}"
    );

    let item = "/item?name=id&type=S&value=order-01&name=at&type=N&value=1";
    viewer.open(&chrome, item).await;
    chrome.follow("name").await;
    assert_eq!(chrome.text(".count").await, "20 items in total");
    let field = chrome.find("[name=attribute]").await;
    assert_eq!(field.prop("value").await.unwrap().unwrap(), "name");
    chrome.close().await;
    viewer.stop().await;
}

#[tokio::test]
#[ignore = "needs Chromium and chromedriver (Debian: chromium chromium-driver)"]
async fn a_filter_with_few_matches_shows_its_progress_and_continues() {
    let viewer = Viewer::start_with(&["--filter-time", "0"]).await;
    let chrome = Chrome::start().await;
    viewer
        .open(&chrome, "/query?limit=25&attribute=map&is=exists")
        .await;
    let mut found = 0;
    for read in ["25", "50"] {
        found += chrome.texts("tbody tr").await.len();
        let counts = chrome.texts(".count").await;
        assert!(
            counts[0].ends_with(" so far, more may follow"),
            "{counts:?}"
        );
        assert_eq!(counts[2], format!("{read} of about 60 items read so far"));
        chrome.follow("Continue").await;
    }
    found += chrome.texts("tbody tr").await.len();
    assert_eq!(found, 1);
    let count = chrome.text(".count").await;
    assert!(count.ends_with(" on this page, the last one"), "{count}");
    chrome.close().await;
    viewer.stop().await;
}
