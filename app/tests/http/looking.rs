//! The filter, the order, an item, the table and the exports.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::TestApp;

fn books() -> [Value; 3] {
    [
        json!({ "itemID": { "S": "a,\"b/<script>\u{1}\u{1f600}" }, "price": { "N": "10" } }),
        json!({ "itemID": { "S": "=1+1" }, "price": { "N": "9" }, "tags": { "SS": ["x", "y"] } }),
        json!({ "itemID": { "S": "c" }, "more": { "M": { "list": { "L": [{ "B": "AP8=" }] } } } }),
    ]
}

#[tokio::test]
async fn a_filter_is_sent_in_placeholders() {
    let app = TestApp::start().await;
    let path = "/query?attribute=price&is=between&type=N&value=1&and=2.5&attribute=a+b&is=exists";
    let page = app.anna().get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    let input = app.stub.input("Scan");
    assert_eq!(
        input["FilterExpression"],
        "#n0 BETWEEN :v0 AND :u0 AND attribute_exists(#n1)"
    );
    assert_eq!(
        input["ExpressionAttributeNames"],
        json!({ "#n0": "price", "#n1": "a b" })
    );
    assert_eq!(
        input["ExpressionAttributeValues"],
        json!({ ":v0": { "N": "1" }, ":u0": { "N": "2.5" } })
    );
    assert!(
        page.body.contains("No item of the table matches."),
        "{}",
        page.body
    );
    let bad = app
        .anna()
        .get("/query?attribute=price&is=eq&type=N&value=cheap")
        .await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    assert!(bad.body.contains("at most 38 digits"), "{}", bad.body);
}

#[tokio::test]
async fn a_page_is_sorted_by_number_and_not_by_digit() {
    let app = TestApp::start().await;
    app.stub.set_table("books", books());
    for (order, before, after) in [("asc", ">9<", ">10<"), ("desc", ">10<", ">9<")] {
        let page = app
            .anna()
            .get(&format!("/query?sort=price&order={order}"))
            .await
            .body;
        assert!(page.find(before) < page.find(after), "{order}: {page}");
        assert!(
            page.contains(&format!(r#"aria-sort="{order}ending""#)),
            "{page}"
        );
    }
}

#[tokio::test]
async fn an_item_has_an_address_and_its_page_has_all_levels() {
    let app = TestApp::start().await;
    app.stub.set_table("books", books());
    app.stub.set_key("itemID");
    let page = app.anna().get("/query").await.body;
    let links: Vec<_> = page.split("href=\"/item?key=").skip(1).collect();
    assert_eq!(links.len(), 3, "{page}");
    let last = links[2].split('"').next().unwrap();
    let item = app.anna().get(&format!("/item?key={last}")).await;
    assert_eq!(item.status, StatusCode::OK);
    for text in ["AP8=", "list", "Binary", "itemID", "class=\"level2\""] {
        assert!(item.body.contains(text), "{text} in {}", item.body);
    }
    let found = app.anna().get("/item?name=itemID&type=S&value=c").await;
    assert_eq!(found.status, StatusCode::SEE_OTHER);
    assert_eq!(found.header("location"), format!("/item?key={last}"));
    app.stub.set_table("books", []);
    let gone = app.anna().get(&format!("/item?key={last}")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    for forged in ["/item", "/item?key=x", "/item?name=a&type=M&value=1"] {
        assert_eq!(
            app.anna().get(forged).await.status,
            StatusCode::BAD_REQUEST,
            "{forged}"
        );
    }
}

#[tokio::test]
async fn the_table_is_described_when_it_may_be() {
    let app = TestApp::start().await;
    let hint = app.anna().get("/table").await;
    assert_eq!(hint.status, StatusCode::OK);
    assert!(
        hint.body.contains("allow its role dynamodb:DescribeTable"),
        "{}",
        hint.body
    );
    let app = TestApp::start().await;
    app.stub.set_key("itemID");
    let facts = app.anna().get("/table").await.body;
    for text in [
        "ACTIVE",
        "about 12,345 (updated every 6 hours)",
        "on demand",
        "itemID (S)",
    ] {
        assert!(facts.contains(text), "{text} in {facts}");
    }
}

#[tokio::test]
async fn exports_are_what_they_say() {
    let app = TestApp::start().await;
    app.stub.set_table("books", books());
    app.stub.set_key("itemID");
    let csv = app.anna().get("/query?limit=all&format=csv").await;
    assert_eq!(
        csv.header("content-disposition"),
        "attachment; filename=\"items.csv\""
    );
    assert_eq!(
        csv.body,
        "itemID,price,more,tags,other attributes\r\n\
         \"a,\"\"b/<script>\u{1}\u{1f600}\",10,,,\r\n\
         '=1+1,9,,\"[\"\"x\"\",\"\"y\"\"]\",\r\n\
         c,,\"{\"\"list\"\":[\"\"AP8=\"\"]}\",,\r\n"
    );
    let lines = app
        .anna()
        .get("/query?limit=all&format=dynamodb-json")
        .await;
    let items: Vec<Value> = lines
        .body
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let expected: Vec<_> = books().map(|item| json!({ "Item": item })).into();
    assert_eq!(items, expected);
    let lines = app.anna().get("/query?limit=all&format=jsonl").await.body;
    let second: Value = serde_json::from_str(lines.lines().nth(1).unwrap()).unwrap();
    assert_eq!(
        second,
        json!({ "itemID": "=1+1", "price": 9, "tags": ["x", "y"] })
    );
}

#[tokio::test]
async fn pages_lead_back_and_say_what_they_cost() {
    let app = TestApp::start().await;
    app.stub.set_table("books", books());
    let first = app.anna().get("/query?limit=1").await;
    assert!(
        first.body.contains("1 item on this page, more follow"),
        "{}",
        first.body
    );
    assert!(
        first
            .body
            .contains("1 scanned, 1 returned, 0.5 read capacity units in 1 request"),
        "{}",
        first.body
    );
    let second = app.anna().get(&first.next().unwrap()).await;
    let (before, _) = second.body.split_once("\" rel=\"prev\"").unwrap();
    let back = before
        .rsplit("href=\"")
        .next()
        .unwrap()
        .replace("&amp;", "&");
    assert_eq!(back, "/query?limit=1");
}

#[tokio::test]
async fn only_clients_that_accept_compression_get_it() {
    let app = TestApp::start().await;
    let client = app.anna().header("accept-encoding", "gzip");
    assert_eq!(
        client.head("/query").await.header("content-encoding"),
        "gzip"
    );
    assert_eq!(
        app.anna().head("/query").await.header("content-encoding"),
        ""
    );
}

#[tokio::test]
async fn static_files_are_kept_for_ever_under_their_hash() {
    let app = TestApp::start().await;
    let page = app.anna().get("/").await.body;
    let (_, rest) = page.split_once("href=\"/css/").unwrap();
    let address = format!("/css/{}", rest.split('"').next().unwrap());
    assert!(address.contains("?v="), "{address}");
    let file = app.nobody().get(&address).await;
    assert_eq!(
        file.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let other = app.nobody().get("/css/showtable.css?v=0").await;
    assert_eq!(other.header("cache-control"), "public, max-age=300");
}

#[tokio::test]
async fn a_filter_that_looks_like_the_page_itself_changes_nothing_in_it() {
    let app = TestApp::start().await;
    app.stub.set_table("books", books());
    let path = "/query?attribute=a&is=eq&value=%3C!--+the+items+--%3E%00";
    let page = app.anna().get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    let value = r#"value="&lt;!-- the items --&gt;␀""#;
    assert!(page.body.contains(value), "{}", page.body);
    assert!(page.body.contains("</fieldset>"), "{}", page.body);
    assert!(page.body.ends_with("</html>\n") || page.body.ends_with("</html>"));
    assert!(!page.body.contains("<!--"), "{}", page.body);
}
