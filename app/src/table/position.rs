/// How far the items of one request were delivered.
#[derive(Debug, Default)]
pub(super) struct Position {
    /// How many items came since the request was sent.
    came: u64,
    /// How many of them were delivered before, when the same request was sent the last time.
    skip: u64,
    /// The text of the last item that was delivered.
    last: String,
}

/// An item that comes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Arrival {
    New,
    /// It was delivered before.
    Again,
    /// Another item came in this place the last time.
    Changed,
}

impl Position {
    pub(super) fn arrive(&mut self, text: &str) -> Arrival {
        self.came += 1;
        if self.came > self.skip {
            Arrival::New
        } else if self.came == self.skip && text != self.last {
            Arrival::Changed
        } else {
            Arrival::Again
        }
    }

    /// Keeps the text of the item that came last, if it is a new one.
    pub(super) fn keep(&mut self, text: &str) {
        if self.came > self.skip && !text.is_empty() {
            text.clone_into(&mut self.last);
        }
    }

    pub(super) fn delivered(&self) -> u64 {
        self.came.max(self.skip)
    }

    /// The text of the last item that was delivered; empty before the first.
    pub(super) fn last(&self) -> &str {
        &self.last
    }

    /// The same request is sent again: what was delivered is skipped.
    pub(super) fn repeat(&mut self) {
        self.skip = self.delivered();
        self.came = 0;
    }

    /// Another request is sent.
    pub(super) fn restart(&mut self) {
        self.last.clear();
        (self.came, self.skip) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrival, Position};

    #[test]
    fn no_item_is_delivered_twice_or_left_out() {
        let mut position = Position::default();
        for text in ["a", "b"] {
            assert_eq!(position.arrive(text), Arrival::New);
            position.keep(text);
        }
        position.repeat();
        assert_eq!(position.delivered(), 2);
        assert_eq!(position.arrive("a"), Arrival::Again);
        assert_eq!(position.arrive("b"), Arrival::Again);
        assert_eq!(position.arrive("c"), Arrival::New);
        position.keep("c");
        assert_eq!((position.delivered(), position.last()), (3, "c"));
        position.repeat();
        for text in ["a", "b"] {
            assert_eq!(position.arrive(text), Arrival::Again);
        }
        assert_eq!(position.arrive("x"), Arrival::Changed);
        position.restart();
        assert_eq!((position.delivered(), position.last()), (0, ""));
    }
}
