use super::*;

fn read(text: &str) -> Accounts {
    Accounts::read(text).expect("accounts")
}

fn text(accounts: &Accounts) -> String {
    accounts.text().expose_secret().replace('\n', " ")
}

#[test]
fn every_text_that_the_app_takes_is_read_and_written_as_it_was() {
    for entries in [
        "anna:one",
        "anna:one viewer/berta:two:with:colons exporter/carla:a/b",
        "anna:old anna:new",
    ] {
        assert_eq!(text(&read(&format!(" {entries}\n"))), entries);
    }
    let accounts = read("anna:one viewer/berta:two viewer/dora:x dora:y");
    for (user, role) in [
        ("anna", Some(Role::Exporter)),
        ("berta", Some(Role::Viewer)),
        ("dora", Some(Role::Viewer)),
        ("nobody", None),
    ] {
        assert_eq!(accounts.role(user), role, "{user}");
    }
}

#[test]
fn a_malformed_text_is_named_by_position_and_never_quoted() {
    let long = format!("a:{}", "hidden".repeat(50));
    for (text, expected) in [
        ("", "it has no entry"),
        ("a:b hidden", "entry 2 is not of the form user:password"),
        ("hidden/a:hidden", "entry 1 has an unknown role"),
        ("viewer/:hidden", "entry 1 has no proper name of a user"),
        ("viewer/hidden/a:x", "entry 1 has no proper name of a user"),
        ("a:", "entry 1 has no proper password"),
        (&long, "entry 1 has no proper password"),
    ] {
        assert_eq!(Accounts::read(text).unwrap_err(), expected);
    }
}

#[test]
fn a_password_never_shows_in_debug_output() {
    let accounts = read("anna:hidden-word");
    assert!(!format!("{accounts:?} {:?}", accounts.text()).contains("hidden-word"));
}

#[test]
fn each_command_changes_only_its_user() {
    let before = read("anna:one viewer/berta:two");
    let changed = |after: Result<Accounts, CredentialsError>| text(&after.expect("a change"));
    let set = |user, role| changed(before.with_password(user, role, "new".into()));
    assert_eq!(set("anna", None), "anna:new viewer/berta:two");
    assert_eq!(set("berta", None), "anna:one viewer/berta:new");
    let exporter = Some(Role::Exporter);
    assert_eq!(set("berta", exporter), "anna:one exporter/berta:new");
    assert_eq!(
        set("carla", None),
        "anna:one viewer/berta:two viewer/carla:new"
    );
    let as_viewer = before.with_role("anna", Role::Viewer);
    assert_eq!(text(&as_viewer), "viewer/anna:one viewer/berta:two");
    let rotated = before.rotated("berta", "new".into()).expect("a second one");
    assert_eq!(text(&rotated), "anna:one viewer/berta:two viewer/berta:new");
    assert_eq!(
        changed(rotated.finished("berta")),
        "anna:one viewer/berta:new"
    );
    assert_eq!(changed(rotated.without("berta")), "anna:one");
    let replaced = rotated.with_password("berta", None, "third".into());
    assert_eq!(changed(replaced), "anna:one viewer/berta:third");
}

#[test]
fn each_impossible_change_is_one_sentence_without_a_password() {
    let (one, two) = (read("anna:hidden"), read("anna:hidden anna:newer"));
    for (changed, expected) in [
        (
            one.rotated("berta", "x".into()),
            "there is no user berta: the users are anna",
        ),
        (
            one.rotated("anna", "hidden".into()),
            "anna has this password already",
        ),
        (
            two.rotated("anna", "x".into()),
            "anna has two passwords already",
        ),
        (one.finished("anna"), "anna has one password only"),
        (one.finished("berta"), "there is no user berta"),
        (one.without("anna"), "anna is the last user"),
        (two.without("anna"), "anna is the last user"),
        (one.without("berta"), "there is no user berta"),
        (
            one.with_password("a/b", None, "x".into()),
            "a/b cannot be the name of a user",
        ),
        (
            one.with_password("", None, "x".into()),
            "cannot be the name of a user",
        ),
        (
            one.with_password("a\nb", None, "x".into()),
            "a\\nb cannot be the name",
        ),
    ] {
        let said = changed.expect_err(expected).to_string();
        assert!(
            said.contains(expected) && !said.contains("hidden"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
