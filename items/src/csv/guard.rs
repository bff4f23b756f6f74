use std::borrow::Cow;

/// When a text gets an apostrophe, so that no spreadsheet or reader takes it for something else.
///
/// A text that has apostrophes before something dangerous gets one more, so that no two texts are
/// written alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// The column has a type: only formulas are dangerous.
    Typed,
    /// The column has no type: JSON is dangerous as well.
    Untyped,
}

impl Guard {
    /// Puts an apostrophe before a text that needs one.
    #[must_use]
    pub fn protect(self, text: &str) -> Cow<'_, str> {
        if self.is_needed(text) {
            format!("'{text}").into()
        } else {
            text.into()
        }
    }

    /// Takes the apostrophe away again.
    #[must_use]
    pub fn unprotect(self, text: &str) -> &str {
        match text.strip_prefix('\'') {
            Some(rest) if self.is_needed(rest) => rest,
            _ => text,
        }
    }

    fn is_needed(self, text: &str) -> bool {
        text.trim_start_matches('\'').starts_with(self.dangerous())
    }

    fn dangerous(self) -> &'static [char] {
        match self {
            Self::Typed => &['=', '+', '-', '@', '\t', '\r'],
            Self::Untyped => &['=', '+', '-', '@', '\t', '\r', '{', '['],
        }
    }
}
