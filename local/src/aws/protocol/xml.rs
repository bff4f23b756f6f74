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
    document(&format!("{action}Response"), namespace, &members)
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
    document("ErrorResponse", namespace, &members)
}

fn document(root: &str, namespace: &str, members: &[(String, Value)]) -> String {
    let mut writer = Writer::new(Vec::new());
    let written = writer
        .create_element(root)
        .with_attribute(("xmlns", namespace))
        .write_inner_content(|writer| {
            members
                .iter()
                .try_for_each(|(name, value)| member(writer, name, value))
        });
    written.expect("writing to memory cannot fail");
    String::from_utf8(writer.into_inner()).expect("only text was written")
}

fn member(writer: &mut Writer<Vec<u8>>, name: &str, value: &Value) -> std::io::Result<()> {
    let element = writer.create_element(name);
    element
        .write_inner_content(|writer| content(writer, value))
        .map(|_| ())
}

fn content(writer: &mut Writer<Vec<u8>>, value: &Value) -> std::io::Result<()> {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .try_for_each(|(name, value)| match value {
                // A map: its entries have no element around them.
                Value::Array(items) if name == "entry" => {
                    items.iter().try_for_each(|item| member(writer, name, item))
                }
                value => member(writer, name, value),
            }),
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| member(writer, "member", item)),
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
    fn an_error_names_its_side() {
        let xml = error("urn:test", "id-1", &AwsError::validation("no"));
        assert!(
            xml.contains("<Type>Sender</Type>") && xml.contains("<Code>ValidationError</Code>")
        );
    }
}
