use std::sync::LazyLock;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use aws_lc_rs::rand::SystemRandom;
use subtle::{Choice, ConstantTimeEq};

/// A secret of this process. Its digests mean nothing without it.
static KEY: LazyLock<hmac::Key> = LazyLock::new(|| {
    hmac::Key::generate(HMAC_SHA256, &SystemRandom::new())
        .expect("the system always has random numbers")
});

/// A keyed digest of a text.
///
/// It is a fast one, on purpose. A slow hash, such as Argon2, protects a list of hashes that is stolen from a
/// disk. This one is never written anywhere, and the passwords themselves are in SSM. A slow hash would take most
/// of the processor's time, as each request has the password in it, and anybody could send many.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Digest([u8; 32]);

/// A name and a password that somebody has given.
#[derive(Debug)]
pub(super) struct Credentials {
    pub(super) user: Digest,
    pub(super) pair: Digest,
}

impl Credentials {
    /// The time that this takes depends only on what is given.
    pub(super) fn new(user: &str, password: &str) -> Self {
        let length = user.len().to_le_bytes();
        Self {
            user: Digest::of(&[b"user", user.as_bytes()]),
            pair: Digest::of(&[b"pair", &length, user.as_bytes(), password.as_bytes()]),
        }
    }
}

impl Digest {
    fn of(parts: &[&[u8]]) -> Self {
        let mut context = hmac::Context::with_key(&KEY);
        for part in parts {
            context.update(part);
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(context.sign().as_ref());
        Self(bytes)
    }

    /// Compares in constant time.
    pub(super) fn is(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}
