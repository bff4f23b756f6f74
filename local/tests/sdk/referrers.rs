//! What is attached to an image in ECR: its bill of materials and its provenance, as referrers.

use std::fs;
use std::path::Path;

use aws_sdk_ecr::types::{ImageIdentifier, TagStatus};
use container::image::{Compression, Dist, Image, build, ecr};
use deploy::{Approval, Clients, Environment, Options, Output};
use e2e::Account;
use e2e::images::dist;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const SBOM: &str = "application/vnd.cyclonedx+json";

/// An image with a bill of materials and a provenance.
fn described(css: &str) -> Image {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    dist(directory, css);
    let write =
        |name: &str, value: Value| fs::write(directory.join(name), value.to_string()).unwrap();
    let names = [
        "ca-certificates.crt",
        "showtable",
        "static/css/showtable.css",
    ];
    let components = names.map(|name| {
        let hash = Sha256::digest(fs::read(directory.join(name)).unwrap());
        let hash: Vec<_> = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let hash = hash.concat();
        json!({"type": "file", "name": name, "hashes": [{"content": hash}]})
    });
    write("sbom.cdx.json", json!({"components": components}));
    let build = json!({"version": "1", "source": "sha256:00", "architecture": "x86_64"});
    write("build.json", build);
    image_of(directory)
}

fn image_of(directory: &Path) -> Image {
    build(&Dist::open(directory).unwrap(), Compression::Zstd).unwrap()
}

/// Gets an address of the registry.
async fn get(account: &Account, path: &str) -> (u16, Option<String>, Value) {
    let url = format!(
        "{}/v2/{}/{path}",
        account.local.endpoint_url(),
        ecr::REPOSITORY
    );
    let request = reqwest::Client::new()
        .get(url)
        .basic_auth("AWS", Some("local"));
    let response = request.send().await.unwrap();
    let filtered = response.headers().get("oci-filters-applied");
    let filtered = filtered.map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let body = response.text().await.unwrap();
    (status, filtered, serde_json::from_str(&body).unwrap())
}

#[tokio::test]
async fn what_is_attached_is_listed_and_goes_with_its_image() {
    let account = Account::new().await;
    let clients = Clients::from(&account.config);
    let staging: Environment = "staging".parse().unwrap();
    ecr::prepare(&clients, &staging).await.unwrap();
    let image = described("a {}");
    let pushed = ecr::push(&clients, &staging, &image, Output::Quiet)
        .await
        .unwrap();
    assert!(
        pushed.attachments.iter().all(|one| one.was_sent),
        "{pushed:?}"
    );
    let pushed = ecr::push(&clients, &staging, &image, Output::Quiet)
        .await
        .unwrap();
    assert!(
        pushed.attachments.iter().all(|one| !one.was_sent),
        "{pushed:?}"
    );

    let referrers = format!("referrers/{}", image.digest());
    let (status, filtered, list) = get(&account, &referrers).await;
    assert_eq!((status, filtered), (200, None));
    assert_eq!(list["manifests"].as_array().unwrap().len(), 2, "{list}");
    let (_, filtered, list) = get(
        &account,
        &format!("{referrers}?artifactType={}", SBOM.replace('+', "%2B")),
    )
    .await;
    assert_eq!(filtered.as_deref(), Some("artifactType"));
    assert_eq!(list["manifests"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list["manifests"][0]["artifactType"], SBOM);
    assert_eq!(list["manifests"][0]["digest"], pushed.attachments[0].digest);
    let nothing = format!("referrers/sha256:{}", "0".repeat(64));
    assert_eq!(get(&account, &nothing).await.2["manifests"], json!([]));
    let (status, _, body) = get(&account, "referrers/latest").await;
    assert_eq!(
        (status, &body["errors"][0]["code"]),
        (400, &json!("DIGEST_INVALID"))
    );

    let api = aws_sdk_ecr::Client::new(&account.config);
    let untagged = aws_sdk_ecr::types::ListImagesFilter::builder().tag_status(TagStatus::Untagged);
    let list = api
        .list_images()
        .repository_name(ecr::REPOSITORY)
        .filter(untagged.build());
    assert_eq!(list.send().await.unwrap().image_ids().len(), 2);
    let sbom = ImageIdentifier::builder()
        .image_digest(&pushed.attachments[0].digest)
        .build();
    let describe = api.describe_images().repository_name(ecr::REPOSITORY);
    let found = describe.clone().image_ids(sbom).send().await.unwrap();
    let found = &found.image_details()[0];
    assert_eq!(found.artifact_media_type(), Some(SBOM));
    assert_eq!(found.subject_manifest_digest(), Some(image.digest()));

    ecr::delete_images_of(&clients, &staging).await.unwrap();
    let left = describe.send().await.unwrap();
    assert!(left.image_details().is_empty(), "{left:?}");
    account.local.stop().await;
}

#[tokio::test]
async fn a_manifest_names_its_subject_and_expires_with_it() {
    let account = Account::new().await;
    let clients = Clients::from(&account.config);
    ecr::prepare(&clients, &Environment::DEFAULT).await.unwrap();
    let image = described("a {}");
    ecr::push(&clients, &Environment::DEFAULT, &image, Output::Quiet)
        .await
        .unwrap();
    let manifest = &image.attachments[0].manifest;
    let url = format!(
        "{}/v2/{}/manifests/{}",
        account.local.endpoint_url(),
        ecr::REPOSITORY,
        manifest.digest
    );
    let put = reqwest::Client::new()
        .put(url)
        .basic_auth("AWS", Some("local"));
    let put = put
        .header("content-type", manifest.media_type)
        .body(manifest.bytes.clone());
    let response = put.send().await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["oci-subject"], image.digest());

    // A rule that keeps one image with a tag of this prefix: that of the second push.
    let api = aws_sdk_ecr::Client::new(&account.config);
    let other = described("b {}");
    ecr::push(&clients, &Environment::DEFAULT, &other, Output::Quiet)
        .await
        .unwrap();
    let rules = json!({"rules": [{
        "rulePriority": 1,
        "selection": {
            "tagStatus": "tagged", "tagPrefixList": ["_in-use."],
            "countType": "imageCountMoreThan", "countNumber": 1,
        },
        "action": {"type": "expire"},
    }]});
    api.put_lifecycle_policy()
        .repository_name(ecr::REPOSITORY)
        .lifecycle_policy_text(rules.to_string())
        .send()
        .await
        .unwrap();
    let left = api
        .describe_images()
        .repository_name(ecr::REPOSITORY)
        .send()
        .await
        .unwrap();
    let subjects = left
        .image_details()
        .iter()
        .map(|one| one.subject_manifest_digest());
    let subjects: Vec<_> = subjects.collect();
    assert_eq!(subjects.len(), 3, "{left:?}");
    let of_other = subjects
        .iter()
        .filter(|subject| **subject == Some(other.digest()));
    assert_eq!(of_other.count(), 2, "{left:?}");
    account.local.stop().await;
}

#[tokio::test]
async fn what_is_attached_does_not_run() {
    let account = Account::new().await;
    let clients = Clients::from(&account.config);
    let default = Environment::DEFAULT;
    ecr::prepare(&clients, &default).await.unwrap();
    account.local.deploy().await.expect("deployed");
    let pushed = ecr::push(&clients, &default, &described("a {}"), Output::Quiet)
        .await
        .unwrap();
    let (repository, _) = pushed.image.split_once('@').unwrap();
    let sbom = format!("{repository}@{}", pushed.attachments[0].digest);
    let options = Options {
        parameters: [("Image".to_owned(), sbom)].into(),
        approval: Approval::Never,
        ..Options::default()
    };
    let failed = container::deploy(&clients, &default, None, &options).await;
    let failed = failed.map(drop).unwrap_err().to_string();
    assert!(
        failed.contains("mismatched image rootfs and manifest layers"),
        "{failed}"
    );
    account.local.stop().await;
}
