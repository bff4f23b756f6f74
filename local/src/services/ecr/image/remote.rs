//! An image of another registry, which is copied to the blobs of this machine
//! (<https://github.com/opencontainers/distribution-spec>).

use std::error::Error;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use http_auth::parse_challenges;
use reqwest::header::{ACCEPT, AUTHORIZATION, WWW_AUTHENTICATE};
use reqwest::{Client, Response, StatusCode, Url};
use serde::Deserialize;
use tokio::io::AsyncWriteExt as _;

use super::LARGEST_DOCUMENT;
use super::manifest::{Descriptor, Index, Manifest};
use super::name::Name;
use crate::account::{Account, check_room};
use crate::services::ecr::blobs::{digest, digest_of_file};

/// How long a registry may take for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a registry may be silent.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

const MANIFESTS: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

/// A pull of one image.
struct Pull<'a> {
    account: &'a Account,
    name: &'a Name,
    http: Client,
    base: Url,
    token: Option<String>,
}

/// The answer with a token: it has either name.
#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

/// Copies the image's configuration and layers. Returns the digest and the text of its manifest.
///
/// # Errors
/// The reason in containerd's words.
pub(super) async fn fetch(
    account: &Account,
    name: &Name,
    architecture: &str,
) -> Result<(String, String), String> {
    let scheme = if connect::is_on_this_machine(&name.host) {
        "http"
    } else {
        "https"
    };
    let base = format!("{scheme}://{}/v2/{}/", name.server(), name.repository);
    let http = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .build();
    let mut pull = Pull {
        account,
        name,
        http: http.map_err(|err| err.to_string())?,
        base: base
            .parse()
            .map_err(|err| format!("failed to parse image reference: {err}"))?,
        token: None,
    };
    let resolved = pull.manifest(&name.reference).await;
    let (mut found, mut text) =
        resolved.map_err(|reason| format!("failed to resolve ref {name}: {reason}"))?;
    if let Ok(index) = serde_json::from_str::<Index>(&text) {
        let descriptor = index.for_platform(architecture).ok_or_else(|| {
            format!("image Manifest does not contain descriptor matching platform 'linux/{architecture}'")
        })?;
        (found, text) = pull.manifest(&descriptor).await?;
    }
    let manifest: Manifest = serde_json::from_str(&text).map_err(|err| err.to_string())?;
    for blob in manifest.layers.iter().chain([&manifest.config]) {
        pull.blob(blob)
            .await
            .map_err(|reason| format!("failed to copy: {reason}"))?;
    }
    Ok((found, text))
}

impl Pull<'_> {
    /// The digest and the text of a manifest.
    async fn manifest(&mut self, reference: &str) -> Result<(String, String), String> {
        let response = self.get(&format!("manifests/{reference}")).await?;
        let text = read(response).await?;
        let found = digest(text.as_bytes());
        if reference.starts_with("sha256:") && found != reference {
            return Err(format!("{reference} has the digest {found}"));
        }
        Ok((found, text))
    }

    /// Copies a blob that is not here yet.
    async fn blob(&mut self, blob: &Descriptor) -> Result<(), String> {
        let target = self.account.blobs.blob(&blob.digest);
        let target = target.ok_or_else(|| format!("{} is not a digest", blob.digest))?;
        if target.is_file() {
            return Ok(());
        }
        let response = self.get(&format!("blobs/{}", blob.digest)).await?;
        let id = uuid::Uuid::new_v4().to_string();
        let part = self
            .account
            .blobs
            .upload(&id)
            .ok_or("no place for a blob")?;
        let copied = copy(response, &part)
            .await
            .and_then(|()| digest_of_file(&part));
        let outcome = match copied {
            Ok(found) if found == blob.digest => {
                std::fs::rename(&part, target).map_err(|err| err.to_string())
            }
            Ok(found) => Err(format!("{} has the digest {found}", blob.digest)),
            Err(err) => Err(err.to_string()),
        };
        // It is gone if it was renamed.
        let _ = std::fs::remove_file(&part);
        outcome
    }

    /// Gets a resource of the repository, with a token if the registry asks for one.
    async fn get(&mut self, path: &str) -> Result<Response, String> {
        let url = self.base.join(path).map_err(|err| err.to_string())?;
        let mut response = self.send(&url).await?;
        if response.status() == StatusCode::UNAUTHORIZED && self.log_in(&response).await {
            response = self.send(&url).await?;
        }
        match response.status() {
            status if status.is_success() => Ok(response),
            StatusCode::NOT_FOUND => Err(format!("{}: not found", self.name)),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if self.name.is_of_docker() => Err(
                "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed".to_owned(),
            ),
            status => Err(format!("unexpected status from HEAD request to {url}: {status}")),
        }
    }

    async fn send(&self, url: &Url) -> Result<Response, String> {
        let mut request = self.http.get(url.clone()).header(ACCEPT, MANIFESTS);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let failed = |err| {
            format!(
                "failed to do request: Head \"{url}\": {}",
                self.dialed(&err)
            )
        };
        request.send().await.map_err(failed)
    }

    /// Gets a token for everybody. Returns whether there is one now that was not there before.
    async fn log_in(&mut self, response: &Response) -> bool {
        if self.token.is_some() {
            return false;
        }
        let Some(address) = token_address(response, &self.name.repository) else {
            return false;
        };
        let answer = async { self.http.get(address).send().await?.bytes().await };
        let answer = answer.await.ok();
        let answer = answer.and_then(|answer| serde_json::from_slice::<Token>(&answer).ok());
        self.token = answer.and_then(|answer| answer.token.or(answer.access_token));
        self.token.is_some()
    }

    /// A failed connection, in the words of Go.
    fn dialed(&self, err: &reqwest::Error) -> String {
        let text = plain(err);
        let server = self.name.server();
        if text.contains("dns error") || text.contains("lookup address") {
            return format!("dial tcp: lookup {server} on 169.254.169.253:53: no such host");
        }
        if text.contains("refused") {
            return format!("dial tcp {server}: connect: connection refused");
        }
        if err.is_timeout() {
            return format!("dial tcp {server}: i/o timeout");
        }
        text
    }
}

/// The text of a manifest.
async fn read(response: Response) -> Result<String, String> {
    let mut text = Vec::new();
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.try_next().await.map_err(|err| plain(&err))? {
        text.extend_from_slice(&piece);
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > LARGEST_DOCUMENT {
            return Err("its manifest is larger than 4 MiB".to_owned());
        }
    }
    String::from_utf8(text).map_err(|err| err.to_string())
}

async fn copy(response: Response, part: &std::path::Path) -> std::io::Result<()> {
    /// How many bytes are written between two looks at the disk.
    const BETWEEN: usize = 64 << 20;
    let mut file = tokio::fs::File::create(part).await?;
    let mut pieces = response.bytes_stream();
    let mut until_look = 0_usize;
    while let Some(piece) = pieces.try_next().await.map_err(std::io::Error::other)? {
        until_look = match until_look.checked_sub(piece.len()) {
            Some(rest) => rest,
            None => check_room(part).map(|()| BETWEEN)?,
        };
        file.write_all(&piece).await?;
    }
    file.flush().await
}

/// Where a registry gives tokens for pulling.
fn token_address(response: &Response, repository: &str) -> Option<Url> {
    let values = response.headers().get_all(WWW_AUTHENTICATE).iter();
    let values: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
    let challenges = values
        .iter()
        .flat_map(|value| parse_challenges(value))
        .flatten();
    let bearer = challenges
        .into_iter()
        .find(|one| one.scheme.eq_ignore_ascii_case("Bearer"))?;
    let parameter = |name: &str| {
        let mut all = bearer.params.iter();
        let found = all.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_unescaped())
    };
    let mut address: Url = parameter("realm")?.parse().ok()?;
    if let Some(service) = parameter("service") {
        address.query_pairs_mut().append_pair("service", &service);
    }
    let scope = format!("repository:{repository}:pull");
    address.query_pairs_mut().append_pair("scope", &scope);
    Some(address)
}

/// An error with all its causes.
fn plain(err: &dyn Error) -> String {
    let mut text = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        text = format!("{text}: {err}");
        cause = err.source();
    }
    text
}
