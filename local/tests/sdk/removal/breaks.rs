//! The rows of the tables.

/// What breaks.
pub(super) enum Breaks {
    /// A page of the app says this.
    Page(&'static str, &'static str),
    /// No new task starts, or none stays, for this reason.
    Start(&'static str),
    /// The program of a new task ends with this as its last line.
    Ends(&'static str),
    /// A page of a new task gets no answer.
    Hangs(&'static str),
    /// The load balancer gives no answer.
    NoAnswer,
    /// The log of a new task is empty.
    Silence,
    /// The stack cannot be created: `RESOURCE: reason`.
    Deploy(&'static str),
    /// The stack cannot be updated, for this reason.
    Refused(&'static str),
    /// It still works, in this other way: the words of `explain`.
    Detour(&'static str, &'static str, &'static str),
    /// Nothing, because of this.
    Nothing(Why),
}

/// Why nothing breaks, for the reader of a table.
pub(super) struct Why;

impl Why {
    /// There has to be a reason.
    pub(super) const fn because(reason: &str) -> Self {
        assert!(!reason.is_empty());
        Self
    }
}

/// A row of a table: what is taken away, what breaks, and whom `explain` names for which connection.
pub(super) type Row = (
    &'static str,
    Breaks,
    &'static [(&'static str, &'static str, &'static str)],
);
