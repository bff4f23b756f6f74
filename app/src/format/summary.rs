use crate::parse::Totals;
use crate::text::grouped;

/// What was read for an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Summary {
    pub(crate) items: u64,
    pub(crate) scanned: u64,
    pub(crate) capacity: f64,
    pub(crate) requests: u64,
    /// Responses that broke off, which did not say what they cost.
    pub(crate) lost: u64,
    /// With a filter: how many items come before the next page, and about how many there are.
    pub(crate) read: u64,
    pub(crate) item_count: Option<u64>,
    /// Whether a page with a filter has as many items as it may have.
    pub(crate) is_full: bool,
}

impl Summary {
    pub(crate) fn add(&mut self, totals: &Totals) {
        self.scanned += totals.scanned;
        self.capacity += totals.capacity;
        self.lost += totals.lost;
        self.requests += totals.lost;
    }

    /// How many items the page has, and whether more follow.
    pub(crate) fn count(&self, is_first: bool, follows: Follows) -> String {
        let count = match self.items {
            0 => "No items".to_owned(),
            1 => "1 item".to_owned(),
            count => format!("{} items", grouped(count)),
        };
        match (is_first, follows) {
            (_, Follows::More) => format!("{count} on this page, more follow"),
            (_, Follows::MaybeMore) if self.is_full => {
                format!("{count} on this page, more may follow")
            }
            (_, Follows::MaybeMore) => format!("{count} so far, more may follow"),
            (true, Follows::Nothing) if self.items == 0 => count,
            (true, Follows::Nothing) => format!("{count} in total"),
            (false, Follows::Nothing) => format!("{count} on this page, the last one"),
        }
    }

    /// What it cost to find the items.
    pub(crate) fn cost(&self) -> String {
        let requests = match self.requests {
            1 => "1 request".to_owned(),
            count => format!("{} requests", grouped(count)),
        };
        // There are half units: only 1 is singular.
        let units = match self.capacity.to_string() {
            one if one == "1" => "1 read capacity unit".to_owned(),
            count => format!("{count} read capacity units"),
        };
        let at_least = if self.lost > 0 { "at least " } else { "" };
        format!(
            "{at_least}{} scanned, {} returned, {at_least}{units} in {requests}",
            grouped(self.scanned),
            grouped(self.items),
        )
    }

    /// How far a filter is in the table. The table's number of items may be six hours old: if more
    /// were read than that, it is left out.
    pub(crate) fn progress(&self) -> String {
        let read = grouped(self.read);
        match self.item_count.filter(|count| *count >= self.read) {
            Some(count) => format!("{read} of about {} items read so far", grouped(count)),
            None => format!("{read} items read so far"),
        }
    }
}

/// What comes after a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Follows {
    Nothing,
    /// With a filter this is not known.
    MaybeMore,
    More,
}

/// What the end of an answer says.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    pub(crate) summary: Summary,
    /// Where the next page starts, if there is one. With a filter it also says how far this page is.
    pub(crate) cursor: Option<String>,
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
            summary(100).count(true, Follows::More),
            "100 items on this page, more follow"
        );
        assert_eq!(summary(1).count(true, Follows::Nothing), "1 item in total");
        assert_eq!(
            summary(0).count(false, Follows::Nothing),
            "No items on this page, the last one"
        );
        let mut found = summary(3);
        assert_eq!(
            found.count(false, Follows::MaybeMore),
            "3 items so far, more may follow"
        );
        found.is_full = true;
        assert_eq!(
            found.count(true, Follows::MaybeMore),
            "3 items on this page, more may follow"
        );
    }

    #[test]
    fn how_far_it_is_and_what_it_cost_say_no_more_than_is_known() {
        let mut summary = Summary {
            read: 1500,
            item_count: Some(12345),
            ..Summary::default()
        };
        assert_eq!(
            summary.progress(),
            "1,500 of about 12,345 items read so far"
        );
        for item_count in [None, Some(0), Some(1499)] {
            summary.item_count = item_count;
            assert_eq!(summary.progress(), "1,500 items read so far");
        }
        summary.requests = 1;
        summary.add(&Totals {
            scanned: 2000,
            capacity: 1.5,
            lost: 1,
            last_key: None,
        });
        assert_eq!(
            summary.cost(),
            "at least 2,000 scanned, 0 returned, at least 1.5 read capacity units in 2 requests"
        );
    }
}
