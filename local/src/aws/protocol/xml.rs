//! Answers of the Query protocol, in XML.

use quick_xml::Writer;
use quick_xml::events::{BytesText, Event};
use serde_json::{Value, json};

use crate::aws::error::AwsError;
use crate::aws::json;

pub(super) fn output(namespace: &str, action: &str, request_id: &str, output: &Value) -> String {
    // The order matters: clients read the result first.
    let members = [
        (format!("{action}Result"), output.clone()),
        (
            "ResponseMetadata".to_owned(),
            json!({"RequestId": request_id}),
        ),
    ];
    document(&format!("{action}Response"), namespace, "member", &members)
}

/// The answer in EC2's form: the members of the output stand beside the id of the request.
pub(super) fn ec2_output(
    namespace: &str,
    action: &str,
    request_id: &str,
    output: &Value,
) -> String {
    let mut members = vec![("requestId".to_owned(), Value::from(request_id))];
    let own = output.as_object().into_iter().flatten();
    let own = own.filter(|(_, value)| !value.is_null());
    members.extend(own.map(|(name, value)| (name.clone(), value.clone())));
    document(&format!("{action}Response"), namespace, "item", &members)
}

pub(super) fn ec2_error(request_id: &str, err: &AwsError) -> String {
    let error = json!({"Error": {"Code": err.code, "Message": err.message}});
    let members = [
        ("Errors".to_owned(), error),
        ("RequestID".to_owned(), request_id.into()),
    ];
    document("Response", "", "item", &members)
}

pub(super) fn error(namespace: &str, request_id: &str, err: &AwsError) -> String {
    let side = if err.status < 500 {
        "Sender"
    } else {
        "Receiver"
    };
    let members = [
        (
            "Error".to_owned(),
            json!({"Type": side, "Code": err.code, "Message": err.message}),
        ),
        ("RequestId".to_owned(), request_id.into()),
    ];
    document("ErrorResponse", namespace, "member", &members)
}

/// `item` is the name of the elements of a list.
fn document(root: &str, namespace: &str, item: &str, members: &[(String, Value)]) -> String {
    let mut writer = Writer::new(Vec::new());
    let mut element = writer.create_element(root);
    if !namespace.is_empty() {
        element = element.with_attribute(("xmlns", namespace));
    }
    let written = element.write_inner_content(|writer| {
        members
            .iter()
            .try_for_each(|(name, value)| member(writer, name, item, value))
    });
    written.expect("writing to memory cannot fail");
    String::from_utf8(writer.into_inner()).expect("only text was written")
}

fn member(
    writer: &mut Writer<Vec<u8>>,
    name: &str,
    item: &str,
    value: &Value,
) -> std::io::Result<()> {
    let element = writer.create_element(name);
    element
        .write_inner_content(|writer| content(writer, item, value))
        .map(|_| ())
}

fn content(writer: &mut Writer<Vec<u8>>, item: &str, value: &Value) -> std::io::Result<()> {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .try_for_each(|(name, value)| member(writer, name, item, value)),
        Value::Array(items) => items
            .iter()
            .try_for_each(|value| member(writer, item, item, value)),
        scalar => {
            // XML 1.0 cannot represent most ASCII control characters, escaped or not.
            let text: String = json::text(scalar)
                .chars()
                .filter(|c| !c.is_ascii_control() || matches!(c, '\t' | '\n' | '\r' | '\x7f'))
                .collect();
            writer.write_event(Event::Text(BytesText::new(&text)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_becomes_xml() {
        let xml = output(
            "urn:test",
            "ListThings",
            "id-1",
            &json!({"Things": [{"Name": "<a&b>\u{1}\u{9b}"}, {"Name": "c"}], "Nothing": null, "On": true}),
        );
        assert_eq!(
            xml,
            "<ListThingsResponse xmlns=\"urn:test\"><ListThingsResult><On>true</On>\
             <Things><member><Name>&lt;a&amp;b&gt;\u{9b}</Name></member><member><Name>c</Name></member></Things>\
             </ListThingsResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></ListThingsResponse>"
        );
    }

    #[test]
    fn ec2_has_a_form_of_its_own() {
        let xml = ec2_output(
            "urn:test",
            "ListThings",
            "id-1",
            &json!({"thingSet": [{"name": "a"}], "nextToken": null}),
        );
        assert_eq!(
            xml,
            "<ListThingsResponse xmlns=\"urn:test\"><requestId>id-1</requestId>\
             <thingSet><item><name>a</name></item></thingSet></ListThingsResponse>"
        );
        assert_eq!(
            ec2_error("id-1", &AwsError::new("Code", "no")),
            "<Response><Errors><Error><Code>Code</Code><Message>no</Message></Error></Errors><RequestID>id-1</RequestID></Response>"
        );
    }

    #[test]
    fn an_error_names_its_side() {
        let xml = error("urn:test", "id-1", &AwsError::validation("no"));
        assert!(
            xml.contains("<Type>Sender</Type>") && xml.contains("<Code>ValidationError</Code>")
        );
    }
}
