//! What a page says of itself when it is complete.

/// What was read for an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Summary {
    pub(crate) items: u64,
    pub(crate) scanned: u64,
    pub(crate) capacity: f64,
    pub(crate) requests: u64,
}

impl Summary {
    /// How many items there are, and whether these are all.
    pub(crate) fn count(&self, is_first: bool, more_follow: bool) -> String {
        let count = match self.items {
            0 => "No items".to_owned(),
            1 => "1 item".to_owned(),
            count => format!("{} items", grouped(count)),
        };
        match (is_first, more_follow) {
            (_, true) => format!("{count} on this page, more follow"),
            (true, false) if self.items == 0 => count,
            (true, false) => format!("{count}, these are all"),
            (false, false) => format!("{count} on this page, the last one"),
        }
    }

    /// What it cost to find them.
    pub(crate) fn cost(&self) -> String {
        let requests = match self.requests {
            1 => "1 request".to_owned(),
            count => format!("{} requests", grouped(count)),
        };
        // Half units are counted too: only the whole one is one.
        let units = match self.capacity.to_string() {
            one if one == "1" => "1 read capacity unit".to_owned(),
            count => format!("{count} read capacity units"),
        };
        format!(
            "{} scanned, {} returned, {units} in {requests}",
            grouped(self.scanned),
            grouped(self.items),
        )
    }
}

/// 1234567 as 1,234,567.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_never_a_guess() {
        let summary = |items| Summary {
            items,
            ..Summary::default()
        };
        assert_eq!(
            summary(100).count(true, true),
            "100 items on this page, more follow"
        );
        assert_eq!(summary(1).count(true, false), "1 item, these are all");
        assert_eq!(
            summary(0).count(false, false),
            "No items on this page, the last one"
        );
    }

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
