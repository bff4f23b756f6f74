//! `container open`.

use deploy::{Clients, Environment};

use crate::{Error, stack};

/// The address of the page, an output of the stack.
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

/// Opens the address in the browser of this system.
pub fn open(url: &str) -> Result<(), Error> {
    open::that(url).map_err(Error::NoBrowser)
}
