use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// The load balancers of AWS pad their tokens, against the standard.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The length of an id of a key. It becomes a part of a URL, so that it has to be a UUID in exactly this form.
const ID_LENGTH: usize = 36;

/// How many seconds the clocks of the load balancer and of this service may differ.
const SKEW: u64 = 30;

/// The longest name of a user, in bytes.
const LONGEST_NAME: usize = 256;

/// The claims that can name a user, the one that people know best first. The last one is always there.
const NAMES: [&str; 3] = ["email", "preferred_username", "sub"];

/// A token. Until its signature is checked, nothing in it is true.
#[derive(Debug)]
pub(super) struct Token<'a> {
    header: Header,
    pub(super) key: Uuid,
    claims: Map<String, Value>,
    /// What is signed: everything before the last dot.
    pub(super) signed: &'a str,
    pub(super) signature: Vec<u8>,
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    kid: String,
    signer: String,
    iss: String,
    client: String,
    exp: u64,
}

/// What a token has to say.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) signer: String,
    pub(super) issuer: String,
    pub(super) client: String,
}

impl<'a> Token<'a> {
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = serde_json::from_slice(&BASE64.decode(header).ok()?).ok()?;
        let key = Some(&header.kid).filter(|id| id.len() == ID_LENGTH)?;
        Some(Self {
            key: key.parse().ok()?,
            header,
            claims: serde_json::from_slice(&BASE64.decode(claims).ok()?).ok()?,
            signed,
            signature: BASE64.decode(signature).ok()?,
        })
    }

    /// The name of the user. Ask only after the signature was checked.
    pub(super) fn user(&self) -> Option<String> {
        let texts = NAMES
            .iter()
            .filter_map(|name| self.claims.get(*name)?.as_str());
        let mut names = texts.filter(|name| !name.is_empty() && name.len() <= LONGEST_NAME);
        names.next().map(str::to_owned)
    }
}

impl Expected {
    /// Whether a token is meant for this service at this time. If not, says why.
    pub(super) fn check(&self, token: &Token<'_>, now: u64) -> Result<(), &'static str> {
        let header = &token.header;
        if header.alg != "ES256" {
            Err("it is not signed with ES256")
        } else if header.signer != self.signer {
            Err("another load balancer has signed it")
        } else if header.iss != self.issuer {
            Err("another identity provider has issued it")
        } else if header.client != self.client {
            Err("it is for another client of the identity provider")
        } else if header.exp.saturating_add(SKEW) <= now {
            Err("it has expired")
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
    use serde_json::json;

    use super::*;

    const KEY: &str = "12345678-1234-1234-1234-123456789012";

    fn header(change: (&str, Value)) -> Value {
        let mut header = json!({
            "alg": "ES256", "kid": KEY, "signer": "arn", "iss": "https://id", "client": "app", "exp": 1000,
        });
        header[change.0] = change.1;
        header
    }

    fn text(header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE.encode(value.to_string());
        format!(
            "{}.{}.{}",
            part(header),
            part(claims),
            URL_SAFE.encode([1; 64])
        )
    }

    #[test]
    fn a_token_of_aws_is_padded_and_another_one_is_not() {
        let text = text(&header(("exp", json!(1000))), &json!({"sub": "ab"}));
        assert!(text.contains('='), "{text}");
        for text in [text.clone(), text.replace('=', "")] {
            let token = Token::read(&text).unwrap();
            assert_eq!(token.key.to_string(), KEY);
            assert_eq!(token.user().as_deref(), Some("ab"));
            assert_eq!(format!("{}.", token.signed), text[..=token.signed.len()]);
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let good = text(&header(("exp", json!(1000))), &json!({"sub": "a"}));
        let part = URL_SAFE_NO_PAD.encode("{}");
        for bad in [
            "",
            ".",
            "..",
            "a.b.c",
            "e30.e30",
            &good[1..],
            &format!("{good}!"),
            &format!("{good}.x"),
            &format!("{part}.{part}."),
        ] {
            assert!(Token::read(bad).is_none(), "{bad}");
        }
        for kid in [
            "",
            "../../secret",
            "12345678123412341234123456789012",
            "{12345678-1234-1234-1234-1234567890}",
            "12345678-1234-1234-1234-12345678901/",
            "12345678-1234-1234-1234-1234567890123",
        ] {
            let text = text(&header(("kid", json!(kid))), &json!({}));
            assert!(Token::read(&text).is_none(), "{kid}");
        }
    }

    #[test]
    fn only_a_token_for_this_service_is_accepted() {
        let expected = Expected {
            signer: "arn".into(),
            issuer: "https://id".into(),
            client: "app".into(),
        };
        for (change, now, is_good) in [
            (("alg", json!("ES256")), 0, true),
            (("exp", json!(1000)), 1029, true),
            (("exp", json!(1000)), 1030, false),
            (("exp", json!(u64::MAX)), u64::MAX, false),
            (("alg", json!("none")), 0, false),
            (("alg", json!("HS256")), 0, false),
            (("signer", json!("arn2")), 0, false),
            (("iss", json!("https://evil")), 0, false),
            (("client", json!("other")), 0, false),
        ] {
            let text = text(&header(change.clone()), &json!({}));
            let token = Token::read(&text).unwrap();
            assert_eq!(expected.check(&token, now).is_ok(), is_good, "{change:?}");
        }
    }

    #[test]
    fn a_user_is_named_by_the_best_known_claim() {
        let long = "x".repeat(LONGEST_NAME + 1);
        for (claims, expected) in [
            (
                json!({"sub": "1", "preferred_username": "anna", "email": "anna@x"}),
                Some("anna@x"),
            ),
            (
                json!({"sub": "1", "preferred_username": "anna", "email": ""}),
                Some("anna"),
            ),
            (json!({"sub": "1", "email": 7}), Some("1")),
            (json!({"sub": "1", "email": long}), Some("1")),
            (json!({"name": "anna"}), None),
        ] {
            let text = text(&header(("exp", json!(1))), &claims);
            assert_eq!(
                Token::read(&text).unwrap().user().as_deref(),
                expected,
                "{claims}"
            );
        }
    }
}
