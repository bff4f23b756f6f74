use std::fmt::{self, Debug, Display, Formatter};

/// The proxy for an address.
#[derive(Clone)]
pub struct Proxy {
    /// The variable that names it.
    pub(super) variable: &'static str,
    /// The value of the variable, perhaps with a password.
    pub(super) value: String,
    /// The proxy's host and port.
    pub(super) authority: String,
    /// The host that is reached through it.
    pub(super) target: String,
}

impl Proxy {
    /// The URL of the proxy, perhaps with a login.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.value
    }

    /// What to do about a proxy that prevents a connection.
    pub(super) fn way_out(&self) -> String {
        let Self {
            variable, target, ..
        } = self;
        format!("correct or unset {variable}, or add {target} to NO_PROXY if it needs no proxy")
    }

    /// How to write the variable with a login.
    pub(super) fn login(&self) -> String {
        let Self {
            variable,
            authority,
            ..
        } = self;
        format!("write {variable} as http://USER:PASSWORD@{authority}")
    }
}

impl Display for Proxy {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self {
            variable,
            authority,
            ..
        } = self;
        write!(f, "the proxy {authority} named by {variable}")
    }
}

/// Without the password.
impl Debug for Proxy {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}
