//! Who guesses passwords is slowed down, and nobody else is.

use axum::http::StatusCode;

use crate::support::{Answer, CREDENTIALS, TestApp};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Logs in through the load balancer, which has added `address`.
async fn login(app: &TestApp, address: &str, user: &str, password: &str) -> Answer {
    let client = app.nobody().header(FORWARDED_FOR, address);
    client.login(user, password).get("/").await
}

async fn guess(app: &TestApp, address: &str, user: &str) -> StatusCode {
    login(app, address, user, "guess").await.status
}

#[tokio::test]
async fn one_address_has_ten_tries_a_minute_and_others_are_undisturbed() {
    let app = TestApp::start().await;
    for number in 0..10 {
        let user = ["anna", "nobody"][number % 2];
        let address = format!("198.51.100.{number}, 203.0.113.7");
        assert_eq!(guess(&app, &address, user).await, StatusCode::UNAUTHORIZED);
    }
    for (user, password) in [("anna", "guess"), ("nobody", "guess"), ("anna", "secret")] {
        let answer = login(&app, "203.0.113.7", user, password).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        let sentence = format!("Too many failed logins: try again in {seconds} seconds.");
        assert!(answer.body.contains(&sentence), "{}", answer.body);
        assert_eq!(answer.header("www-authenticate"), "");
    }
    assert_eq!(
        login(&app, "203.0.113.8", "anna", "secret").await.status,
        StatusCode::OK
    );
    let guesser = app.nobody().header(FORWARDED_FOR, "203.0.113.7");
    assert_eq!(guesser.get("/ping").await.status, StatusCode::OK);
    assert_eq!(guesser.get("/").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.anna().get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_has_logged_in_is_not_locked_out_by_a_guesser_at_the_same_address() {
    let app = TestApp::start().await;
    let address = "203.0.113.7";
    assert_eq!(
        login(&app, address, "anna", "secret").await.status,
        StatusCode::OK
    );
    while guess(&app, address, "anna").await != StatusCode::TOO_MANY_REQUESTS {}
    assert_eq!(
        login(&app, address, "anna", "secret").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn one_account_has_a_hundred_tries_an_hour_and_its_user_still_gets_in() {
    let app = TestApp::start_with(&["--accounts", "anna:secret berta:bear"]).await;
    let home = "203.0.113.7";
    assert_eq!(
        login(&app, home, "anna", "secret").await.status,
        StatusCode::OK
    );
    let mut guesses = 0;
    for number in 0..120 {
        let address = format!("2001:db8:0:{number:x}::1");
        let status = guess(&app, &address, "anna").await;
        guesses += usize::from(status == StatusCode::UNAUTHORIZED);
    }
    assert!((50..=100).contains(&guesses), "{guesses}");
    let stranger = login(&app, "198.51.100.1", "anna", "secret").await;
    assert_eq!(stranger.status, StatusCode::TOO_MANY_REQUESTS);
    for (address, user, password) in [(home, "anna", "secret"), ("198.51.100.1", "berta", "bear")] {
        let answer = login(&app, address, user, password).await;
        assert_eq!(answer.status, StatusCode::OK, "{user}");
    }
}

#[tokio::test]
async fn addresses_of_one_ipv6_network_are_one_client() {
    let app = TestApp::start().await;
    for number in 0..10 {
        let address = format!("2001:db8:1:2::{number}");
        assert_eq!(
            guess(&app, &address, "anna").await,
            StatusCode::UNAUTHORIZED
        );
    }
    let same = guess(&app, "2001:db8:1:2:ffff::1", "anna").await;
    assert_eq!(same, StatusCode::TOO_MANY_REQUESTS);
    let other = guess(&app, "2001:db8:1:3::1", "anna").await;
    assert_eq!(other, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn only_a_login_is_a_try() {
    let app = TestApp::start().await;
    for _ in 0..30 {
        assert_eq!(app.nobody().get("/").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(app.anna().get("/").await.status, StatusCode::OK);
        assert_eq!(app.nobody().get("/ping").await.status, StatusCode::OK);
    }
    let wrong = app.nobody().login("anna", "guess").get("/").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_missing_page_is_no_way_around_the_limit() {
    let app = TestApp::start().await;
    let guesser = app.nobody().login("anna", "guess");
    for _ in 0..10 {
        let answer = guesser.get("/unknown").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let answer = guesser.get("/unknown?format=json").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.json()["status"], 429);
}

#[tokio::test]
async fn during_a_rotation_both_passwords_are_right() {
    let app = TestApp::start_with(&["--parameter-age", "0"]).await;
    for (value, old, new) in [
        ("anna:secret", StatusCode::OK, StatusCode::UNAUTHORIZED),
        ("anna:secret\nanna:new", StatusCode::OK, StatusCode::OK),
        ("anna:new", StatusCode::UNAUTHORIZED, StatusCode::OK),
    ] {
        app.stub.set_parameter(CREDENTIALS, value);
        // A new value may be read behind the first request that comes when the old one is too old.
        let mut answers = Vec::new();
        for number in 0..50 {
            answers.clear();
            for password in ["secret", "new"] {
                let address = format!("203.0.113.{number}");
                answers.push(login(&app, &address, "anna", password).await.status);
            }
            if answers == [old, new] {
                break;
            }
        }
        assert_eq!(answers, [old, new], "{value}");
    }
}
