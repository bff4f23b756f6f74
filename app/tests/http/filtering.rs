//! A filter that rarely matches reads on by itself, says how far it is, and leaves out nothing.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::support::{Answer, Fault, TestApp};

const ITEMS: usize = 1000;
/// One of this many items matches; the first ones do not.
const EVERY: usize = 37;
const FILTER: &str = "attribute=rare&is=exists";
const NEVER: &[&str] = &["--filter-time", "3600"];
const AT_ONCE: &[&str] = &["--filter-time", "0"];

fn items() -> impl Iterator<Item = Value> {
    (0..ITEMS).map(|number| {
        let mut item = json!({ "itemID": { "S": format!("item-{number:04}") } });
        if number % EVERY == EVERY - 1 {
            // Not in the order of the table.
            item["rare"] = json!({ "N": (number * 7 % 1000).to_string() });
        }
        item
    })
}

fn expected() -> Vec<String> {
    let numbers = (0..ITEMS).filter(|number| number % EVERY == EVERY - 1);
    numbers.map(|number| format!("{number:04}")).collect()
}

/// The items on a page, each once.
fn ids(body: &str) -> Vec<String> {
    body.split("item-")
        .skip(1)
        .map(|rest| rest.chars().take(4).collect())
        .collect()
}

/// An app whose table has these items. The table can be described if it has a key.
async fn start(arguments: &[&str], key: Option<&'static str>) -> TestApp {
    let app = TestApp::start_with(arguments).await;
    app.stub.set_table("books", items());
    if let Some(key) = key {
        app.stub.set_key(key);
    }
    app
}

/// All pages as JSON, from this address on.
async fn pages(app: &TestApp, query: &str, mut cursor: Option<String>) -> Vec<Value> {
    let mut pages: Vec<Value> = Vec::new();
    loop {
        let start = cursor.map(|cursor| format!("&cursor={cursor}"));
        let path = format!("/query?format=json&{query}{}", start.unwrap_or_default());
        let page = app.anna().get(&path).await.json();
        cursor = page["cursor"].as_str().map(str::to_owned);
        pages.push(page);
        assert!(pages.len() < ITEMS, "the pages never end");
        if cursor.is_none() {
            return pages;
        }
    }
}

/// The items of all pages from this one on, by their links.
async fn follow(app: &TestApp, mut page: Answer) -> Vec<String> {
    let mut found = ids(&page.body);
    while let Some(next) = page.next() {
        page = app.anna().get(&next).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        found.extend(ids(&page.body));
    }
    found
}

#[tokio::test]
async fn a_path_is_sent_in_placeholders_and_the_form_says_how_it_is_written() {
    let app = TestApp::start().await;
    let path = "/query?attribute=state.%22a.b%22%5B2%5D&is=eq&value=x&attribute=%23x&is=missing";
    let page = app.anna().get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    let input = app.stub.input("Scan");
    assert_eq!(
        input["FilterExpression"],
        "#n0.#n1[2] = :v0 AND attribute_not_exists(#n2)"
    );
    assert_eq!(
        input["ExpressionAttributeNames"],
        json!({ "#n0": "state", "#n1": "a.b", "#n2": "#x" })
    );
    let field = r#"value="state.&#34;a.b&#34;[2]" aria-describedby="paths""#;
    assert!(page.body.contains(field), "{}", page.body);
    let (_, hint) = page.body.split_once(r#"id="paths">"#).unwrap();
    let hint = hint.split("</p>").next().unwrap();
    for example in ["state.status", "tags[0]", "&quot;a.b&quot;"] {
        assert!(hint.contains(&format!("<code>{example}</code>")), "{hint}");
    }

    let bad = app
        .anna()
        .get("/query?format=json&attribute=tags%5B0&is=exists")
        .await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    let sentence = bad.json()["error"].as_str().unwrap().to_owned();
    assert!(
        sentence.starts_with("The attribute tags[0 cannot be read: a ] is missing at character 7."),
        "{sentence}"
    );
    assert_eq!(app.stub.calls("Scan"), 1);
}

#[tokio::test]
async fn an_item_leads_to_the_items_like_it() {
    let app = TestApp::start().await;
    app.stub.set_key("itemID");
    let item = json!({ "itemID": { "S": "a" }, "m.n": { "M": { "x": { "L": [{ "N": "7" }] } } } });
    app.stub.set_table("books", [item]);
    let found = app.anna().get("/item?name=itemID&type=S&value=a").await;
    let page = app.anna().get(found.header("location")).await.body;
    let (before, _) = page.split_once(">0</a>").unwrap();
    let link = before.rsplit("href=\"").next().unwrap();
    let link = link.trim_end_matches('"').replace("&amp;", "&");
    assert_eq!(app.anna().get(&link).await.status, StatusCode::OK);
    let input = app.stub.input("Scan");
    assert_eq!(input["FilterExpression"], "#n0.#n1[0] = :v0");
    assert_eq!(
        input["ExpressionAttributeNames"],
        json!({ "#n0": "m.n", "#n1": "x" })
    );
    assert_eq!(
        input["ExpressionAttributeValues"],
        json!({ ":v0": { "N": "7" } })
    );
}

#[tokio::test]
async fn pages_fill_up_and_every_match_comes_once() {
    for key in [None, Some("itemID")] {
        for (page, limit) in [
            (10, 7),
            (30, 1),
            (64, 5),
            (usize::MAX, 7),
            (usize::MAX, 1000),
        ] {
            let app = start(NEVER, key).await;
            app.stub.set_page(page);
            let query = format!("limit={limit}&{FILTER}");
            let pages = pages(&app, &query, None).await;
            let found: Vec<_> = pages
                .iter()
                .map(|page| ids(&page["items"].to_string()))
                .collect();
            let case = format!("{key:?} {page} {limit}");
            assert_eq!(found.concat(), expected(), "{case}");
            let (last, full) = found.split_last().unwrap();
            assert!(
                full.iter().all(|page| page.len() == limit),
                "{case}: {found:?}"
            );
            assert!(last.len() <= limit, "{case}: {found:?}");
            // The number of items read grows from page to page, up to the last one.
            let read: Vec<_> = pages
                .iter()
                .map(|page| page["read"].as_u64().unwrap())
                .collect();
            assert!(
                read.is_sorted_by(|one, next| one < next),
                "{case}: {read:?}"
            );
            assert!(
                read.iter().rev().skip(1).all(|read| *read <= 1000),
                "{case}: {read:?}"
            );
            let of = key.map(|_| 12345);
            assert!(
                pages.iter().all(|page| page["itemCount"] == json!(of)),
                "{case}"
            );
        }
    }
}

#[tokio::test]
async fn pages_fill_up_in_the_browser_too_sorted_or_not() {
    for sort in ["", "&sort=rare&order=desc"] {
        let app = start(NEVER, Some("itemID")).await;
        app.stub.set_page(50);
        let path = format!("/query?limit=10&{FILTER}{sort}");
        let page = app.anna().get(&path).await;
        let mut first = ids(&page.body);
        assert_eq!(first.len(), 10, "{}", page.body);
        if !sort.is_empty() {
            let rank = |id: &String| id.parse::<usize>().unwrap() * 7 % 1000;
            assert!(
                first.is_sorted_by_key(|id| std::cmp::Reverse(rank(id))),
                "{first:?}"
            );
            first.sort();
        }
        assert_eq!(first, expected()[..10]);
        for text in [
            "10 items on this page, more may follow",
            " of about 12,345 items read so far",
            "rel=\"next\">Next page<",
        ] {
            assert!(page.body.contains(text), "{text} in {}", page.body);
        }
        let mut found = follow(&app, page).await;
        found.sort();
        assert_eq!(found, expected());
    }
}

/// The items of a sorted page are kept in memory until it ends.
#[tokio::test]
async fn a_sorted_page_of_large_items_ends_with_a_megabyte() {
    let app = TestApp::start_with(NEVER).await;
    app.stub.set_key("itemID");
    let large = "x".repeat(300_000);
    let items = (0..6).map(
        |number| json!({ "itemID": { "S": format!("item-{number:04}") }, "rare": { "S": large } }),
    );
    app.stub.set_table("books", items);
    let query = format!("limit=25&sort=itemID&order=desc&{FILTER}");
    let pages = pages(&app, &query, None).await;
    let found: Vec<_> = pages
        .iter()
        .map(|page| ids(&page["items"].to_string()))
        .collect();
    assert_eq!(
        found,
        [vec!["0003", "0002", "0001", "0000"], vec!["0005", "0004"]]
    );
}

#[tokio::test]
async fn few_matches_cost_little_more_than_they_must() {
    let app = start(NEVER, Some("itemID")).await;
    let page = app.anna().get(&format!("/query?limit=1&{FILTER}")).await;
    // 1 + 4 + 16 + 64 items: the match is the 37th.
    let cost = "85 scanned, 1 returned, 2 read capacity units in 4 requests";
    assert!(page.body.contains(cost), "{}", page.body);
    let limits: Vec<_> = app
        .stub
        .scans()
        .iter()
        .map(|scan| scan["Limit"].clone())
        .collect();
    assert_eq!(limits, [1, 4, 16, 64]);
    // It is the 16th of the last 64 items, of which one or two match.
    let read = " of about 12,345 items read so far";
    assert!(page.body.contains(read), "{}", page.body);
}

#[tokio::test]
async fn a_filter_that_finds_nothing_reads_to_the_end_and_says_so() {
    let app = start(NEVER, None).await;
    app.stub.set_page(100);
    let page = app
        .anna()
        .get("/query?limit=25&attribute=none&is=exists")
        .await;
    for text in [
        "No item of the table matches.",
        "1,000 scanned, 0 returned, 5.5 read capacity units in 11 requests",
    ] {
        assert!(page.body.contains(text), "{text} in {}", page.body);
    }
    assert_eq!(page.next(), None);
}

#[tokio::test]
async fn a_page_whose_time_is_over_says_how_far_it_is_and_where_to_continue() {
    let app = start(AT_ONCE, Some("itemID")).await;
    let first = app.anna().get(&format!("/query?limit=25&{FILTER}")).await;
    for text in [
        "No matching item was found so far: continue to read further.",
        "No items so far, more may follow",
        "25 of about 12,345 items read so far",
        "25 scanned, 0 returned, 0.5 read capacity units in 1 request",
        "rel=\"next\">Continue<",
    ] {
        assert!(first.body.contains(text), "{text} in {}", first.body);
    }
    let second = app.anna().get(&first.next().unwrap()).await;
    for text in ["1 item so far", "50 of about 12,345 items read so far"] {
        assert!(second.body.contains(text), "{text} in {}", second.body);
    }
    assert_eq!(follow(&app, first).await, expected());

    let query = format!("limit=25&{FILTER}");
    let pages = pages(&app, &query, None).await;
    assert_eq!(pages.len(), ITEMS / 25 + 1);
    let found: Vec<_> = pages
        .iter()
        .map(|page| ids(&page["items"].to_string()))
        .collect();
    assert_eq!(found.concat(), expected());
    assert_eq!(pages[9]["read"], 250);
    assert_eq!(pages[40]["read"], 1000);
}

#[tokio::test]
async fn a_format_without_a_cursor_does_not_end_early() {
    let app = start(AT_ONCE, Some("itemID")).await;
    for format in ["jsonl", "csv", "dynamodb-json"] {
        let path = format!("/query?format={format}&limit=7&{FILTER}");
        let found = ids(&app.anna().get(&path).await.body);
        assert_eq!(found, expected()[..7], "{format}");
    }
}

#[tokio::test]
async fn matches_stay_when_reading_fails_and_the_next_page_continues_after_them() {
    for sort in ["", "&sort=rare&order=asc"] {
        let app = start(NEVER, Some("itemID")).await;
        app.stub.set_page(50);
        let query = format!("limit=25&{FILTER}{sort}");
        let fail = || {
            let fault = Fault::Error(400, "ThrottlingException");
            app.stub.set_fault_after(5, "Scan", fault);
        };
        fail();
        let page = app.anna().get(&format!("/query?{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        // 25 items and then four times 50.
        assert_eq!(ids(&page.body).len(), 225 / EVERY, "{}", page.body);
        for text in [
            "AWS is refusing requests for the table books",
            "This list is incomplete.",
            "225 of about 12,345 items read so far",
            "225 scanned, 6 returned, 2.5 read capacity units in 5 requests",
            "rel=\"next\">Continue<",
        ] {
            assert!(page.body.contains(text), "{text} in {}", page.body);
        }
        app.stub.clear_fault("Scan");
        let mut found = follow(&app, page).await;
        found.sort();
        assert_eq!(found, expected());

        fail();
        let path = format!("/query?format=json&{query}");
        let page = app.anna().get(&path).await.json();
        assert!(
            page["error"]
                .as_str()
                .unwrap()
                .contains("wait a few seconds"),
            "{page}"
        );
        assert_eq!(
            (&page["read"], &page["scanned"]),
            (&json!(225), &json!(225))
        );
        app.stub.clear_fault("Scan");
        let mut found = ids(&page["items"].to_string());
        let cursor = page["cursor"].as_str().map(str::to_owned);
        assert!(cursor.is_some(), "{page}");
        for page in pages(&app, &query, cursor).await {
            found.extend(ids(&page["items"].to_string()));
        }
        found.sort();
        assert_eq!(found, expected());
    }
}

#[tokio::test]
async fn a_page_that_breaks_off_for_good_goes_on_after_its_last_item() {
    for query in ["limit=1000", "limit=1000&sort=itemID", "limit=all"] {
        for format in ["html", "json"] {
            let app = start(NEVER, Some("itemID")).await;
            // No item comes after the first ones: the page is given up.
            for length in [160, 90, 90] {
                app.stub.cut(length);
            }
            let path = format!("/query?format={format}&{query}");
            if (format, query) == ("json", "limit=all") {
                let answer = app.anna().open(Method::GET, &path, Body::empty()).await;
                answer.into_body().collect().await.unwrap_err();
                continue;
            }
            let answer = app.anna().get(&path).await;
            let shown = ids(&answer.body);
            assert!(!shown.is_empty() && shown.len() < 5, "{}", answer.body);
            let rest = if format == "html" {
                let count = shown.len();
                let cost = format!("at least {count} scanned, {count} returned, at least 0 read");
                assert!(answer.body.contains(&cost), "{cost} in {}", answer.body);
                let next = answer.next().unwrap();
                ids(&app.anna().get(&next).await.body)
            } else {
                let cursor = answer.json()["cursor"].as_str().map(str::to_owned);
                let pages = pages(&app, query, cursor).await;
                pages
                    .iter()
                    .flat_map(|page| ids(&page["items"].to_string()))
                    .collect()
            };
            let all: Vec<_> = (0..ITEMS).map(|number| format!("{number:04}")).collect();
            assert_eq!([shown, rest].concat(), all, "{path}");
        }
    }
}

#[tokio::test]
async fn a_page_that_becomes_unreadable_goes_on_after_its_last_item() {
    for length in [160, 600, 3000] {
        let app = start(NEVER, Some("itemID")).await;
        app.stub.spoil(length);
        let page = app.anna().get("/query?limit=1000").await;
        assert!(
            page.body.contains("AWS sent an unreadable response"),
            "{}",
            page.body
        );
        let all: Vec<_> = (0..ITEMS).map(|number| format!("{number:04}")).collect();
        assert_eq!(follow(&app, page).await, all, "{length}");
    }
}

#[tokio::test]
async fn a_full_page_is_complete_though_the_rest_of_what_was_read_breaks_off() {
    let app = start(NEVER, Some("itemID")).await;
    // The fourth response has the match, and breaks off after it.
    for length in [usize::MAX, usize::MAX, usize::MAX, 160, 60, 60] {
        app.stub.cut(length);
    }
    let page = app.anna().get(&format!("/query?limit=1&{FILTER}")).await;
    assert_eq!(ids(&page.body), expected()[..1], "{}", page.body);
    assert!(
        !page.body.contains("This list is incomplete."),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("scanned, 1 returned, at least 1.5 read"),
        "{}",
        page.body
    );
    assert_eq!(follow(&app, page).await, expected());
}

#[tokio::test]
async fn a_page_that_was_read_again_does_not_say_less_than_it_cost() {
    let app = start(NEVER, Some("itemID")).await;
    app.stub.cut(600);
    let page = app.anna().get("/query?limit=20").await;
    let cost = "at least 20 scanned, 20 returned, at least 0.5 read capacity units in 2 requests";
    assert!(page.body.contains(cost), "{}", page.body);
}

#[tokio::test]
async fn matches_are_sent_before_the_next_page_arrives() {
    for format in ["html", "json", "jsonl", "csv"] {
        let app = start(NEVER, Some("itemID")).await;
        app.stub.set_page(50);
        app.stub.set_fault_after(3, "Scan", Fault::Held);
        let path = format!("/query?format={format}&limit=100&{FILTER}");
        let mut answer = app.anna().open(Method::GET, &path, Body::empty()).await;
        let mut text = String::new();
        // The rest waits for the release below. If no row came before it, this would never end.
        while !text.contains("item-0110") {
            let bytes = answer.frame().await.unwrap().unwrap().into_data().unwrap();
            text.push_str(str::from_utf8(&bytes).unwrap());
        }
        assert!(!text.contains("item-0184"), "{text}");
        app.stub.release();
        let rest = answer.into_body().collect().await.unwrap().to_bytes();
        text.push_str(str::from_utf8(&rest).unwrap());
        assert_eq!(ids(&text), expected(), "{format}");
    }
}

#[tokio::test]
async fn a_reader_that_goes_away_ends_the_reading() {
    let app = start(NEVER, Some("itemID")).await;
    app.stub.set_page(5);
    app.stub.set_fault_after(1, "Scan", Fault::Held);
    let path = "/query?limit=100&attribute=none&is=exists";
    let answer = app.anna().open(Method::GET, path, Body::empty()).await;
    app.stub.wait_until_held().await;
    drop(answer);
    // The next one waits until the reading has ended, and begins with the first page again.
    let anna = app.anna();
    let next = tokio::spawn(async move { anna.get(path).await });
    app.stub.release();
    next.await.unwrap();
    let scans = app.stub.scans();
    let is_first = |scan: &Value| scan["ExclusiveStartKey"].is_null();
    let second = scans.iter().rposition(is_first).unwrap();
    let all = ITEMS / 5 + 1;
    assert_eq!(scans.len() - second, all);
    assert!((2..all / 2).contains(&second), "{second} scans for nobody");
}

#[tokio::test]
async fn equal_requests_at_the_same_time_share_all_pages() {
    let app = start(NEVER, Some("itemID")).await;
    app.stub.set_page(50);
    app.stub.set_fault("Scan", Fault::Held);
    let reader = || {
        let anna = app.anna();
        let path = format!("/query?limit=100&{FILTER}");
        tokio::spawn(async move { anna.get(&path).await.body })
    };
    let readers: Vec<_> = (0..8).map(|_| reader()).collect();
    app.stub.wait_until_held().await;
    app.stub.release();
    for reader in readers {
        assert_eq!(ids(&reader.await.unwrap()), expected());
    }
    let pages = ITEMS / 50 + 1;
    assert!(
        app.stub.calls("Scan") <= 3 * pages,
        "{}",
        app.stub.calls("Scan")
    );
}
