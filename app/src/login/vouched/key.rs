use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::token::Token;

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

/// What stands before the point of a public key of P-256 in a `SubjectPublicKeyInfo`.
const SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const POINT: usize = 65;

/// The public key of a load balancer.
#[derive(Debug)]
pub(super) struct Key([u8; POINT]);

impl Key {
    /// `None` if it is not the PEM of a key of P-256.
    pub(super) fn read(pem: &str) -> Option<Self> {
        let text = pem.trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
        let text: String = text.split_ascii_whitespace().collect();
        let bytes = STANDARD.decode(text).ok()?;
        let point = bytes.strip_prefix(&SPKI)?;
        Some(Self(point.try_into().ok()?))
    }

    pub(super) fn has_signed(&self, token: &Token<'_>) -> bool {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0);
        key.verify(token.signed.as_bytes(), &token.signature)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_key_of_p256_is_read() {
        let pem = |bytes: &[u8]| format!("{BEGIN}\n{}\n{END}\n", STANDARD.encode(bytes));
        let good = [&SPKI[..], &[4; POINT]].concat();
        assert!(Key::read(&pem(&good)).is_some());
        let mut other_curve = good.clone();
        other_curve[22] = 6;
        for bad in [&good[..90], &[&good[..], &[0]].concat(), &other_curve, &[]] {
            assert!(Key::read(&pem(bad)).is_none());
        }
        for bad in ["", BEGIN, END, "<Error><Code>NoSuchKey</Code></Error>"] {
            assert!(Key::read(bad).is_none(), "{bad}");
        }
    }
}
