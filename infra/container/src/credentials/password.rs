use std::io::{IsTerminal, Read};

use rand::distr::{Alphanumeric, SampleString};
use secrecy::SecretString;

use super::account::check_password;
use crate::CredentialsError;

/// 24 letters and digits have 143 bits of entropy.
const LENGTH: usize = 24;
/// More is not a password.
const MAX_READ: u64 = 4096;

/// A new random password.
pub(super) fn random() -> SecretString {
    Alphanumeric.sample_string(&mut rand::rng(), LENGTH).into()
}

/// The password in standard input, without the line break at its end.
pub(super) fn from_stdin() -> Result<SecretString, CredentialsError> {
    let input = std::io::stdin();
    if input.is_terminal() {
        return Err(CredentialsError::TypedPassword);
    }
    read(input.lock())
}

fn read(input: impl Read) -> Result<SecretString, CredentialsError> {
    let mut text = String::new();
    let read = input.take(MAX_READ).read_to_string(&mut text);
    read.map_err(|_| CredentialsError::BadPassword)?;
    let password = text.strip_suffix('\n').unwrap_or(&text);
    let password = password.strip_suffix('\r').unwrap_or(password);
    check_password(password)?;
    Ok(password.into())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_password_is_one_word_and_may_end_with_a_line_break() {
        for (text, expected) in [
            ("a:b/c\n", Some("a:b/c")),
            ("\u{e4}\r\n", Some("\u{e4}")),
            ("word", Some("word")),
            ("", None),
            ("\n", None),
            ("two words\n", None),
            ("two\nlines\n", None),
            ("bell\u{7}", None),
        ] {
            let password = read(text.as_bytes());
            let password = password.as_ref().map(ExposeSecret::expose_secret).ok();
            assert_eq!(password, expected, "{text:?}");
        }
        assert!(read(&b"\xff"[..]).is_err());
        assert!(read("x".repeat(5000).as_bytes()).is_err());
    }

    #[test]
    fn random_passwords_differ() {
        let one = random();
        assert_eq!(one.expose_secret().len(), LENGTH);
        assert_ne!(one.expose_secret(), random().expose_secret());
    }
}
