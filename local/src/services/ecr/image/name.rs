//! The name of an image, as containerd reads it.

use std::fmt;

use crate::account::Account;
use crate::aws::ACCOUNT;

/// The registry of a name without one.
const DOCKER: &str = "docker.io";

/// A name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// Host and port of the registry.
    pub(super) host: String,
    pub(super) repository: String,
    /// A tag or a digest.
    pub(super) reference: String,
}

impl Name {
    /// Parses `[HOST/]REPOSITORY[:TAG][@DIGEST]`.
    ///
    /// # Errors
    /// containerd's words for a name that cannot be read.
    pub(crate) fn parse(image: &str) -> Result<Self, String> {
        let (rest, digest) = match image.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (image, None),
        };
        let (host, path) = match rest.split_once('/') {
            Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => {
                (host, path.to_owned())
            }
            Some(_) => (DOCKER, rest.to_owned()),
            None => (DOCKER, format!("library/{rest}")),
        };
        let (repository, tag) = path.rsplit_once(':').unwrap_or((&path, "latest"));
        if !is_repository(repository) || !is_reference(digest.unwrap_or(tag)) {
            return Err(format!(
                "failed to parse image reference \"{image}\": invalid reference format"
            ));
        }
        Ok(Self {
            host: host.to_owned(),
            repository: repository.to_owned(),
            reference: digest.unwrap_or(tag).to_owned(),
        })
    }

    /// Whether the image belongs into the registry of the account: its host is that of the local
    /// registry, or the one that the account has on AWS.
    pub(super) fn is_of(&self, account: &Account) -> bool {
        self.host == account.endpoint.to_string()
            || self.host == format!("{ACCOUNT}.dkr.ecr.{}.amazonaws.com", account.region)
    }

    /// The host that answers for the registry.
    pub(super) fn server(&self) -> &str {
        if self.is_of_docker() {
            "registry-1.docker.io"
        } else {
            &self.host
        }
    }

    pub(super) fn is_of_docker(&self) -> bool {
        self.host == DOCKER
    }

    pub(super) fn not_found(&self) -> String {
        format!("failed to resolve ref {self}: {self}: not found")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.reference.contains(':') {
            '@'
        } else {
            ':'
        };
        write!(
            formatter,
            "{}/{}{separator}{}",
            self.host, self.repository, self.reference
        )
    }
}

fn is_repository(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte)
            })
    };
    name.split('/').all(is_part)
}

fn is_reference(reference: &str) -> bool {
    let mut bytes = reference.bytes();
    bytes.len() > 0
        && bytes.len() <= 128
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"._-:".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_completed_as_docker_does() {
        for (image, full) in [
            ("nginx", "docker.io/library/nginx:latest"),
            ("nginx:1.29", "docker.io/library/nginx:1.29"),
            ("me/app", "docker.io/me/app:latest"),
            ("localhost/app", "localhost/app:latest"),
            ("127.0.0.1:5000/a/b:1", "127.0.0.1:5000/a/b:1"),
            (
                "public.ecr.aws/nginx/nginx:1",
                "public.ecr.aws/nginx/nginx:1",
            ),
            ("ghcr.io/a/b@sha256:00", "ghcr.io/a/b@sha256:00"),
            ("ghcr.io/a/b:1@sha256:00", "ghcr.io/a/b@sha256:00"),
        ] {
            assert_eq!(
                Name::parse(image).map(|name| name.to_string()).as_deref(),
                Ok(full),
                "{image}"
            );
        }
        for wrong in ["", "A/B", "a//b", "a b", "ghcr.io/a:", "ghcr.io/", "a:b c"] {
            let refused = Name::parse(wrong).unwrap_err();
            assert!(
                refused.contains("invalid reference format"),
                "{wrong}: {refused}"
            );
        }
    }
}
