use std::str::FromStr;

/// What a user may do. Each role includes those before it.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub(crate) enum Role {
    /// May see pages: those with a limited number of items, and single items.
    #[default]
    Viewer,
    /// May also read the whole table at once.
    Exporter,
}

impl Role {
    /// All roles, from the one that may do the least.
    pub(crate) const ALL: [Self; 2] = [Self::Viewer, Self::Exporter];

    /// The role of an account without one: there were no roles when it was written.
    pub(super) const UNNAMED: Self = Self::Exporter;

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Exporter => "exporter",
        }
    }

    /// Whether this role may read the whole table at once.
    pub(crate) fn may_export(self) -> bool {
        self >= Self::Exporter
    }
}

/// A text that is no role.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|role| role.name() == text);
        found.ok_or(UnknownRole)
    }
}
