//! `Encrypt`, `Decrypt` and the data keys.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rand::Rng as _;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::aws::AwsError;
use crate::services::kms::crypto::{self, Context};
use crate::services::kms::key::arn;
use crate::services::kms::keys::Stored;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Encrypt {
    key_id: String,
    plaintext: String,
    encryption_context: Context,
    encryption_algorithm: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Encrypted {
    ciphertext_blob: String,
    key_id: String,
    encryption_algorithm: &'static str,
}

pub(super) fn encrypt(account: &Account, input: &Encrypt) -> Result<Encrypted, AwsError> {
    check_algorithm(input.encryption_algorithm.as_deref())?;
    let plain = bytes(&input.plaintext)?;
    let (key_id, text) = sealed(account, &input.key_id, &input.encryption_context, &plain)?;
    Ok(Encrypted {
        ciphertext_blob: text,
        key_id,
        encryption_algorithm: "SYMMETRIC_DEFAULT",
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Decrypt {
    ciphertext_blob: String,
    encryption_context: Context,
    key_id: Option<String>,
    encryption_algorithm: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Decrypted {
    key_id: String,
    plaintext: String,
    encryption_algorithm: &'static str,
}

pub(super) fn decrypt(account: &Account, input: &Decrypt) -> Result<Decrypted, AwsError> {
    check_algorithm(input.encryption_algorithm.as_deref())?;
    let text = bytes(&input.ciphertext_blob)?;
    let invalid = || AwsError::new("InvalidCiphertextException", "");
    account.read(|state| {
        let named = crypto::key_of(&text).ok_or_else(invalid)?;
        let (id, key) = state.kms.get(account, named).map_err(|_| invalid())?;
        if let Some(given) = &input.key_id
            && state.kms.id(account, given)? != id
        {
            return Err(AwsError::new(
                "IncorrectKeyException",
                "The key ID in the request does not identify a CMK that can perform this operation.",
            ));
        }
        check_usable(account, &id, key)?;
        let plain = crypto::decrypt(key, &input.encryption_context, &text).ok_or_else(invalid)?;
        Ok(Decrypted {
            key_id: arn(account, &id),
            plaintext: BASE64_STANDARD.encode(plain),
            encryption_algorithm: "SYMMETRIC_DEFAULT",
        })
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Generate {
    key_id: String,
    encryption_context: Context,
    key_spec: Option<String>,
    number_of_bytes: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DataKey {
    ciphertext_blob: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    plaintext: Option<String>,
    key_id: String,
}

pub(super) fn generate(account: &Account, input: &Generate) -> Result<DataKey, AwsError> {
    let length = match (input.key_spec.as_deref(), input.number_of_bytes) {
        (Some("AES_128"), None) => 16,
        (Some(_), None) => 32,
        (None, Some(length)) => length,
        _ => {
            return Err(AwsError::new(
                "ValidationException",
                "Please specify either number of bytes or key spec.",
            ));
        }
    };
    let plain = random_bytes(length);
    let (key_id, text) = sealed(account, &input.key_id, &input.encryption_context, &plain)?;
    Ok(DataKey {
        ciphertext_blob: text,
        plaintext: Some(BASE64_STANDARD.encode(plain)),
        key_id,
    })
}

pub(super) fn generate_hidden(account: &Account, input: &Generate) -> Result<DataKey, AwsError> {
    let key = generate(account, input)?;
    Ok(DataKey {
        plaintext: None,
        ..key
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Random {
    number_of_bytes: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RandomBytes {
    plaintext: String,
}

pub(super) fn random(input: &Random) -> Result<RandomBytes, AwsError> {
    let length = input
        .number_of_bytes
        .ok_or_else(|| AwsError::new("ValidationException", "NumberOfBytes is required."))?;
    Ok(RandomBytes {
        plaintext: BASE64_STANDARD.encode(random_bytes(length)),
    })
}

fn random_bytes(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length.min(1024)];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// The ARN of the key, and the encrypted bytes in Base64.
fn sealed(
    account: &Account,
    named: &str,
    context: &Context,
    plain: &[u8],
) -> Result<(String, String), AwsError> {
    account.read(|state| {
        let (id, key) = state.kms.get(account, named)?;
        check_usable(account, &id, key)?;
        let text = crypto::encrypt(&id, key, context, plain)
            .ok_or_else(|| AwsError::new("KMSInternalException", "The key cannot be used."))?;
        Ok((arn(account, &id), BASE64_STANDARD.encode(text)))
    })
}

fn check_usable(account: &Account, id: &str, key: &Stored) -> Result<(), AwsError> {
    let arn = arn(account, id);
    match key.state() {
        "PendingDeletion" => Err(AwsError::new(
            "KMSInvalidStateException",
            format!("{arn} is pending deletion."),
        )),
        "Disabled" => Err(AwsError::new(
            "DisabledException",
            format!("{arn} is disabled."),
        )),
        _ if key.usage != "ENCRYPT_DECRYPT" => Err(AwsError::new(
            "InvalidKeyUsageException",
            format!(
                "{arn} key usage is {} which is not valid for this operation.",
                key.usage
            ),
        )),
        _ if key.spec != "SYMMETRIC_DEFAULT" => Err(AwsError::unsupported(&format!(
            "encryption with a key of the spec {}",
            key.spec
        ))),
        _ => Ok(()),
    }
}

fn check_algorithm(algorithm: Option<&str>) -> Result<(), AwsError> {
    match algorithm {
        None | Some("SYMMETRIC_DEFAULT") => Ok(()),
        Some(other) => Err(AwsError::unsupported(&format!("encryption with {other}"))),
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, AwsError> {
    BASE64_STANDARD
        .decode(text)
        .map_err(|err| AwsError::new("SerializationException", err.to_string()))
}
