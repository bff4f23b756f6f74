use deploy::render::Shown;

/// Why a command about the accounts failed. No sentence has a password in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// There is no parameter.
    #[error(
        "there are no accounts, because the parameter {} does not exist: run `{deploy}`, which creates it, or name another one with --env or --prefix",
        Shown(name)
    )]
    NoParameter {
        /// The name of the parameter.
        name: String,
        /// The command that creates it.
        deploy: String,
    },
    /// The caller lacks a permission.
    #[error(
        "you may not do this: allow {action} on the parameter {}, and the use of its key if it has one of its own ({})",
        Shown(name),
        Shown(said)
    )]
    Denied {
        /// The action as a policy names it.
        action: &'static str,
        /// The name of the parameter.
        name: String,
        /// AWS's own message.
        said: String,
    },
    /// AWS refused the new text, and its message would show a password.
    #[error("AWS refused the new accounts ({}): choose another password", Shown(.0))]
    Refused(String),
    /// The text of the parameter is not a list of accounts.
    #[error(
        "the parameter {} is no list of accounts, since {reason}: correct it in Parameter Store",
        Shown(name)
    )]
    Malformed {
        /// The name of the parameter.
        name: String,
        /// Which entry is wrong, without its text.
        reason: String,
    },
    /// The accounts do not fit into the parameter.
    #[error(
        "the accounts would take {size} bytes, and the parameter {} has room for {limit}: remove a user or finish a rotation first",
        Shown(name)
    )]
    TooLarge {
        /// The name of the parameter.
        name: String,
        /// How many bytes the accounts would have.
        size: usize,
        /// How many bytes the parameter can have.
        limit: usize,
    },
    /// No user has this name.
    #[error("there is no user {}: the users are {}", Shown(user), Shown(users))]
    NoUser {
        /// The name that was given.
        user: String,
        /// The names of all users.
        users: String,
    },
    /// The command needs the name of a user.
    #[error("there are several users ({}): name one with --user", Shown(.0))]
    WhichUser(String),
    /// The name cannot be that of a user.
    #[error(
        "{} cannot be the name of a user: use 1 to 256 bytes without white space, colons, slashes and control characters",
        Shown(.0)
    )]
    BadUser(String),
    /// The text cannot be a password.
    #[error(
        "this cannot be a password: use 1 to 256 bytes without white space and control characters"
    )]
    BadPassword,
    /// Standard input is a terminal.
    #[error(
        "a password that is typed here would be seen: pipe it in, or let the command choose one"
    )]
    TypedPassword,
    /// Standard output is not a terminal.
    #[error("passwords are shown on a terminal only: pass --pipe to print them anyway")]
    NoTerminal,
    /// The new password is the old one.
    #[error("{} has this password already: choose another one", Shown(.0))]
    SamePassword(String),
    /// A rotation is not finished.
    #[error(
        "{} has two passwords already: run the command with --finish, which takes the old one away",
        Shown(.0)
    )]
    AlreadyRotated(String),
    /// There is no old password.
    #[error("{} has one password only: rotate it first", Shown(.0))]
    NotRotated(String),
    /// Nobody could log in any more.
    #[error("{} is the last user, and without one nobody can log in: set another user first", Shown(.0))]
    LastUser(String),
    /// Somebody else has changed the parameter again and again.
    #[error(
        "somebody else changes the parameter {} at the same moment: look at it with `show`, and run this command again",
        Shown(.0)
    )]
    Busy(String),
    /// Somebody else has given the user a password at the same moment.
    #[error(
        "somebody else has changed {} at the same moment, whose password stays: look at the users with `show`, and run this command again",
        Shown(.0)
    )]
    ChangedToo(String),
    /// What somebody else did at the same moment makes this change impossible.
    #[error(
        "somebody else has changed the parameter {} at the same moment, and no user would be left: only the other change was made",
        Shown(.0)
    )]
    Contradiction(String),
}
