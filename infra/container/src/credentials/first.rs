//! The first account, which a deployment creates, and the end of all accounts.

use aws_sdk_ssm::operation::delete_parameter::DeleteParameterError;
use aws_sdk_ssm::operation::get_parameter::GetParameterError;
use aws_sdk_ssm::operation::put_parameter::PutParameterError;
use aws_sdk_ssm::types::ParameterType;
use deploy::{Clients, task_with};
use secrecy::ExposeSecret;

use super::password;

const USER: &str = "go-on-aws";

/// The name of the SSM parameter.
pub(crate) fn name(prefix: &str) -> String {
    format!("{prefix}/credentials")
}

/// Creates the first account if there is none, and returns whether it did.
pub(crate) async fn create_if_missing(
    clients: &Clients,
    prefix: &str,
) -> Result<bool, deploy::Error> {
    let password = password::random();
    let created = clients
        .ssm
        .put_parameter()
        .name(name(prefix))
        .description("The users who may log in, as user:password, separated by white space")
        .r#type(ParameterType::SecureString)
        .value(format!("{USER}:{}", password.expose_secret()))
        .overwrite(false)
        .send()
        .await;
    match created {
        Ok(_) => Ok(true),
        Err(err) if is(&err, PutParameterError::is_parameter_already_exists) => Ok(false),
        Err(err) => Err(err.into()),
    }
}

/// Returns whether there are accounts.
pub(crate) async fn exist(clients: &Clients, prefix: &str) -> Result<bool, deploy::Error> {
    match clients.ssm.get_parameter().name(name(prefix)).send().await {
        Ok(_) => Ok(true),
        Err(err) if is(&err, GetParameterError::is_parameter_not_found) => Ok(false),
        Err(err) => Err(err.into()),
    }
}

/// Deletes all accounts, and returns whether there were any.
pub(crate) async fn delete(clients: &Clients, prefix: &str) -> Result<bool, deploy::Error> {
    let deleted = clients
        .ssm
        .delete_parameter()
        .name(name(prefix))
        .send()
        .await;
    match deleted {
        Ok(_) => Ok(true),
        Err(err) if is(&err, DeleteParameterError::is_parameter_not_found) => Ok(false),
        Err(err) => Err(err.into()),
    }
}

/// Says how to read the accounts. The password itself is never printed.
pub(crate) fn how_to_read(stack: &str, has_created: bool) -> String {
    let what = if has_created {
        "A login with a random password was created. To read it, run:"
    } else {
        "The login has not changed. To read it, run:"
    };
    let show = task_with("credentials", stack, "show --passwords");
    format!("\n{what}\n{show}")
}

fn is<E, R>(err: &aws_sdk_ssm::error::SdkError<E, R>, kind: impl Fn(&E) -> bool) -> bool {
    err.as_service_error().is_some_and(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_to_read_the_accounts_names_them() {
        let text = how_to_read("staging-container", true);
        assert!(text.ends_with("\ntask credentials-container -- --env staging show --passwords"));
    }
}
