//! The page, in the browser of whoever asks for it.

use deploy::{Clients, Environment};

use crate::{Error, stack};

/// The address of the page, as the stack gives it.
pub async fn url(clients: &Clients, environment: &Environment) -> Result<String, Error> {
    let name = stack(environment).name;
    let Some(state) = deploy::find(clients, &name).await? else {
        return Err(deploy::Error::NoStack { stack: name.into() }.into());
    };
    let url = state
        .outputs
        .into_iter()
        .find(|(key, _)| key == "ServiceURL");
    url.map(|(_, url)| url).ok_or_else(|| Error::NoUrl {
        stack: name.into(),
        status: state.status,
    })
}

/// Opens it, by the program that this system has for that.
pub fn open(url: &str) -> Result<(), Error> {
    open::that(url).map_err(Error::NoBrowser)
}
