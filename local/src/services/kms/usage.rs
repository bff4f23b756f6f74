//! The use of a user's key by another service, which acts for its caller.
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/developerguide/policy-conditions.html#conditions-kms-via-service>.

use super::key::arn;
use super::keys::Stored;
use crate::account::Account;
use crate::aws::ACCOUNT;
use crate::services::iam::{Access, Principal, authorize};

/// What a service does with a key for its caller.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage<'a> {
    /// Such as `dynamodb`.
    pub(crate) service: &'a str,
    pub(crate) actions: &'a [&'a str],
    /// The pairs with which the service encrypts.
    pub(crate) context: &'a [(&'a str, String)],
}

/// Why a service cannot use a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It does not exist. This and the next ones have its ARN.
    Missing(String),
    Disabled(String),
    PendingDeletion(String),
    /// It encrypts in another way, or not at all.
    NotSymmetric(String),
    /// The caller may not use it: IAM's sentence.
    Denied(String),
}

impl Unusable {
    /// KMS's code and message.
    pub(crate) fn of_kms(&self) -> (&'static str, String) {
        match self {
            Self::Missing(arn) => ("NotFoundException", format!("Key '{arn}' does not exist")),
            Self::Disabled(arn) => ("DisabledException", format!("{arn} is disabled.")),
            Self::PendingDeletion(arn) => (
                "KMSInvalidStateException",
                format!("{arn} is pending deletion."),
            ),
            Self::NotSymmetric(arn) => (
                "InvalidKeyUsageException",
                format!("{arn} key usage is not valid for this operation."),
            ),
            Self::Denied(sentence) => ("AccessDeniedException", sentence.clone()),
        }
    }
}

impl Usage<'_> {
    /// What the caller needs for it. The keys of AWS need nothing.
    pub(crate) fn accesses(self, account: &Account, named: &str) -> Vec<Access> {
        let key = account.read(|state| {
            let found = state.kms.of_user(&account.region, named).ok()??;
            Some(arn(account, found.0))
        });
        let Some(key) = key else { return Vec::new() };
        let access = |action: &&str| {
            let via = format!("{}.{}.amazonaws.com", self.service, account.region);
            let mut access = Access::new(*action, key.as_str())
                .with("kms:ViaService", via)
                .with("kms:CallerAccount", ACCOUNT)
                .with("aws:ViaAWSService", "true")
                .with("kms:GrantIsForAWSResource", "true");
            for (name, value) in self.context {
                access.set(&format!("kms:EncryptionContext:{name}"), value.as_str());
            }
            access
        };
        self.actions.iter().map(access).collect()
    }

    /// Checks that the key can be used, and that the principal may.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn check(
        self,
        account: &Account,
        principal: &Principal,
        named: &str,
    ) -> Result<(), Unusable> {
        account.read(|state| state.kms.of_user(&account.region, named).map(drop))?;
        authorize(account, principal, &self.accesses(account, named)).map_err(Unusable::Denied)
    }
}

impl super::Keys {
    /// The key of a user that another service is to use, with its id; none for a key of AWS.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub(crate) fn usable(&self, region: &str, named: &str) -> Result<(), Unusable> {
        self.of_user(region, named).map(drop)
    }

    fn of_user(&self, region: &str, named: &str) -> Result<Option<(&str, &Stored)>, Unusable> {
        let found = self.for_service(region, named).map_err(Unusable::Missing)?;
        let Some((id, key)) = found else {
            return Ok(None);
        };
        let arn = format!("arn:aws:kms:{region}:{ACCOUNT}:key/{id}");
        match key.state() {
            "Disabled" => Err(Unusable::Disabled(arn)),
            "PendingDeletion" => Err(Unusable::PendingDeletion(arn)),
            _ if key.spec != "SYMMETRIC_DEFAULT" => Err(Unusable::NotSymmetric(arn)),
            _ => Ok(Some((id, key))),
        }
    }

    /// The policy of a user's key that a service is to use.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub(crate) fn policy_of(&self, region: &str, named: &str) -> Result<Option<&str>, Unusable> {
        let found = self.of_user(region, named)?;
        Ok(found.map(|(_, key)| key.policy.as_str()))
    }
}
