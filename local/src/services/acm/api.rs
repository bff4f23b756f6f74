//! The API of ACM.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::authority::{authority_certificate, certificate_pem};
use super::certificate::{Certificate, CertificateProperties, check};
use super::validation::{find, is_issued, record, validate};
use crate::account::{Account, Item};
use crate::aws::{Answer, AwsError, epoch_seconds, heed, page, page_size, read};
use crate::resources::{self, Request, ResourceType as _, schema};

/// Answers an action.
pub(crate) async fn handle(account: &Arc<Account>, action: &str, input: &Value) -> Answer {
    validate(account);
    match action {
        "AddTagsToCertificate" => change_tags(account, &heed(input)?, true),
        "DeleteCertificate" => delete(account, &heed(input)?).await,
        "DescribeCertificate" => describe(account, &heed(input)?),
        "GetCertificate" => get(account, &heed(input)?),
        "ListCertificates" => list(account, &heed(input)?),
        "ListTagsForCertificate" => tags(account, &heed(input)?),
        "RemoveTagsFromCertificate" => change_tags(account, &heed(input)?, false),
        "RequestCertificate" => request(account, input).await,
        _ => Err(AwsError::unknown_action("ACM", action)),
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Named {
    certificate_arn: String,
    tags: Vec<Tag>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: Option<String>,
}

fn known(account: &Account, arn: &str) -> Result<Item, AwsError> {
    account
        .read(|state| find(state, arn).cloned())
        .ok_or_else(|| {
            AwsError::new(
                "ResourceNotFoundException",
                format!("Could not find certificate {arn}."),
            )
        })
}

fn describe(account: &Account, input: &Named) -> Answer {
    let arn = &input.certificate_arn;
    let item = known(account, arn)?;
    let users = account.read(|state| {
        let listeners = ["AWS::ElasticLoadBalancingV2::Listener"];
        let users = state.inventory.users(arn, &listeners);
        let balancers = users.iter().filter_map(|user| {
            let listener = state.inventory.get(user)?;
            listener.properties.get("LoadBalancerArn").cloned()
        });
        balancers.collect::<Vec<_>>()
    });
    let mut certificate = summary(arn, &item);
    let properties: CertificateProperties = item.read();
    let status = if is_issued(&item) {
        "SUCCESS"
    } else {
        "PENDING_VALIDATION"
    };
    let options = properties.domains().into_iter().map(|domain| {
        let (name, value) = record(&domain);
        json!({
            "DomainName": domain,
            "ValidationDomain": domain,
            "ValidationStatus": status,
            "ValidationMethod": "DNS",
            "ResourceRecord": {"Name": name, "Type": "CNAME", "Value": value},
        })
    });
    certificate["DomainValidationOptions"] = options.collect();
    certificate["SubjectAlternativeNames"] = json!(properties.domains());
    certificate["InUseBy"] = users.into();
    certificate["Issuer"] = "Amazon".into();
    certificate["Subject"] = format!("CN={}", properties.domain_name).into();
    certificate["SignatureAlgorithm"] = "SHA256WITHECDSA".into();
    Ok(json!({"Certificate": certificate}))
}

/// The members that `DescribeCertificate` and `ListCertificates` share.
fn summary(arn: &str, item: &Item) -> Value {
    let properties: CertificateProperties = item.read();
    let algorithm = properties.key_algorithm.as_deref().unwrap_or("RSA_2048");
    let mut summary = json!({
        "CertificateArn": arn,
        "DomainName": properties.domain_name,
        "Status": if is_issued(item) { "ISSUED" } else { "PENDING_VALIDATION" },
        "Type": "AMAZON_ISSUED",
        "KeyAlgorithm": algorithm.replace('_', "-").replacen("EC-", "EC_", 1),
        "RenewalEligibility": "INELIGIBLE",
        "CreatedAt": epoch_seconds(item.attribute("CreatedAt")),
    });
    if is_issued(item) {
        summary["IssuedAt"] = epoch_seconds(item.attribute("IssuedAt")).into();
    }
    summary
}

fn get(account: &Account, input: &Named) -> Answer {
    let arn = &input.certificate_arn;
    let item = known(account, arn)?;
    if !is_issued(&item) {
        return Err(AwsError::new(
            "RequestInProgressException",
            format!("Certificate {arn} is still in PENDING_VALIDATION."),
        ));
    }
    let domains = item.read::<CertificateProperties>().domains();
    let failed = |reason: String| AwsError::new("InternalFailure", reason).with_status(500);
    let certificate = certificate_pem(account, arn, &domains).map_err(failed)?;
    let chain = authority_certificate(account).map_err(failed)?;
    Ok(json!({"Certificate": certificate, "CertificateChain": chain}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct List {
    certificate_statuses: Vec<String>,
    max_items: Option<i64>,
    next_token: Option<String>,
}

fn list(account: &Account, input: &List) -> Answer {
    let all: Vec<Value> = account.read(|state| {
        let certificates = state.inventory.of_type(Certificate::NAME);
        certificates.map(|(arn, item)| summary(arn, item)).collect()
    });
    let statuses = &input.certificate_statuses;
    let wanted = |one: &Value| {
        let mut statuses = statuses.iter();
        statuses.len() == 0 || statuses.any(|status| one["Status"] == status.as_str())
    };
    let size = page_size(input.max_items, 1000);
    let all = all.into_iter().filter(wanted);
    let (page, next) = page(all, size, input.next_token.as_deref())
        .ok_or_else(|| AwsError::new("InvalidArgsException", "The NextToken is not valid."))?;
    Ok(json!({"CertificateSummaryList": page, "NextToken": next}))
}

/// The members of `RequestCertificate` that are properties of the resource type.
const PROPERTIES: [&str; 7] = [
    "DomainName",
    "ValidationMethod",
    "SubjectAlternativeNames",
    "DomainValidationOptions",
    "KeyAlgorithm",
    "Tags",
    "CertificateAuthorityArn",
];

async fn request(account: &Arc<Account>, input: &Value) -> Answer {
    let mut properties = Map::new();
    for (name, value) in input.as_object().into_iter().flatten() {
        if PROPERTIES.contains(&name.as_str()) {
            properties.insert(name.clone(), value.clone());
        } else if !["IdempotencyToken", "Options"].contains(&name.as_str()) {
            return Err(AwsError::not_yet(name));
        }
    }
    // The API validates by DNS without ValidationMethod only if it is told to.
    let properties = Value::Object(properties);
    let typed: CertificateProperties =
        read(&properties).map_err(|err| AwsError::new("ValidationException", err.to_string()))?;
    check(&typed)?;
    if let Some(schema) = schema(Certificate::NAME) {
        schema
            .check(&properties)
            .map_err(|reason| AwsError::new("ValidationException", reason))?;
    }
    let request = new_request(account, String::new(), properties);
    let made = resources::create(&request, |_, _| ()).await;
    let made = made.map_err(|reason| AwsError::new("ValidationException", reason))?;
    Ok(json!({"CertificateArn": made.physical_id}))
}

async fn delete(account: &Arc<Account>, input: &Named) -> Answer {
    let arn = &input.certificate_arn;
    let item = known(account, arn)?;
    let request = new_request(account, arn.clone(), item.properties);
    resources::delete(&request).await.map_err(|_| {
        AwsError::new(
            "ResourceInUseException",
            format!("Certificate {arn} is in use."),
        )
    })?;
    Ok(json!({}))
}

fn new_request(account: &Arc<Account>, id: String, properties: Value) -> Request {
    Request::direct(account, Certificate::NAME, id, properties)
}

fn tags_of(item: &Item) -> Vec<Tag> {
    let tags = item.properties.get("Tags").cloned();
    tags.and_then(|tags| serde_json::from_value(tags).ok())
        .unwrap_or_default()
}

fn tags(account: &Account, input: &Named) -> Answer {
    let item = known(account, &input.certificate_arn)?;
    Ok(json!({"Tags": tags_of(&item)}))
}

fn change_tags(account: &Account, input: &Named, add: bool) -> Answer {
    known(account, &input.certificate_arn)?;
    account.change(|state| {
        let arn = &input.certificate_arn;
        if let Some(item) = state.inventory.get_mut(Certificate::NAME, arn) {
            let mut tags = tags_of(item);
            tags.retain(|known| !input.tags.iter().any(|tag| tag.key == known.key));
            if add {
                tags.extend(input.tags.iter().cloned());
            }
            item.properties["Tags"] = json!(tags);
        }
    });
    Ok(json!({}))
}
