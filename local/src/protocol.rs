//! The two AWS wire protocols of the local AWS, read into and written from one JSON shape.
//!
//! Query (CloudFormation, STS, ELB) sends a form and answers XML; JSON (SSM, ECS, Logs) sends
//! and answers JSON. A service sees a [`Value`] in both cases and answers with one.

use axum::http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use quick_xml::Writer;
use quick_xml::events::{BytesText, Event};
use serde_json::{Map, Value, json};

/// What a service answers to an action: the members of its output shape.
pub(crate) type Answer = Result<Value, AwsError>;

/// An error as AWS reports it: a code that programs match and a message that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AwsError {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl AwsError {
    /// A client error (HTTP 400).
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            code: code.to_owned(),
            message: message.into(),
        }
    }

    /// The code that most CloudFormation mistakes have.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }

    /// The same error with another HTTP status.
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// An action that the local AWS does not have, as AWS answers for one that nobody has.
    pub(crate) fn unknown_action(service: &str, action: &str) -> Self {
        Self::new(
            "InvalidAction",
            format!("The local AWS has no action {action} for {service}."),
        )
    }
}

/// The protocol that a service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// A form in, XML out; the XML namespace of the service's answers.
    Query(&'static str),
    /// `application/x-amz-json-1.1` both ways.
    Json,
}

/// Writes the answer to `action` as the protocol wants it.
pub(crate) fn respond(
    protocol: Protocol,
    action: &str,
    request_id: &str,
    answer: Answer,
) -> Response {
    let (status, body) = match (protocol, answer) {
        (Protocol::Query(namespace), Ok(output)) => {
            (200, xml_output(namespace, action, request_id, &output))
        }
        (Protocol::Query(namespace), Err(error)) => {
            (error.status, xml_error(namespace, request_id, &error))
        }
        (Protocol::Json, Ok(output)) => (200, output.to_string()),
        (Protocol::Json, Err(error)) => (
            error.status,
            json!({"__type": error.code, "message": error.message}).to_string(),
        ),
    };
    let content_type = match protocol {
        Protocol::Query(_) => "text/xml",
        Protocol::Json => "application/x-amz-json-1.1",
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", value);
    }
    response
}

/// Reads a Query form: `Parameters.member.1.ParameterKey=A` becomes
/// `{"Parameters": [{"ParameterKey": "A"}]}`. Every leaf is a string.
pub(crate) fn read_query(body: &[u8]) -> Value {
    let mut root = Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        let path: Vec<&str> = name.split('.').collect();
        // No AWS input is nested this deep; a hostile one would exhaust the stack.
        if path.len() <= 32 {
            insert(&mut root, &path, &value);
        }
    }
    lists(Value::Object(root))
}

fn insert(node: &mut Map<String, Value>, path: &[&str], leaf: &str) {
    let [first, rest @ ..] = path else { return };
    if rest.is_empty() {
        node.entry((*first).to_owned())
            .or_insert_with(|| leaf.into());
        return;
    }
    let child = node
        .entry((*first).to_owned())
        .or_insert_with(|| Value::Object(Map::new()));
    if !child.is_object() {
        *child = Value::Object(Map::new());
    }
    if let Value::Object(child) = child {
        insert(child, rest, leaf);
    }
}

/// Turns `{"member": {"1": a, "2": b}}` into `[a, b]`, in the order of the numbers.
fn lists(value: Value) -> Value {
    let Value::Object(mut node) = value else {
        return value;
    };
    if node.len() == 1
        && let Some(Value::Object(members)) = node.get_mut("member")
    {
        let mut numbered: Vec<(usize, Value)> = std::mem::take(members)
            .into_iter()
            .filter_map(|(index, member)| Some((index.parse().ok()?, lists(member))))
            .collect();
        numbered.sort_by_key(|(index, _)| *index);
        return numbered.into_iter().map(|(_, member)| member).collect();
    }
    node.into_iter()
        .map(|(name, child)| (name, lists(child)))
        .collect()
}

fn xml_output(namespace: &str, action: &str, request_id: &str, output: &Value) -> String {
    // Clients read the result first: the order matters.
    let members = [
        (format!("{action}Result"), output.clone()),
        (
            "ResponseMetadata".to_owned(),
            json!({"RequestId": request_id}),
        ),
    ];
    xml_document(&format!("{action}Response"), namespace, &members)
}

fn xml_error(namespace: &str, request_id: &str, error: &AwsError) -> String {
    let side = if error.status < 500 {
        "Sender"
    } else {
        "Receiver"
    };
    let members = [
        (
            "Error".to_owned(),
            json!({"Type": side, "Code": error.code, "Message": error.message}),
        ),
        ("RequestId".to_owned(), request_id.into()),
    ];
    xml_document("ErrorResponse", namespace, &members)
}

fn xml_document(root: &str, namespace: &str, members: &[(String, Value)]) -> String {
    let mut writer = Writer::new(Vec::new());
    let written = writer
        .create_element(root)
        .with_attribute(("xmlns", namespace))
        .write_inner_content(|writer| {
            members
                .iter()
                .try_for_each(|(name, member)| xml_member(writer, name, member))
        });
    debug_assert!(written.is_ok(), "writing to memory cannot fail");
    String::from_utf8(writer.into_inner()).unwrap_or_default()
}

fn xml_member(writer: &mut Writer<Vec<u8>>, name: &str, value: &Value) -> std::io::Result<()> {
    let element = writer.create_element(name);
    element
        .write_inner_content(|writer| xml_content(writer, value))
        .map(|_| ())
}

fn xml_content(writer: &mut Writer<Vec<u8>>, value: &Value) -> std::io::Result<()> {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, member)| !member.is_null())
            .try_for_each(|(name, member)| xml_member(writer, name, member)),
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| xml_member(writer, "member", item)),
        scalar => {
            // XML 1.0 has no way to write most ASCII controls, escaped or not.
            let text: String = crate::json::text(scalar)
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
    fn a_query_form_becomes_nested_json() {
        let cases = [
            ("StackName=vpc", json!({"StackName": "vpc"})),
            (
                "P.member.2.K=b&P.member.1.K=a&P.member.10.K=c",
                json!({"P": [{"K": "a"}, {"K": "b"}, {"K": "c"}]}),
            ),
            (
                "Capabilities.member.1=CAPABILITY_IAM",
                json!({"Capabilities": ["CAPABILITY_IAM"]}),
            ),
            ("A=1&A.b=2", json!({"A": {"b": "2"}})),
            ("", json!({})),
        ];
        for (form, expected) in cases {
            assert_eq!(read_query(form.as_bytes()), expected, "{form}");
        }
    }

    #[test]
    fn an_answer_becomes_xml() {
        let xml = xml_output(
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
        let xml = xml_error("urn:test", "id-1", &AwsError::validation("no"));
        assert!(
            xml.contains("<Type>Sender</Type>") && xml.contains("<Code>ValidationError</Code>")
        );
    }
}
