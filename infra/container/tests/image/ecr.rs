//! The repository in ECR.

use container::image::{Error, Image, ecr};
use deploy::{Clients, Environment, Output};
use serde_json::Value;

use crate::support::ecr::Ecr;
use crate::support::image;
use crate::support::registry::{Fault, Registry};

fn staging() -> Environment {
    "staging".parse().unwrap()
}

async fn deploy(clients: &Clients, environment: &Environment, image: &Image) -> String {
    ecr::prepare(clients, environment).await.unwrap();
    let pushed = ecr::push(clients, environment, image, Output::Quiet).await;
    pushed.unwrap().image
}

#[tokio::test]
async fn an_image_is_pushed_to_a_new_repository() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start_for("/v2/go-on-aws/showtable/", Some(Fault::Immutable)).await;
    let aws = Ecr::start(registry.address).await;
    let clients = aws.clients().await;
    let predicted = ecr::predict_uri(&clients, &image).await.unwrap();
    assert!(
        aws.state.lock().unwrap().repository.is_none(),
        "a diff changes nothing"
    );
    for environment in [Environment::DEFAULT, staging(), Environment::DEFAULT] {
        assert_eq!(deploy(&clients, &environment, &image).await, predicted);
    }
    let digits = &image.digest()["sha256:".len()..][..12];
    for name in ["default", "staging"] {
        let tag = format!("_in-use.{name}.{digits}");
        assert!(registry.has_manifest(&tag), "{tag}");
    }
    let contents = aws.state.lock().unwrap();
    let repository = contents.repository.as_ref().unwrap();
    assert_eq!(repository["repositoryName"], ecr::REPOSITORY);
    assert_eq!(repository["imageTagMutability"], "IMMUTABLE");
    assert_eq!(repository["imageScanningConfiguration"]["scanOnPush"], true);
    let policy: Value = serde_json::from_str(contents.policy.as_ref().unwrap()).unwrap();
    assert_eq!(policy["rules"].as_array().unwrap().len(), 3, "{policy}");
}

#[tokio::test]
async fn an_action_that_is_denied_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start_for("/v2/go-on-aws/showtable/", Some(Fault::Forbids)).await;
    for action in [
        "CreateRepository",
        "GetLifecyclePolicy",
        "PutLifecyclePolicy",
        "GetAuthorizationToken",
        // The registry itself refuses this action. Its name is that of a permission.
        "InitiateLayerUpload",
    ] {
        let aws = Ecr::start(registry.address).await;
        aws.state.lock().unwrap().denied = Some(action);
        let clients = aws.clients().await;
        let prepared = ecr::prepare(&clients, &Environment::DEFAULT).await;
        let err = match prepared {
            Err(err) => err,
            Ok(()) => ecr::push(&clients, &Environment::DEFAULT, &image, Output::Quiet)
                .await
                .unwrap_err(),
        };
        assert!(matches!(err, Error::EcrDenied { .. }), "{action}: {err}");
        let text = err.to_string();
        assert!(text.contains(&format!("ecr:{action}")), "{action}: {text}");
        assert!(text.contains("--image"), "{action}: {text}");
    }
}

#[tokio::test]
async fn a_user_who_may_not_create_a_repository_uses_the_existing_one() {
    let registry = Registry::start(None).await;
    let aws = Ecr::start(registry.address).await;
    let clients = aws.clients().await;
    ecr::prepare(&clients, &Environment::DEFAULT).await.unwrap();
    aws.state.lock().unwrap().denied = Some("CreateRepository");
    ecr::prepare(&clients, &staging()).await.unwrap();
}

#[tokio::test]
async fn the_images_of_other_environments_stay() {
    let registry = Registry::start(None).await;
    let aws = Ecr::start(registry.address).await;
    let clients = aws.clients().await;
    let environments = ecr::environments_in_repository(&clients).await.unwrap();
    assert!(environments.is_empty(), "there is no repository");
    assert!(!ecr::delete(&clients).await.unwrap());
    ecr::prepare(&clients, &Environment::DEFAULT).await.unwrap();
    let tags = ["default.0123", "staging.0123", "staging.4567", "by-hand"];
    aws.state.lock().unwrap().tags = tags.map(str::to_owned).to_vec();
    let environments = ecr::environments_in_repository(&clients).await.unwrap();
    let environments: Vec<_> = environments.iter().map(String::as_str).collect();
    assert_eq!(environments, ["by-hand", "default", "staging"]);
    ecr::delete_images_of(&clients, &staging()).await.unwrap();
    assert_eq!(aws.state.lock().unwrap().tags, ["default.0123", "by-hand"]);
    assert!(ecr::delete(&clients).await.unwrap());
    assert!(aws.state.lock().unwrap().repository.is_none());
}
