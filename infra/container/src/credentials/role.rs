use clap::ValueEnum;

/// What a user may do. Each role includes those before it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, ValueEnum)]
pub(crate) enum Role {
    /// May see pages and single items
    Viewer,
    /// May also read the whole table at once
    Exporter,
}

impl Role {
    /// The role of an account without one.
    pub(super) const UNNAMED: Self = Self::Exporter;

    /// The name, as the app takes it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Exporter => "exporter",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        let mut all = Self::value_variants().iter();
        all.find(|role| role.name() == name).copied()
    }
}
