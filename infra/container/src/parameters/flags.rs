use std::path::PathBuf;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use deploy::Parameters;

use crate::https::{CERTIFICATE, DOMAIN, HOSTED_ZONE};

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
        .chain(flags.https.parameters())
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
    }
}
