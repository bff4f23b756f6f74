use anyhow::{Context, bail};
use clap::Args;

use super::token::Expected;

/// Which load balancer vouches for users, who have logged in at which identity provider.
#[derive(Args, Clone, Debug, Default)]
pub struct OidcOptions {
    /// ARN of the load balancer that logs users in at an identity provider, in place of accounts
    #[arg(long, env, value_name = "ARN")]
    pub oidc_signer: Option<String>,

    /// Issuer of the identity provider, for --oidc-signer
    #[arg(long, env, value_name = "URL")]
    pub oidc_issuer: Option<String>,

    /// Client id of this service at the identity provider, for --oidc-signer
    #[arg(long, env, value_name = "ID")]
    pub oidc_client: Option<String>,

    /// Where the public keys of load balancers are; without it, AWS's address for the region
    #[arg(long, env, value_name = "URL")]
    pub elb_public_keys_url: Option<String>,
}

impl OidcOptions {
    /// What a token has to say; `None` without a load balancer.
    pub(super) fn expected(&self) -> anyhow::Result<Option<Expected>> {
        let signer = given(self.oidc_signer.as_deref());
        let issuer = given(self.oidc_issuer.as_deref());
        let client = given(self.oidc_client.as_deref());
        match (signer, issuer, client) {
            (None, None, None) => Ok(None),
            (Some(signer), Some(issuer), Some(client)) => Ok(Some(Expected {
                signer,
                issuer,
                client,
            })),
            _ => bail!(
                "OIDC_SIGNER, OIDC_ISSUER and OIDC_CLIENT belong together: set all three, or none"
            ),
        }
    }

    /// Where the public keys of this load balancer are.
    pub(super) fn keys_url(&self, signer: &str) -> anyhow::Result<String> {
        let url = match given(self.elb_public_keys_url.as_deref()) {
            Some(url) => url,
            None => of_region(signer).context(
                "OIDC_SIGNER is not the ARN of a load balancer: correct it, or set ELB_PUBLIC_KEYS_URL",
            )?,
        };
        Ok(url.trim_end_matches('/').to_owned())
    }
}

/// An empty variable counts as one that is not set.
fn given(text: Option<&str>) -> Option<String> {
    let text = text.map(str::trim);
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// AWS's address of the keys. (Its guide has none for China: there it is the usual one with the domain of China.)
fn of_region(signer: &str) -> Option<String> {
    let mut parts = signer.split(':');
    let ("arn", partition, "elasticloadbalancing", region) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?)
    else {
        return None;
    };
    let is_of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if region.is_empty() || !region.chars().all(is_of_name) {
        return None;
    }
    Some(match partition {
        "aws-us-gov" => {
            format!("https://s3-{region}.amazonaws.com/aws-elb-public-keys-prod-{region}")
        }
        "aws-cn" => format!("https://public-keys.auth.elb.{region}.amazonaws.com.cn"),
        _ => format!("https://public-keys.auth.elb.{region}.amazonaws.com"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_where_aws_has_them_for_the_region() {
        let keys = |signer: &str| OidcOptions::default().keys_url(signer).ok();
        let name = "loadbalancer/app/web/50dc6c495c0c9188";
        for (signer, expected) in [
            (
                format!("arn:aws:elasticloadbalancing:eu-central-1:123456789012:{name}"),
                Some("https://public-keys.auth.elb.eu-central-1.amazonaws.com"),
            ),
            (
                format!("arn:aws-us-gov:elasticloadbalancing:us-gov-west-1:123456789012:{name}"),
                Some(
                    "https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1",
                ),
            ),
            (
                format!("arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:{name}"),
                Some("https://public-keys.auth.elb.cn-north-1.amazonaws.com.cn"),
            ),
            (
                format!("arn:aws:elasticloadbalancing:evil.example/x:1:{name}"),
                None,
            ),
            (format!("arn:aws:elasticloadbalancing::1:{name}"), None),
            ("web".to_owned(), None),
        ] {
            assert_eq!(keys(&signer).as_deref(), expected, "{signer}");
        }
        let elsewhere = OidcOptions {
            elb_public_keys_url: Some("http://127.0.0.1:1/keys/".into()),
            ..OidcOptions::default()
        };
        assert_eq!(
            elsewhere.keys_url("web").unwrap(),
            "http://127.0.0.1:1/keys"
        );
    }

    #[test]
    fn the_options_belong_together() {
        let options = |signer: &str, issuer: &str, client: &str| OidcOptions {
            oidc_signer: Some(signer.into()),
            oidc_issuer: Some(issuer.into()),
            oidc_client: Some(client.into()),
            elb_public_keys_url: None,
        };
        assert!(options("", " ", "").expected().unwrap().is_none());
        assert!(
            options("arn", "https://id", "app")
                .expected()
                .unwrap()
                .is_some()
        );
        for (signer, issuer, client) in [("arn", "https://id", ""), ("", "https://id", "app")] {
            let err = options(signer, issuer, client).expected().unwrap_err();
            assert!(err.to_string().contains("belong together"), "{err}");
        }
    }
}
