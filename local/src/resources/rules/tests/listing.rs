//! `docs/checks.md` lists every rule.

use std::fmt::Write as _;
use std::fs;

use super::SERVICES;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/checks.md");
const BEGIN: &str =
    "<!-- The list of rules: CHECKS=write cargo test --workspace --lib listing -->\n";
const END: &str = "<!-- The end of the list -->\n";

/// With `CHECKS=write`, the test writes the list instead.
#[test]
fn the_documentation_lists_every_rule() {
    let page = fs::read_to_string(FILE).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("the list begins");
    let (list, after) = rest.split_once(END).expect("the list ends");
    let wanted = listing();
    if std::env::var_os("CHECKS").is_some_and(|mode| mode == "write") {
        fs::write(FILE, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
    } else {
        assert_eq!(
            list, wanted,
            "run the command in the comment above the list"
        );
    }
}

fn listing() -> String {
    let mut text =
        "\n| resource type | rule | error code | source |\n|---|---|---|---|\n".to_owned();
    for rule in SERVICES.iter().flat_map(|rules| rules.list) {
        let kind = rule.resource_type.trim_start_matches("AWS::");
        let name = rule
            .source
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or("");
        let shown = if rule.source.contains("github.com") {
            "report"
        } else {
            name.trim_end_matches(".html")
        };
        writeln!(
            text,
            "| `{kind}` | {} | `{}` | [{shown}]({}) |",
            rule.what, rule.code, rule.source
        )
        .unwrap();
    }
    text + "\n"
}

#[test]
fn a_rule_has_a_source_and_a_sentence() {
    for rule in SERVICES.iter().flat_map(|rules| rules.list) {
        assert!(rule.source.starts_with("https://"), "{}", rule.id);
        assert!(
            !rule.what.ends_with('.') && rule.what.len() > 10,
            "{}",
            rule.id
        );
    }
    let count = SERVICES.iter().map(|rules| rules.list.len()).sum::<usize>();
    assert!(count >= 80, "{count} rules");
}
