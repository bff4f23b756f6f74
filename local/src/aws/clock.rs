//! The time, as AWS writes it.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// Now, in UTC and to the millisecond.
pub(crate) fn now() -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    OffsetDateTime::now_utc()
        .format(format)
        .expect("a time has all parts of the format")
}

/// Seconds since 1970 as text, in UTC and to the millisecond.
pub(crate) fn timestamp(seconds: f64) -> String {
    let time =
        OffsetDateTime::UNIX_EPOCH.checked_add(time::Duration::saturating_seconds_f64(seconds));
    let time = time.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    time.format(&Rfc3339).unwrap_or_default()
}

/// Now in seconds since 1970, as the JSON protocol writes time.
pub(crate) fn seconds() -> f64 {
    (OffsetDateTime::now_utc() - OffsetDateTime::UNIX_EPOCH).as_seconds_f64()
}

/// A time that [`now`] has written, in seconds since 1970; 0 for any other text.
pub(crate) fn epoch_seconds(time: &str) -> f64 {
    OffsetDateTime::parse(time, &Rfc3339).map_or(0.0, |time| {
        (time - OffsetDateTime::UNIX_EPOCH).as_seconds_f64()
    })
}

/// Now in milliseconds since 1970, as CloudWatch Logs writes time.
pub(crate) fn milliseconds() -> i64 {
    let nanoseconds = OffsetDateTime::now_utc().unix_timestamp_nanos();
    i64::try_from(nanoseconds / 1_000_000).expect("the year is not beyond 292,000,000")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_milliseconds_and_can_be_read_back() {
        let now = now();
        assert_eq!(now.len(), "2026-11-23T02:07:01.000Z".len());
        assert!((epoch_seconds(&now) - seconds()).abs() < 60.0);
        assert!(epoch_seconds("yesterday").abs() < f64::EPSILON);
    }
}
