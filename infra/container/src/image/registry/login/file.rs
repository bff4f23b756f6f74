use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;

use super::helper;
use super::user::Login;
use crate::image::Error;

/// The name of Docker's own registry in the files.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// Some versions of Docker leave out the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A `config.json` of Docker or an `auth.json` of podman.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct File {
    auths: Option<HashMap<String, Entry>>,
    /// The helper for each registry.
    cred_helpers: Option<HashMap<String, String>>,
    /// The helper for all other registries.
    creds_store: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
}

impl File {
    /// Reads a file, if it exists.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, Error> {
        let text = match std::fs::read(path) {
            Ok(text) => text,
            Err(err) if matches!(err.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(err) => return Err(Error::file(path)(err)),
        };
        // An empty file is valid for podman.
        if text.trim_ascii().is_empty() {
            return Ok(None);
        }
        // Without the message of the parser: it would quote the file, perhaps a password.
        let file = serde_json::from_slice(&text).map_err(|err| Error::LoginFile {
            path: path.to_owned(),
            line: err.line(),
            column: err.column(),
        })?;
        Ok(Some(file))
    }

    /// The login for a repository, or the reason why it cannot be used.
    pub(super) fn login(&self, registry: &str, repository: &str) -> Result<Option<Login>, String> {
        let names = names(registry);
        let helper = self.cred_helpers.as_ref().and_then(|helpers| {
            let mut known = names.iter();
            known.find_map(|name| Some((*name, helpers.get(*name)?)))
        });
        if let Some((name, helper)) = helper.filter(|(_, helper)| !helper.is_empty()) {
            return helper::login(helper, name);
        }
        if let Some(login) = self.entry(registry, repository).map(Entry::login) {
            let login = login?;
            if login.is_some() {
                return Ok(login);
            }
        }
        match self.creds_store.as_deref() {
            Some(store) if !store.is_empty() => helper::login(store, names[0]),
            _ => Ok(None),
        }
    }

    /// The entry of the repository, of one of its namespaces, or of the registry.
    fn entry(&self, registry: &str, repository: &str) -> Option<&Entry> {
        let auths = self.auths.as_ref()?;
        let whole = format!("{registry}/{repository}");
        let mut key = whole.as_str();
        while let Some((shorter, _)) = key.rsplit_once('/') {
            if let Some(entry) = auths.get(key) {
                return Some(entry);
            }
            key = shorter;
        }
        let names = names(registry);
        let of_registry = names.iter().find_map(|name| auths.get(*name));
        // Old versions wrote URLs.
        of_registry.or_else(|| {
            let mut all = auths.iter();
            let found = all.find(|(key, _)| names.contains(&host(key)));
            found.map(|(_, entry)| entry)
        })
    }
}

impl Entry {
    fn login(&self) -> Result<Option<Login>, String> {
        if self.identitytoken.is_some() {
            return Err("it is an identity token, which only Docker itself can use".to_owned());
        }
        if let Some(auth) = self.auth.as_deref().filter(|auth| !auth.is_empty()) {
            let login = decode(auth).ok_or("its `auth` is not base64 of USER:PASSWORD")?;
            return Ok(Some(login));
        }
        let (Some(username), Some(password)) = (&self.username, &self.password) else {
            return Ok(None);
        };
        Ok(Some(Login::Password {
            username: username.clone(),
            password: password.clone().into(),
        }))
    }
}

fn decode(auth: &str) -> Option<Login> {
    let decoded = String::from_utf8(BASE64.decode(auth).ok()?).ok()?;
    let (username, password) = decoded.split_once(':')?;
    Some(Login::Password {
        username: username.to_owned(),
        password: password.into(),
    })
}

/// The names of a registry in the files. Helpers know the first one.
fn names(registry: &str) -> Vec<&str> {
    match registry {
        "docker.io" | "index.docker.io" => vec![DOCKER_HUB, "docker.io", "index.docker.io"],
        registry => vec![registry],
    }
}

/// The host in a key, which may be a URL.
fn host(key: &str) -> &str {
    let Some((_, rest)) = key.split_once("://") else {
        return key;
    };
    rest.split_once('/').map_or(rest, |(host, _)| host)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    /// The user of the login in a file.
    fn user(file: &str, registry: &str, repository: &str) -> Option<String> {
        let file: File = serde_json::from_str(file).unwrap();
        match file.login(registry, repository).unwrap()? {
            Login::Password { username, password } => {
                assert_eq!(password.expose_secret(), "pass:word");
                Some(username)
            }
            Login::Anonymous => None,
        }
    }

    /// `USER:pass:word`
    fn auth(user: &str) -> String {
        base64::engine::general_purpose::STANDARD.encode(format!("{user}:pass:word"))
    }

    #[test]
    fn the_most_specific_entry_wins() {
        let file = format!(
            r#"{{"auths": {{"quay.io": {{"auth": "{}"}}, "quay.io/team": {{"auth": "{}"}}, "quay.io/team/app": {{"auth": "{}"}}}}}}"#,
            auth("registry"),
            auth("team"),
            auth("app")
        );
        for (repository, expected) in [
            ("team/app", "app"),
            ("team/app/sub", "app"),
            ("team/other", "team"),
            ("teams/app", "registry"),
            ("app", "registry"),
        ] {
            let found = user(&file, "quay.io", repository);
            assert_eq!(found.as_deref(), Some(expected), "{repository}");
        }
        assert_eq!(user(&file, "ghcr.io", "team/app"), None);
    }

    #[test]
    fn a_registry_has_several_names() {
        for (key, registry) in [
            ("https://index.docker.io/v1/", "docker.io"),
            ("docker.io", "docker.io"),
            ("https://docker.io/v1/", "docker.io"),
            ("https://registry.corp:5000/v2/", "registry.corp:5000"),
            ("http://registry.corp", "registry.corp"),
        ] {
            let entry = format!(r#"{{"auths": {{"{key}": {{"auth": "{}"}}}}}}"#, auth("a"));
            assert_eq!(user(&entry, registry, "b").as_deref(), Some("a"), "{key}");
        }
        let plain = r#"{"auths": {"a.b": {"username": "a", "password": "pass:word"}}}"#;
        assert_eq!(user(plain, "a.b", "c").as_deref(), Some("a"));
        let unpadded = auth("ab").trim_end_matches('=').to_owned();
        let unpadded = format!(r#"{{"auths": {{"a.b": {{"auth": "{unpadded}"}}}}}}"#);
        assert_eq!(user(&unpadded, "a.b", "c").as_deref(), Some("ab"));
    }

    #[test]
    fn a_file_without_entries_has_no_login() {
        for file in [
            "{}",
            r#"{"auths": {}}"#,
            r#"{"auths": {"a.b": {}}, "credsStore": ""}"#,
        ] {
            assert_eq!(user(file, "a.b", "c"), None, "{file}");
        }
    }

    #[test]
    fn an_unusable_login_is_not_quoted() {
        for entry in [r#"{"auth": "secret!"}"#, r#"{"identitytoken": "secret!"}"#] {
            let file: File =
                serde_json::from_str(&format!(r#"{{"auths": {{"a.b": {entry}}}}}"#)).unwrap();
            let reason = file.login("a.b", "c").unwrap_err();
            assert!(!reason.contains("secret"), "{reason}");
        }
    }
}
