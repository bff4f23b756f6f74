//! A request to Route 53: which action its path means, and how it is answered.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::aws::{AwsError, rest_xml};
use crate::services::route53::zones::zone_id;

const NAMESPACE: &str = "https://route53.amazonaws.com/doc/2013-04-01/";

/// A request as it arrives.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) body: Bytes,
    pub(crate) request_id: String,
}

/// A request that has been read.
pub(super) struct Input {
    pub(super) action: &'static str,
    /// What the path names: `zone`, `change`, `kind`.
    pub(super) parts: Value,
    pub(super) query: BTreeMap<String, String>,
    /// The members of the root element of the body.
    pub(super) body: Value,
}

impl Call {
    /// # Errors
    /// The action is not done, or the body is not XML.
    pub(super) fn read(&self) -> Result<Input, AwsError> {
        let path = self.uri.path();
        let unknown = || AwsError::unsupported(&format!("{} {path} of Route 53", self.method));
        let path = path.strip_prefix("/2013-04-01/").ok_or_else(unknown)?;
        let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (action, parts) = route(&self.method, &path).ok_or_else(unknown)?;
        let body = if self.body.is_empty() {
            Value::Null
        } else {
            rest_xml::read(&self.body)
                .ok_or_else(|| AwsError::new("InvalidInput", "Invalid XML ; cannot be parsed"))?
        };
        let query = self.uri.query().unwrap_or("").as_bytes();
        Ok(Input {
            action,
            parts,
            query: form_urlencoded::parse(query).into_owned().collect(),
            body,
        })
    }
}

/// The action of a path, and the parts that the path names.
fn route(method: &Method, path: &[&str]) -> Option<(&'static str, Value)> {
    let zone = |id: &str| json!({"zone": id});
    Some(match (method.as_str(), path) {
        ("POST", ["hostedzone"]) => ("CreateHostedZone", json!({})),
        ("GET", ["hostedzone"]) => ("ListHostedZones", json!({})),
        ("GET", ["hostedzonesbyname"]) => ("ListHostedZonesByName", json!({})),
        ("GET", ["hostedzonecount"]) => ("GetHostedZoneCount", json!({})),
        ("GET", ["hostedzone", id]) => ("GetHostedZone", zone(id)),
        ("DELETE", ["hostedzone", id]) => ("DeleteHostedZone", zone(id)),
        ("POST", ["hostedzone", id]) => ("UpdateHostedZoneComment", zone(id)),
        ("POST", ["hostedzone", id, "rrset"]) => ("ChangeResourceRecordSets", zone(id)),
        ("GET", ["hostedzone", id, "rrset"]) => ("ListResourceRecordSets", zone(id)),
        ("GET", ["change", id]) => ("GetChange", json!({"change": id})),
        ("GET", ["testdnsanswer"]) => ("TestDNSAnswer", json!({})),
        ("GET", ["tags", kind, id]) => ("ListTagsForResource", json!({"kind": kind, "zone": id})),
        ("POST", ["tags", kind, id]) => {
            ("ChangeTagsForResource", json!({"kind": kind, "zone": id}))
        }
        ("POST", ["tags", kind]) => ("ListTagsForResources", json!({"kind": kind})),
        _ => return None,
    })
}

impl Input {
    pub(super) fn part(&self, name: &str) -> &str {
        self.parts[name].as_str().unwrap_or("")
    }

    /// The id of the hosted zone.
    pub(super) fn zone(&self) -> &str {
        match self.part("zone") {
            "" => zone_id(self.parameter("hostedzoneid").unwrap_or("")),
            id => zone_id(id),
        }
    }

    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let value = self.query.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }

    /// The size of a page.
    ///
    /// # Errors
    /// AWS's message for what is no size.
    pub(super) fn page_size(&self, largest: usize) -> Result<usize, AwsError> {
        match self.parameter("maxitems").map(str::parse) {
            None => Ok(largest),
            Some(Ok(0) | Err(_)) => Err(AwsError::new(
                "InvalidInput",
                "The value specified for maxitems is not valid: it must be a number above 0.",
            )),
            Some(Ok(size)) => Ok(largest.min(size)),
        }
    }
}

pub(super) fn success(root: &str, members: &Value, request_id: &str) -> Response {
    let status = if root == "CreateHostedZoneResponse" {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let mut response = answer(status, root, members, request_id);
    let location = members["HostedZone"]["Id"].as_str();
    if let Some(id) = location.filter(|_| status == StatusCode::CREATED)
        && let Ok(location) = format!("https://route53.amazonaws.com/2013-04-01{id}").parse()
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

pub(super) fn error(err: &AwsError, request_id: &str) -> Response {
    let status = StatusCode::from_u16(err.status).unwrap_or(StatusCode::BAD_REQUEST);
    let error = json!({
        "Error": {"Type": "Sender", "Code": err.code, "Message": err.message},
        "RequestId": request_id,
    });
    answer(status, "ErrorResponse", &error, request_id)
}

fn answer(status: StatusCode, root: &str, members: &Value, request_id: &str) -> Response {
    let body = rest_xml::write(root, Some(NAMESPACE), members);
    let kind = [(header::CONTENT_TYPE, "text/xml")];
    let mut response = (status, kind, body).into_response();
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    response
}
