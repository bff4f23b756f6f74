//! Credential helpers: programs that store logins.
//! <https://github.com/docker/docker-credential-helpers>

use std::io::{self, Write as _};
use std::process::{Command, Output, Stdio};

use serde::Deserialize;

use super::user::Login;

/// The user name that a helper returns with an identity token.
const TOKEN: &str = "<token>";
/// The longest quoted message of a helper, in characters.
const LONGEST_MESSAGE: usize = 300;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    username: String,
    secret: String,
}

/// The login that a helper has for a registry, or the reason why the helper failed.
pub(super) fn login(helper: &str, registry: &str) -> Result<Option<Login>, String> {
    let program = format!("docker-credential-{helper}");
    let output = ask(&program, registry).map_err(|err| match err.kind() {
        io::ErrorKind::NotFound => format!("the helper {program} is not on the PATH"),
        _ => format!("the helper {program} cannot be started ({err})"),
    })?;
    let message = message(&output);
    if !output.status.success() {
        // Helpers print this if they have no login for the registry.
        if message.contains("not found") {
            return Ok(None);
        }
        return Err(format!("the helper {program} failed ({message})"));
    }
    let response: Response = serde_json::from_slice(&output.stdout)
        .map_err(|_| format!("the helper {program} did not print a login"))?;
    if response.username == TOKEN {
        return Err(format!(
            "the helper {program} has an identity token, which only Docker itself can use"
        ));
    }
    Ok(Some(Login::Password {
        username: response.username,
        password: response.secret.into(),
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
        // A helper that ends without reading prints the reason itself.
        let _ = stdin.write_all(registry.as_bytes());
    }
    process.wait_with_output()
}

/// The message of a failed helper on one line, without anything that may be a login.
fn message(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stdout = if stdout.contains('{') { "" } else { &*stdout };
    let text = format!("{stdout} {}", String::from_utf8_lossy(&output.stderr));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return output.status.to_string();
    }
    text.chars().take(LONGEST_MESSAGE).collect()
}
