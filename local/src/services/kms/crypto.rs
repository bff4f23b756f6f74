//! Encryption with a key. The text says which key, so that `Decrypt` need not be told.

use std::collections::BTreeMap;

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::keys::Stored;

/// The length of a key's id, in bytes, and of a nonce.
const ID: usize = 36;
const NONCE: usize = 12;

/// The pairs that a caller has to repeat to decrypt.
pub(super) type Context = BTreeMap<String, String>;

/// Encrypts; `None` if the key has no material of its own.
pub(super) fn encrypt(id: &str, key: &Stored, context: &Context, plain: &[u8]) -> Option<Vec<u8>> {
    let mut text = plain.to_vec();
    let nonce = cipher(key)?
        .seal_in_place_append_tag(Aad::from(aad(context)), &mut text)
        .ok()?;
    let mut whole = format!("{id:<ID$}").into_bytes();
    whole.extend(nonce.as_ref());
    whole.extend(text);
    Some(whole)
}

/// The id of the key that a text was encrypted with.
pub(super) fn key_of(text: &[u8]) -> Option<&str> {
    Some(std::str::from_utf8(text.get(..ID)?).ok()?.trim_end())
}

/// Decrypts; `None` if the text is not from this key and context.
pub(super) fn decrypt(key: &Stored, context: &Context, text: &[u8]) -> Option<Vec<u8>> {
    let nonce = Nonce::try_assume_unique_for_key(text.get(ID..ID + NONCE)?).ok()?;
    let mut rest = text.get(ID + NONCE..)?.to_vec();
    let plain = cipher(key)?
        .open_in_place(nonce, Aad::from(aad(context)), &mut rest)
        .ok()?;
    Some(plain.to_vec())
}

fn cipher(key: &Stored) -> Option<RandomizedNonceKey> {
    let material = BASE64_STANDARD.decode(&key.material).ok()?;
    RandomizedNonceKey::new(&AES_256_GCM, &material).ok()
}

fn aad(context: &Context) -> Vec<u8> {
    serde_json::to_vec(context).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_context_decrypt() {
        let key = Stored::new(String::new());
        let context = Context::from([("a".to_owned(), "b".to_owned())]);
        let text = encrypt("id", &key, &context, b"secret").unwrap();
        assert_eq!(key_of(&text), Some("id"));
        assert_eq!(decrypt(&key, &context, &text).unwrap(), b"secret");
        assert_eq!(decrypt(&key, &Context::new(), &text), None);
        assert_eq!(decrypt(&Stored::new(String::new()), &context, &text), None);
        assert_eq!(decrypt(&key, &context, b"short"), None);
    }
}
