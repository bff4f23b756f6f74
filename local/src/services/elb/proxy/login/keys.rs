//! The keys of the load balancers: one signs what they say about users, the other encrypts sessions.

use std::sync::OnceLock;

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::account::Account;

/// What stands before the point of a public key of P-256 in a `SubjectPublicKeyInfo`.
const SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

const NONCE: usize = 12;

/// The keys as the state keeps them: a session outlives a restart. All in Base64.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct LoginKeys {
    id: String,
    signing: String,
    sealing: String,
}

impl std::fmt::Debug for LoginKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LoginKeys({})", self.id)
    }
}

/// The keys in use.
#[derive(Default)]
pub(crate) struct LoginKeysInUse(OnceLock<Keys>);

pub(super) struct Keys {
    /// A UUID, as on AWS.
    id: String,
    signing: EcdsaKeyPair,
    sealing: RandomizedNonceKey,
}

/// The keys of the account. The first call makes them.
pub(super) fn keys(account: &Account) -> &Keys {
    account.login_keys.0.get_or_init(|| {
        let known = account.read(|state| state.login_keys.clone());
        known.as_ref().and_then(Keys::read).unwrap_or_else(|| {
            let made = make();
            let keys = Keys::read(&made).expect("keys that were just made can be read");
            account.change(|state| state.login_keys = Some(made));
            keys
        })
    })
}

/// The public key with this id, in PEM, if there is one.
pub(super) fn public_key(account: &Account, id: &str) -> Option<String> {
    let keys = keys(account);
    if keys.id != id {
        return None;
    }
    let mut spki = SPKI.to_vec();
    spki.extend_from_slice(keys.signing.public_key().as_ref());
    let text = STANDARD.encode(spki);
    let (first, second) = text.split_at(64);
    Some(format!(
        "-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n"
    ))
}

fn make() -> LoginKeys {
    let random = SystemRandom::new();
    let signing = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
        .expect("the system always has random numbers");
    let sealing: [u8; 32] = rand::random();
    LoginKeys {
        id: uuid::Uuid::new_v4().to_string(),
        signing: STANDARD.encode(signing.as_ref()),
        sealing: STANDARD.encode(sealing),
    }
}

impl Keys {
    fn read(kept: &LoginKeys) -> Option<Self> {
        let signing = STANDARD.decode(&kept.signing).ok()?;
        let sealing = STANDARD.decode(&kept.sealing).ok()?;
        Some(Self {
            id: kept.id.clone(),
            signing: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &signing).ok()?,
            sealing: RandomizedNonceKey::new(&AES_256_GCM, &sealing).ok()?,
        })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// A JSON Web Token. As those of AWS, and unlike others, its parts are padded.
    pub(super) fn token(&self, header: &Value, claims: &Value) -> Option<String> {
        let signed = format!(
            "{}.{}",
            URL_SAFE.encode(header.to_string()),
            URL_SAFE.encode(claims.to_string())
        );
        let signature = self.signing.sign(&SystemRandom::new(), signed.as_bytes());
        Some(format!("{signed}.{}", URL_SAFE.encode(signature.ok()?)))
    }

    /// Encrypts a value. Only [`Self::open`] with the same purpose reads it again.
    pub(super) fn seal(&self, purpose: &str, value: &impl Serialize) -> Option<String> {
        let mut sealed = serde_json::to_vec(value).ok()?;
        let purpose = Aad::from(purpose.as_bytes());
        let nonce = self.sealing.seal_in_place_append_tag(purpose, &mut sealed);
        let mut text = nonce.ok()?.as_ref().to_vec();
        text.append(&mut sealed);
        Some(URL_SAFE_NO_PAD.encode(text))
    }

    /// Decrypts a value; `None` if it is of somebody else, of another purpose, or was changed.
    pub(super) fn open<T: DeserializeOwned>(&self, purpose: &str, text: &str) -> Option<T> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let purpose = Aad::from(purpose.as_bytes());
        let opened = self.sealing.open_in_place(nonce, purpose, &mut sealed);
        serde_json::from_slice(opened.ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_keys_and_purpose_open_what_was_sealed() {
        let keys = || Keys::read(&make()).unwrap();
        let (own, other) = (keys(), keys());
        let sealed = own.seal("session", &"anna").unwrap();
        let open = |keys: &Keys, purpose, text: &str| keys.open::<String>(purpose, text);
        assert_eq!(open(&own, "session", &sealed).as_deref(), Some("anna"));
        assert_eq!(open(&own, "state", &sealed), None);
        assert_eq!(open(&other, "session", &sealed), None);
        let mut changed = sealed.clone().into_bytes();
        changed[20] ^= 1;
        for text in ["", "AAAA", &sealed[1..], &String::from_utf8_lossy(&changed)] {
            assert_eq!(open(&own, "session", text), None, "{text}");
        }
    }
}
