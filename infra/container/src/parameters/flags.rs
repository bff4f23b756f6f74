use std::path::PathBuf;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use deploy::Parameters;

use super::{Ranges, Safeguards, Waf};
use crate::https::{CERTIFICATE, DOMAIN, HOSTED_ZONE};
use crate::oidc::{CLIENT_ID, ISSUER, PARAMETERS, SECRET};

/// The parameter of the template with the ranges of addresses that get in.
pub(super) const ALLOWED_RANGES: &str = "AllowedRanges";

/// The options for the parameters of the template. Without an option the deployed value is kept.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// The URI of an existing image [default: that of dist/, or the deployed one]
    #[arg(long, value_name = "URI", value_parser = NonEmptyStringValueParser::new())]
    pub image: Option<String>,
    /// The directory to make the image from [default: dist/ of the workspace, if it exists]
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "image")]
    pub dist: Option<PathBuf>,
    /// Use dist/ even if the sources have changed since it was built
    #[arg(long, conflicts_with = "image")]
    pub stale: bool,
    /// Sign the image with this key: a PEM file with an ECDSA key of the curve P-256
    #[arg(long, value_name = "FILE", conflicts_with = "image")]
    pub sign: Option<PathBuf>,
    /// The CPU that the image is for [default: that of dist/, or the deployed one]
    #[arg(long, value_parser = ["X86_64", "ARM64"])]
    pub cpu_architecture: Option<String>,
    /// How the page is reached.
    #[command(flatten)]
    pub https: Https,
    /// What protects and watches the service.
    #[command(flatten)]
    pub safeguards: Safeguards,
    /// Which addresses reach the page.
    #[command(flatten)]
    pub ranges: Ranges,
    /// What inspects the requests.
    #[command(flatten)]
    pub waf: Waf,
    /// Who logs in where.
    #[command(flatten)]
    pub oidc: Oidc,
}

/// The options for a login at an identity provider.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Login")]
pub struct Oidc {
    /// Let users log in at this identity provider (OIDC), in place of names and passwords; needs HTTPS
    #[arg(long, value_name = "ISSUER", requires_all = ["oidc_client_id", "oidc_secret"])]
    pub oidc: Option<String>,
    /// The client id of the page at the identity provider
    #[arg(long, value_name = "ID", requires = "oidc", value_parser = NonEmptyStringValueParser::new())]
    pub oidc_client_id: Option<String>,
    /// The name of the secret in Secrets Manager with the client secret
    #[arg(long, value_name = "NAME", requires = "oidc", value_parser = NonEmptyStringValueParser::new())]
    pub oidc_secret: Option<String>,
    /// Let users log in with names and passwords again
    #[arg(long, conflicts_with = "oidc")]
    pub no_oidc: bool,
}

impl Oidc {
    fn parameters(self) -> Vec<(&'static str, Option<String>)> {
        if self.no_oidc {
            return PARAMETERS.map(|key| (key, Some(String::new()))).into();
        }
        vec![
            (ISSUER, self.oidc),
            (CLIENT_ID, self.oidc_client_id),
            (SECRET, self.oidc_secret),
        ]
    }
}

/// The options for HTTPS.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "HTTPS")]
pub struct Https {
    /// Serve the page over HTTPS at this domain name, with a certificate that renews itself
    #[arg(long, value_name = "NAME")]
    pub domain: Option<String>,
    /// The hosted zone of the domain in Route 53 [default: the nearest public one of this account]
    #[arg(long, value_name = "ID", requires = "domain")]
    pub hosted_zone: Option<String>,
    /// Serve the page over HTTPS with this certificate of ACM
    #[arg(long, value_name = "ARN")]
    pub certificate: Option<String>,
    /// Serve the page over plain HTTP: whoever can read the traffic can read the passwords
    #[arg(long, conflicts_with_all = ["domain", "certificate"])]
    pub http: bool,
}

impl Https {
    fn parameters(self) -> [(&'static str, Option<String>); 3] {
        let off = self.http.then(String::new);
        // The parameter of the template takes lower case only, and no dot at the end.
        let domain = self.domain.as_deref();
        let domain = domain.map(|name| name.trim_end_matches('.').to_ascii_lowercase());
        [
            (DOMAIN, domain.or_else(|| off.clone())),
            (HOSTED_ZONE, self.hosted_zone.or_else(|| off.clone())),
            (CERTIFICATE, self.certificate.or(off)),
        ]
    }
}

impl From<Flags> for Parameters {
    fn from(flags: Flags) -> Self {
        [
            ("Image", flags.image),
            ("CpuArchitecture", flags.cpu_architecture),
        ]
        .into_iter()
        .chain(flags.safeguards.parameters())
        .chain(flags.https.parameters())
        .chain([(ALLOWED_RANGES, flags.ranges.parameter())])
        .chain(flags.waf.parameters())
        .chain(flags.oidc.parameters())
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
    }
}
