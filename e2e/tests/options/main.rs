//! The options of the three stacks, in combinations that have every pair of values: each combination
//! passes cfn-lint, and deploys over the one before it.

mod container;
mod lint;
mod pairs;
mod stacks;

use clap::Args;
use deploy::Parameters;

/// An option with the values that are tried; an empty value leaves it out.
type Choice = (&'static str, &'static [&'static str]);

/// A switch.
const SWITCH: &[&str] = &["false", "true"];

/// The options of `container deploy`. A new option is a new line here; ARN stands for a certificate.
const CONTAINER: &[Choice] = &[
    ("--access-logs", SWITCH),
    ("--customer-key", SWITCH),
    ("--deletion-protection", SWITCH),
    ("--exec", SWITCH),
    ("--allow", &["any", "203.0.113.0/24"]),
    ("--waf", SWITCH),
    (
        "",
        &["--http", "--domain app.example.test", "--certificate ARN"],
    ),
];

/// The options of `vpc deploy`.
const VPC: &[Choice] = &[
    ("--flow-logs", SWITCH),
    ("--customer-key", SWITCH),
    ("--nat-gateways", &["1", "2"]),
];

/// The options of `table deploy`.
const TABLE: &[Choice] = &[
    ("--deletion-protection", SWITCH),
    ("--customer-key", SWITCH),
];

/// The words of each combination.
fn combinations(choices: &[Choice], certificate: &str) -> Vec<String> {
    let sizes: Vec<usize> = choices.iter().map(|(_, values)| values.len()).collect();
    let rows = pairs::rows(&sizes);
    let line = |row: Vec<usize>| {
        let words = choices.iter().zip(row).map(|((option, values), chosen)| {
            let words = format!("{option} {}", values[chosen]);
            words.trim().replace("ARN", certificate)
        });
        words.collect::<Vec<_>>().join(" ")
    };
    rows.into_iter().map(line).collect()
}

/// The parameters of the template for some words of the command line.
fn parameters<F: Args + Into<Parameters>>(words: &str) -> Parameters {
    let command = F::augment_args(clap::Command::new("deploy").no_binary_name(true));
    let matches = command
        .try_get_matches_from(words.split_whitespace())
        .expect("options");
    F::from_arg_matches(&matches).expect("flags").into()
}
