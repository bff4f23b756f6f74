//! The record that proves to ACM that one has a domain whose DNS is not in Route 53.

use deploy::Event;
use deploy::render::Shown;

/// How `CloudFormation` begins the reason of the event that has the record
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-certificatemanager-certificate.html>).
const RECORD: &str = "Content of DNS Record is: {";

/// Which record has to be made for the certificate that is being created; `None` if there is none, or
/// if the certificate is issued.
pub(crate) fn record_to_make(events: &[Event]) -> Option<String> {
    let of_certificate =
        |event: &&Event| event.resource_type == "AWS::CertificateManager::Certificate";
    let mut newest_first = events.iter().rev().filter(of_certificate).peekable();
    if !newest_first.peek()?.status.is_in_progress() {
        return None;
    }
    let (name, value) = newest_first.find_map(|event| parsed(&event.reason))?;
    Some(format!(
        "The certificate waits for this record in the DNS of the domain: {} CNAME {}",
        Shown(name),
        Shown(value)
    ))
}

/// The name and the value in `… {Name: NAME,Type: CNAME,Value: VALUE}`.
fn parsed(reason: &str) -> Option<(&str, &str)> {
    let (_, record) = reason.split_once(RECORD)?;
    let record = record.split_once('}')?.0;
    let field = |key: &str| {
        let mut fields = record.split(',').map(str::trim);
        fields
            .find_map(|field| field.strip_prefix(key))
            .map(str::trim)
    };
    Some((field("Name:")?, field("Value:")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REASON: &str = "Content of DNS Record is: {Name: _x1.app.example.com.,Type: CNAME,Value: _x2.jkddzztszm.acm-validations.aws.}";

    fn event(resource_type: &str, status: &str, reason: &str) -> Event {
        Event {
            time: 0,
            logical_id: "Thing".into(),
            physical_id: String::new(),
            resource_type: resource_type.into(),
            status: status.into(),
            reason: reason.into(),
        }
    }

    #[test]
    fn the_record_is_shown_until_the_certificate_is_issued() {
        let certificate = "AWS::CertificateManager::Certificate";
        let mut events = vec![event(certificate, "CREATE_IN_PROGRESS", "")];
        assert_eq!(record_to_make(&events), None);
        events.push(event(certificate, "CREATE_IN_PROGRESS", REASON));
        events.push(event("AWS::EC2::VPC", "CREATE_COMPLETE", ""));
        let record = record_to_make(&events).expect("a record");
        assert!(
            record.ends_with("_x1.app.example.com. CNAME _x2.jkddzztszm.acm-validations.aws."),
            "{record}"
        );
        events.push(event(certificate, "CREATE_COMPLETE", ""));
        assert_eq!(record_to_make(&events), None);
    }
}
