use std::env;

use super::file::File;
use super::paths::login_files;
use super::user::Login;
use crate::image::Error;

/// The password comes from this variable, since everybody on the machine can see a command line.
const PASSWORD: &str = "REGISTRY_PASSWORD";

/// Finds the login for a repository: `username` with the password in `REGISTRY_PASSWORD`, else the
/// login that `podman login` or `docker login` has stored, else none.
pub(in crate::image::registry) fn find(
    registry: &str,
    repository: &str,
    username: Option<&str>,
) -> Result<Login, Error> {
    match username {
        Some(username) => Ok(Login::Password {
            username: username.to_owned(),
            password: env::var(PASSWORD).map_err(|_| Error::NoPassword)?.into(),
        }),
        None => stored(registry, repository),
    }
}

/// The login in the first file that has one.
fn stored(registry: &str, repository: &str) -> Result<Login, Error> {
    for path in login_files(|name| env::var_os(name)) {
        let Some(file) = File::read(&path)? else {
            continue;
        };
        let login = file.login(registry, repository);
        let login = login.map_err(|reason| Error::Login {
            registry: registry.to_owned(),
            path,
            reason,
        })?;
        if let Some(login) = login {
            return Ok(login);
        }
    }
    Ok(Login::Anonymous)
}
