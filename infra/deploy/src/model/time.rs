use aws_sdk_cloudformation::primitives::{DateTime, DateTimeFormat};

/// Seconds since 1970 as a text, for example `2026-11-23T09:41:07Z`.
pub(crate) fn timestamp(seconds: i64) -> String {
    let text = DateTime::from_secs(seconds).fmt(DateTimeFormat::DateTime);
    // Only years outside of 1 to 9999 cannot be formatted, and AWS gives none.
    text.unwrap_or_else(|_| format!("{seconds} s since 1970"))
}
