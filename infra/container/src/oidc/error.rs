use deploy::render::Shown;

/// Why a login at an identity provider cannot be set up: one sentence with the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OidcError {
    /// The page has no HTTPS.
    #[error("a login at an identity provider needs HTTPS: add --domain NAME or --certificate ARN")]
    NoHttps,
    /// HTTPS is to be turned off.
    #[error(
        "the users of this stack log in at an identity provider, which needs HTTPS: keep it, or add --no-oidc"
    )]
    HttpsInUse,
    /// The issuer is not a URL with HTTPS.
    #[error("{} is not an issuer: write --oidc as https://HOST, as the provider names itself", Shown(.0))]
    NoIssuer(String),
    /// The provider did not answer.
    #[error(
        "{} cannot be read ({}): check the URL of --oidc",
        Shown(url),
        Shown(reason)
    )]
    Unreachable {
        /// The address of its description.
        url: String,
        /// Why.
        reason: String,
    },
    /// The description lacks something.
    #[error(
        "{} {}: check the URL of --oidc, or choose another provider",
        Shown(url),
        Shown(what)
    )]
    Unusable {
        /// The address of the description.
        url: String,
        /// What is wrong with it.
        what: String,
    },
}
