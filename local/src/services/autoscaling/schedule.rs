//! The schedule of a scheduled action: `at(…)`, `rate(…)` or `cron(…)`, in a time zone.

use std::str::FromStr as _;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// When a scheduled action runs.
pub(super) enum Schedule {
    /// Once.
    At(Timestamp),
    /// Again after each interval.
    Rate(SignedDuration),
    /// At the times of an expression in a time zone.
    Cron(Box<Cron>, TimeZone),
}

/// Reads a schedule. Without a time zone, it is in UTC.
///
/// # Errors
/// Auto Scaling's sentence for a schedule or a time zone that it does not accept.
pub(super) fn parse(expression: &str, zone: Option<&str>) -> Result<Schedule, String> {
    let zone = match zone {
        None => TimeZone::UTC,
        Some(name) => {
            TimeZone::get(name).map_err(|_| format!("The timezone {name} is not supported."))?
        }
    };
    let (kind, rest) = expression.split_once('(').ok_or_else(unknown_form)?;
    let inner = rest.strip_suffix(')').ok_or_else(unknown_form)?;
    match kind {
        "at" => at(inner, zone),
        "rate" => rate(inner),
        "cron" => cron(inner, zone),
        _ => Err(unknown_form()),
    }
}

impl Schedule {
    /// The first run after `after`. A rate counts from `start`, when the action begins to apply.
    pub(super) fn next(&self, after: Timestamp, start: Timestamp) -> Option<Timestamp> {
        match self {
            Self::At(time) => (*time > after).then_some(*time),
            Self::Rate(interval) => {
                let passed = after.duration_since(start);
                let runs = passed.as_secs().div_euclid(interval.as_secs()) + 1;
                let next = interval.as_secs().checked_mul(runs.max(0))?;
                start.checked_add(SignedDuration::from_secs(next)).ok()
            }
            Self::Cron(cron, zone) => {
                let after = after.to_zoned(zone.clone());
                let next = cron.find_next_occurrence(&after, false).ok()?;
                Some(next.timestamp())
            }
        }
    }
}

fn unknown_form() -> String {
    r"Invalid schedule expression. Schedule expressions must have the following syntax: rate(<number>\s?(minutes?|hours?|days?)), cron(<cron_expression>) or at(yyyy-MM-dd'T'HH:mm:ss)".into()
}

fn at(text: &str, zone: TimeZone) -> Result<Schedule, String> {
    let invalid = || format!("Invalid schedule at DateTime expression: at({text})");
    let has_form = text.len() == "2026-01-01T00:00:00".len() && text.contains('T');
    if !has_form {
        return Err(invalid());
    }
    let time = DateTime::from_str(text).map_err(|_| invalid())?;
    let time = time.to_zoned(zone).map_err(|_| invalid())?;
    Ok(Schedule::At(time.timestamp()))
}

fn rate(text: &str) -> Result<Schedule, String> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit());
    let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
    let seconds = match unit.strip_prefix(' ').unwrap_or(unit) {
        "minute" | "minutes" => 60,
        "hour" | "hours" => 3600,
        "day" | "days" => 86_400,
        _ => return Err(unknown_form()),
    };
    let number: u32 = number.parse().map_err(|_| unknown_form())?;
    if number == 0 {
        return Err("Invalid schedule frequency. Runs are less than 60 seconds apart.".into());
    }
    let interval = i64::from(number) * seconds;
    Ok(Schedule::Rate(SignedDuration::from_secs(interval)))
}

/// Minutes, hours, day of month, month, day of week and year. One of the days must be `?`. The year
/// may be left out.
fn cron(text: &str, zone: TimeZone) -> Result<Schedule, String> {
    let invalid = || format!("Invalid CRON expression: cron({text})");
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, day, month, weekday, rest @ ..] = fields.as_slice() else {
        return Err(invalid());
    };
    if rest.len() > 2 || (*day == "?") == (*weekday == "?") {
        return Err(invalid());
    }
    let year = rest.first().unwrap_or(&"*");
    let pattern = format!("0 {minute} {hour} {day} {month} {weekday} {year}");
    let parser = CronParser::builder()
        .seconds(Seconds::Required)
        .year(Year::Required)
        .alternative_weekdays(true)
        .sloppy_ranges(true)
        .build();
    let cron = parser.parse(&pattern).map_err(|_| invalid())?;
    Ok(Schedule::Cron(Box::new(cron), zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_next_run_is_that_of_the_schedule() {
        let rows = [
            ("at(2026-12-01T08:00:00)", None, "2026-12-01T08:00:00Z"),
            (
                "at(2026-12-01T08:00:00)",
                Some("Europe/Berlin"),
                "2026-12-01T07:00:00Z",
            ),
            ("rate(5 minutes)", None, "2026-11-28T12:05:00Z"),
            ("rate(1 hour)", None, "2026-11-28T13:00:00Z"),
            ("rate(2days)", None, "2026-11-30T12:00:00Z"),
            ("cron(0 18 * * ? *)", None, "2026-11-28T18:00:00Z"),
            (
                "cron(0 18 * * ? *)",
                Some("America/New_York"),
                "2026-11-28T23:00:00Z",
            ),
            // 1 is Sunday, 2 is Monday. The 28th is a Saturday.
            ("cron(30 9 ? * 1 *)", None, "2026-11-29T09:30:00Z"),
            ("cron(30 9 ? * MON-FRI *)", None, "2026-11-30T09:30:00Z"),
            ("cron(0/15 * * * ? *)", None, "2026-11-28T12:15:00Z"),
            ("cron(0 0 L * ? *)", None, "2026-11-30T00:00:00Z"),
            ("cron(0 0 ? * 6#1 *)", None, "2026-12-04T00:00:00Z"),
            ("cron(0 0 1 1 ? 2030)", None, "2030-01-01T00:00:00Z"),
            ("cron(0 13 * * ?)", None, "2026-11-28T13:00:00Z"),
        ];
        let now = time("2026-11-28T12:00:00Z");
        for (expression, zone, expected) in rows {
            let schedule = parse(expression, zone).unwrap();
            let next = schedule.next(now, now);
            assert_eq!(next, Some(time(expected)), "{expression} {zone:?}");
        }
    }

    #[test]
    fn a_past_time_has_no_next_run_and_a_rate_keeps_its_rhythm() {
        let now = time("2026-11-28T12:07:00Z");
        let start = time("2026-11-28T12:00:00Z");
        let at = parse("at(2026-11-28T12:00:00)", None).unwrap();
        assert_eq!(at.next(now, start), None);
        let rate = parse("rate(5 minutes)", None).unwrap();
        assert_eq!(rate.next(now, start), Some(time("2026-11-28T12:10:00Z")));
        assert_eq!(rate.next(start, now), Some(now));
        let spring = parse("cron(30 2 * * ? *)", Some("Europe/Berlin")).unwrap();
        let night = time("2027-03-28T00:00:00Z");
        assert!(spring.next(night, night).is_some());
    }

    #[test]
    fn a_schedule_of_another_form_is_refused() {
        let rows = [
            ("0 18 * * ? *", None, "Invalid schedule expression"),
            ("cron 0 18", None, "Invalid schedule expression"),
            ("every(5 minutes)", None, "Invalid schedule expression"),
            ("rate(5 seconds)", None, "Invalid schedule expression"),
            ("rate(minutes)", None, "Invalid schedule expression"),
            ("rate(0 minutes)", None, "Invalid schedule frequency"),
            (
                "at(2026-01-01)",
                None,
                "Invalid schedule at DateTime expression",
            ),
            (
                "at(2026-01-01T00:00:00Z)",
                None,
                "Invalid schedule at DateTime expression",
            ),
            (
                "at(2026-02-30T00:00:00)",
                None,
                "Invalid schedule at DateTime expression",
            ),
            ("cron(0 18 * * * *)", None, "Invalid CRON expression"),
            ("cron(0 18 ? * ? *)", None, "Invalid CRON expression"),
            ("cron(61 18 * * ? *)", None, "Invalid CRON expression"),
            ("cron(0 18)", None, "Invalid CRON expression"),
            ("cron(0 18 * * ? *)", Some("Europe/Atlantis"), "timezone"),
        ];
        for (expression, zone, expected) in rows {
            let refused = parse(expression, zone).err().unwrap();
            assert!(refused.contains(expected), "{expression}: {refused}");
        }
    }
}
