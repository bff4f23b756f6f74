//! A line of an access log.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html#access-log-entry-format>.

use std::fmt::{self, Display, Formatter, Write as _};
use std::net::SocketAddr;
use std::time::Duration;

use time::OffsetDateTime;
use time::macros::format_description;

/// One request.
#[derive(Debug, Clone)]
pub(in crate::services::elb) struct Line {
    /// `http`, `https` or `h2`.
    pub(in crate::services::elb) kind: &'static str,
    /// When the response was finished.
    pub(in crate::services::elb) time: OffsetDateTime,
    /// Such as `app/web/50dc6c495c0c9188`.
    pub(in crate::services::elb) load_balancer: String,
    pub(in crate::services::elb) client: SocketAddr,
    pub(in crate::services::elb) passed: Option<Passed>,
    pub(in crate::services::elb) status: u16,
    pub(in crate::services::elb) received: u64,
    pub(in crate::services::elb) sent: u64,
    /// Such as `GET http://www.example.com:80/ HTTP/1.1`.
    pub(in crate::services::elb) request: String,
    pub(in crate::services::elb) user_agent: String,
    /// The cipher and the version.
    pub(in crate::services::elb) tls: Option<(String, String)>,
    /// The name that the client asks for in TLS.
    pub(in crate::services::elb) domain: Option<String>,
    /// The ARN.
    pub(in crate::services::elb) certificate: Option<String>,
    /// That of the rule, 0 for the default action.
    pub(in crate::services::elb) priority: u64,
    pub(in crate::services::elb) created: OffsetDateTime,
    pub(in crate::services::elb) actions: &'static str,
    pub(in crate::services::elb) redirect: Option<String>,
    /// The id of the connection, such as `TID_1234abcd5678ef90`.
    pub(in crate::services::elb) connection: String,
    /// The trace, if the load balancer has not passed the request on.
    pub(in crate::services::elb) trace: String,
}

/// The rule that a request has matched. It travels with the response.
#[derive(Debug, Clone, Copy)]
pub(in crate::services::elb) struct Matched {
    pub(in crate::services::elb) priority: u64,
    pub(in crate::services::elb) actions: &'static str,
}

/// The way of a request to a target group. It travels with the response.
#[derive(Debug, Clone, Default)]
pub(in crate::services::elb) struct Passed {
    /// The ARN.
    pub(in crate::services::elb) group: String,
    pub(in crate::services::elb) target: Option<SocketAddr>,
    pub(in crate::services::elb) trace: Option<String>,
    /// From the first byte of the request until it was passed on.
    pub(in crate::services::elb) before: Option<Duration>,
    /// Until the first byte of the target's answer.
    pub(in crate::services::elb) target_time: Option<Duration>,
    pub(in crate::services::elb) status: Option<u16>,
}

impl Display for Line {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let none = Passed::default();
        let passed = self.passed.as_ref().unwrap_or(&none);
        let target = or_dash(passed.target.map(|target| target.to_string()));
        let status = or_dash(passed.status.map(|status| status.to_string()));
        let is_answered = passed.status.is_some();
        let (cipher, version) = match &self.tls {
            Some((cipher, version)) => (cipher.as_str(), version.as_str()),
            None => ("-", "-"),
        };
        let group = Some(passed.group.clone()).filter(|group| !group.is_empty());
        write!(
            f,
            "{} {} {} {} {target} {} {} {} {} {status} {} {} \"{}\" \"{}\" {cipher} {version} {} \"{}\" \"{}\" \"{}\" {} {} \"{}\" \"{}\" \"-\" \"{target}\" \"{status}\" \"-\" \"-\" {} \"-\" \"-\" \"-\"",
            self.kind,
            stamp(self.time),
            self.load_balancer,
            self.client,
            seconds(passed.before.filter(|_| is_answered)),
            seconds(passed.target_time),
            seconds(is_answered.then_some(Duration::ZERO)),
            self.status,
            self.received,
            self.sent,
            escaped(&self.request),
            escaped(&self.user_agent),
            or_dash(group),
            escaped(passed.trace.as_deref().unwrap_or(&self.trace)),
            escaped(self.domain.as_deref().unwrap_or("-")),
            self.certificate.as_deref().unwrap_or("-"),
            self.priority,
            stamp(self.created),
            self.actions,
            escaped(self.redirect.as_deref().unwrap_or("-")),
            self.connection,
        )
    }
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".to_owned())
}

/// Seconds to the millisecond; -1 for what has not happened.
fn seconds(time: Option<Duration>) -> String {
    time.map_or_else(
        || "-1".to_owned(),
        |time| format!("{:.3}", time.as_secs_f64()),
    )
}

/// Such as `2018-07-02T22:23:00.186641Z`.
fn stamp(time: OffsetDateTime) -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
    time.format(format).unwrap_or_default()
}

/// Quotation marks, and what is no printable ASCII, as `\x22`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' | 0..=0x1f | 0x7f.. => {
                let _ = write!(escaped, "\\x{byte:02X}");
            }
            byte => escaped.push(char::from(byte)),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn line() -> Line {
        Line {
            kind: "http",
            time: datetime!(2018-07-02 22:23:00.186641 UTC),
            load_balancer: "app/my-loadbalancer/50dc6c495c0c9188".into(),
            client: "192.168.131.39:2817".parse().expect("an address"),
            passed: Some(Passed {
                group: "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067".into(),
                target: Some("10.0.0.1:80".parse().expect("an address")),
                trace: Some("Root=1-58337262-36d228ad5d99923122bbe354".into()),
                before: Some(Duration::ZERO),
                target_time: Some(Duration::from_millis(1)),
                status: Some(200),
            }),
            status: 200,
            received: 34,
            sent: 366,
            request: "GET http://www.example.com:80/ HTTP/1.1".into(),
            user_agent: "curl/7.46.0".into(),
            tls: None,
            domain: None,
            certificate: None,
            priority: 0,
            created: datetime!(2018-07-02 22:22:48.364 UTC),
            actions: "forward",
            redirect: None,
            connection: "TID_1234abcd5678ef90".into(),
            trace: "Root=1-0-0".into(),
        }
    }

    /// The example of the documentation for an HTTP entry.
    #[test]
    fn a_request_over_http_is_the_line_of_the_documentation() {
        assert_eq!(
            line().to_string(),
            r#"http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1234abcd5678ef90 "-" "-" "-""#
        );
    }

    #[test]
    fn a_redirect_over_tls_has_no_target_and_what_a_client_writes_is_escaped() {
        let line = Line {
            kind: "h2",
            passed: None,
            status: 301,
            user_agent: "a \"b\"\r\nc\u{e9}".into(),
            tls: Some(("TLS_AES_128_GCM_SHA256".into(), "TLSv1.3".into())),
            domain: Some("www.example.com".into()),
            certificate: Some("arn:aws:acm:us-east-2:123456789012:certificate/1".into()),
            priority: 1,
            actions: "redirect",
            redirect: Some("https://www.example.com:443/".into()),
            ..line()
        };
        assert_eq!(
            line.to_string(),
            r#"h2 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 - -1 -1 -1 301 - 34 366 "GET http://www.example.com:80/ HTTP/1.1" "a \x22b\x22\x0D\x0Ac\xC3\xA9" TLS_AES_128_GCM_SHA256 TLSv1.3 - "Root=1-0-0" "www.example.com" "arn:aws:acm:us-east-2:123456789012:certificate/1" 1 2018-07-02T22:22:48.364000Z "redirect" "https://www.example.com:443/" "-" "-" "-" "-" "-" TID_1234abcd5678ef90 "-" "-" "-""#
        );
    }
}
