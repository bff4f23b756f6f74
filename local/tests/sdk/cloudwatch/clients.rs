//! The protocols of CloudWatch.

use std::io::Write as _;

use ciborium::Value as Cbor;
use e2e::{Account, until};
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::call::query;

/// Calls CloudWatch as its newer clients do. Returns the status, the code in the header, and the body.
async fn cbor(account: &Account, action: &str, input: Cbor) -> (u16, String, Cbor) {
    let mut body = Vec::new();
    ciborium::into_writer(&input, &mut body).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&body).unwrap();
    let url = account.local.endpoint_url();
    let scope = "AKIDEXAMPLE/20260101/eu-central-1/monitoring/aws4_request";
    let signed = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    let request = Request::post(format!(
        "{url}/service/GraniteServiceVersion20100801/operation/{action}"
    ))
    .header("smithy-protocol", "rpc-v2-cbor")
    .header("content-type", "application/cbor")
    .header("content-encoding", "gzip")
    .header("authorization", signed)
    .body(Full::new(Bytes::from(packed.finish().unwrap())))
    .unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let (parts, body) = client.request(request).await.unwrap().into_parts();
    assert_eq!(parts.headers["smithy-protocol"], "rpc-v2-cbor");
    assert_eq!(parts.headers["content-type"], "application/cbor");
    let code = parts.headers.get("x-amzn-query-error");
    let code = code.map(|code| code.to_str().unwrap().to_owned());
    let body = body.collect().await.unwrap().to_bytes();
    let body = ciborium::from_reader(&body[..]).unwrap();
    (parts.status.as_u16(), code.unwrap_or_default(), body)
}

fn text(text: &str) -> Cbor {
    Cbor::Text(text.to_owned())
}

fn map(members: &[(&str, Cbor)]) -> Cbor {
    let members = members.iter();
    Cbor::Map(
        members
            .map(|(name, value)| (text(name), value.clone()))
            .collect(),
    )
}

fn member<'a>(value: &'a Cbor, name: &str) -> &'a Cbor {
    let mut members = value.as_map().unwrap().iter();
    &members.find(|(own, _)| *own == text(name)).unwrap().1
}

#[tokio::test]
async fn its_clients_speak_cbor_and_forms() {
    let account = Account::new().await;
    let alarm = map(&[
        ("AlarmName", text("a")),
        ("Namespace", text("Mine")),
        ("MetricName", text("Size")),
        ("Statistic", text("Sum")),
        ("Period", Cbor::from(60)),
        ("EvaluationPeriods", Cbor::from(1)),
        ("Threshold", Cbor::from(1.5)),
        ("ComparisonOperator", text("GreaterThanThreshold")),
    ]);
    assert_eq!(cbor(&account, "PutMetricAlarm", alarm).await.0, 200);
    let (status, _, described) = cbor(&account, "DescribeAlarms", map(&[])).await;
    assert_eq!(status, 200);
    let alarm = &member(&described, "MetricAlarms").as_array().unwrap()[0];
    assert_eq!(member(alarm, "Threshold"), &Cbor::from(1.5));
    assert_eq!(
        member(alarm, "StateReason"),
        &text("Unchecked: Initial alarm creation")
    );
    let (tag, _) = member(alarm, "StateUpdatedTimestamp").as_tag().unwrap();
    assert_eq!(tag, 1);
    let wrong = map(&[("DashboardName", text("none"))]);
    let (status, code, body) = cbor(&account, "GetDashboard", wrong).await;
    assert_eq!((status, code.as_str()), (404, "ResourceNotFound;Sender"));
    assert_eq!(
        member(&body, "message"),
        &text("Dashboard none does not exist")
    );
    let (status, code, _) = cbor(&account, "PutMetricData", text("no structure")).await;
    assert_eq!(
        (status, code.as_str()),
        (400, "SerializationException;Sender")
    );

    let form = "Action=PutMetricData&Namespace=Mine&MetricData.member.1.MetricName=Size&MetricData.member.1.Value=7.5";
    assert_eq!(query(&account, "monitoring", form).await.status, 200);
    let form = "Action=DescribeAlarms&AlarmNames.member.1=a&MaxRecords=10";
    let shown = until("the alarm", async || {
        let shown = query(&account, "monitoring", form).await.text;
        shown
            .contains("<StateValue>ALARM</StateValue>")
            .then_some(shown)
    })
    .await;
    assert!(shown.contains("<Threshold>1.5</Threshold>"), "{shown}");
    assert!(shown.contains("<StateUpdatedTimestamp>20"), "{shown}");
    let form = "Action=PutMetricAlarm&AlarmName=b&EvaluationPeriods=x&ComparisonOperator=LessThanThreshold";
    assert_eq!(query(&account, "monitoring", form).await.status, 400);
    account.local.stop().await;
}
