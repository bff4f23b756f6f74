//! <https://github.com/docker/docker-credential-helpers>

use std::io::{self, Write as _};
use std::process::{Command, Output, Stdio};

use serde::Deserialize;

use super::Login;

/// The user of an identity token.
const TOKEN: &str = "<token>";
/// Enough for a sentence.
const LONGEST: usize = 300;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// The login that a helper has for a registry, or why it gives none.
pub(super) fn login(helper: &str, registry: &str) -> Result<Option<Login>, String> {
    let program = format!("docker-credential-{helper}");
    let output = ask(&program, registry).map_err(|err| match err.kind() {
        io::ErrorKind::NotFound => format!("the helper {program} is not on the PATH"),
        _ => format!("the helper {program} cannot be started ({err})"),
    })?;
    let said = words(&output);
    if !output.status.success() {
        // A helper says this where it has no login to give.
        if said.contains("not found") {
            return Ok(None);
        }
        return Err(format!("the helper {program} fails ({said})"));
    }
    let answer: Answer = serde_json::from_slice(&output.stdout)
        .map_err(|_| format!("the helper {program} printed something else than a login"))?;
    if answer.username == TOKEN {
        return Err(format!(
            "the helper {program} has an identity token, which only Docker itself can use"
        ));
    }
    Ok(Some(Login::Password {
        username: answer.username,
        password: answer.secret.into(),
    }))
}

fn ask(program: &str, registry: &str) -> io::Result<Output> {
    let mut process = Command::new(program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = process.stdin.take() {
        // One that ends without reading says itself why.
        let _ = stdin.write_all(registry.as_bytes());
    }
    process.wait_with_output()
}

/// What a helper that failed has said, in one line; nothing that may be a login.
fn words(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stdout = if stdout.contains('{') { "" } else { &*stdout };
    let text = format!("{stdout} {}", String::from_utf8_lossy(&output.stderr));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return output.status.to_string();
    }
    text.chars().take(LONGEST).collect()
}
