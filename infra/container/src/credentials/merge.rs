use super::account::Account;
use super::accounts::Accounts;

/// The changes that were made to `base` at the same time, by somebody else and by us. `None` if no account
/// is left.
pub(super) fn merged(base: &Accounts, theirs: &Accounts, ours: &Accounts) -> Option<Accounts> {
    let has = |accounts: &Accounts, account: &Account| accounts.0.iter().any(|it| it.is(account));
    let is_removed = |account: &&Account| has(base, account) && !has(ours, account);
    let is_added = |account: &&Account| !has(base, account) && !has(theirs, account);
    let kept = theirs.0.iter().filter(|account| !is_removed(account));
    let added = ours.0.iter().filter(is_added);
    let mut merged = Accounts(kept.chain(added).cloned().collect());
    for account in &mut merged.0 {
        let role = |accounts: &Accounts| accounts.of(&account.user).next().map(|it| it.role);
        let (before, here, there) = (role(base), role(ours), role(theirs));
        // A role that was changed counts for all passwords of the user, also for one that is new.
        let role = if here == before {
            there.or(here)
        } else {
            here.or(there)
        };
        account.role = role.flatten();
    }
    (!merged.0.is_empty()).then_some(merged)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(text: &str) -> Accounts {
        Accounts::read(text).expect("accounts")
    }

    fn text(accounts: &Accounts) -> String {
        accounts.text().expose_secret().replace('\n', " ")
    }

    #[test]
    fn changes_that_are_made_at_the_same_time_are_both_there() {
        let base = "anna:one berta:two";
        for (theirs, ours, expected) in [
            // Each adds a user, removes one, or adds a password.
            (
                "anna:one berta:two carla:c",
                "anna:one berta:two dora:d",
                Some("anna:one berta:two carla:c dora:d"),
            ),
            (
                "anna:one",
                "anna:one berta:two dora:d",
                Some("anna:one dora:d"),
            ),
            (
                "anna:one berta:two carla:c",
                "berta:two",
                Some("berta:two carla:c"),
            ),
            (
                "anna:one berta:two anna:a",
                "anna:one berta:two anna:b",
                Some("anna:one berta:two anna:a anna:b"),
            ),
            // Theirs has the change already that was lost before.
            (
                "anna:one berta:two dora:d",
                "anna:one berta:two dora:d",
                Some("anna:one berta:two dora:d"),
            ),
            // A new role also counts for a password that is new to us.
            (
                "anna:one berta:two anna:a",
                "viewer/anna:one berta:two",
                Some("viewer/anna:one berta:two viewer/anna:a"),
            ),
            (
                "viewer/anna:one berta:two",
                "anna:one berta:two anna:b",
                Some("viewer/anna:one berta:two viewer/anna:b"),
            ),
            // Each removes the user that the other keeps.
            ("anna:one", "berta:two", None),
        ] {
            let merged = merged(&read(base), &read(theirs), &read(ours));
            assert_eq!(
                merged.as_ref().map(text).as_deref(),
                expected,
                "{theirs} and {ours}"
            );
        }
    }
}
