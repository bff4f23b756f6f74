//! Images: pushed to the registry of the local AWS as to ECR, and run as tasks.

use aws_sdk_ecr::types::{ImageIdentifier, ImageTagMutability};
use container::image::push::{Registry, push};
use container::image::{Login, ecr};
use deploy::{Approval, Clients, Environment, Options, Output};
use e2e::http::get;
use e2e::images::{dist, image};
use e2e::{Account, options, until};

async fn account_with_repository() -> (Account, Clients) {
    let account = Account::new().await;
    let clients = Clients::from(&account.config);
    ecr::prepare(&clients, &Environment::DEFAULT)
        .await
        .expect("a repository");
    (account, clients)
}

#[tokio::test]
async fn only_what_the_registry_lacks_is_sent() {
    let (account, clients) = account_with_repository().await;
    let sent = async |css: &str| {
        let image = image(css);
        let pushed = ecr::push(&clients, &Environment::DEFAULT, &image, Output::Quiet)
            .await
            .expect("pushed");
        assert!(pushed.image.ends_with(image.digest()), "{pushed:?}");
        let sent = pushed.blobs.iter().filter(|blob| blob.was_sent);
        sent.map(|blob| blob.name).collect::<Vec<_>>()
    };
    assert_eq!(sent("a {}").await.len(), 4);
    assert_eq!(sent("a {}").await.len(), 0);
    // The style sheet's layer and the configuration that names it.
    assert_eq!(sent("b {}").await.len(), 2);

    let api = aws_sdk_ecr::Client::new(&account.config);
    let images = api.describe_images().repository_name(ecr::REPOSITORY);
    assert_eq!(
        images.clone().send().await.unwrap().image_details().len(),
        2
    );
    let missing = ImageIdentifier::builder().image_tag("none").build();
    let missing = images.image_ids(missing).send().await.unwrap_err();
    assert!(missing.into_service_error().is_image_not_found_exception());
    assert!(ecr::delete(&clients).await.unwrap());
    assert!(!ecr::delete(&clients).await.unwrap());
    account.local.stop().await;
}

#[tokio::test]
async fn the_registry_refuses_what_ecr_refuses() {
    let (account, _) = account_with_repository().await;
    let host = account.local.endpoint_url().replace("http://", "");
    let login = |password: &str| Login::Password {
        username: "AWS".into(),
        password: password.into(),
    };
    let pushed = async |reference: String, login: Login, css: &str| {
        let registry = Registry::with_login(reference.parse().unwrap(), login, true);
        let pushed = push(&image(css), &registry, false, Output::Quiet).await;
        pushed.map(drop).map_err(|err| err.to_string())
    };
    let tagged = format!("{host}/{}:v1", ecr::REPOSITORY);
    assert!(
        pushed(tagged.clone(), login("wrong"), "a {}")
            .await
            .is_err()
    );
    pushed(tagged.clone(), login("local"), "a {}")
        .await
        .unwrap();
    pushed(tagged.clone(), login("local"), "a {}")
        .await
        .unwrap();
    let refused = pushed(tagged, login("local"), "b {}").await.unwrap_err();
    assert!(refused.contains("v1"), "{refused}");
    let unknown = pushed(format!("{host}/unknown:v1"), login("local"), "a {}").await;
    assert!(unknown.unwrap_err().contains("unknown"));

    let ecr = aws_sdk_ecr::Client::new(&account.config);
    let again = ecr
        .create_repository()
        .repository_name(ecr::REPOSITORY)
        .image_tag_mutability(ImageTagMutability::Immutable);
    assert!(
        again
            .send()
            .await
            .unwrap_err()
            .into_service_error()
            .is_repository_already_exists_exception()
    );
    let full = ecr.delete_repository().repository_name(ecr::REPOSITORY);
    assert!(
        full.send()
            .await
            .unwrap_err()
            .into_service_error()
            .is_repository_not_empty_exception()
    );
    account.local.stop().await;
}

#[tokio::test]
async fn images_outlive_a_restart_with_a_data_directory() {
    let directory = tempfile::tempdir().unwrap();
    let start = async || {
        let options = local::Options {
            data: Some(directory.path().to_owned()),
            ..options()
        };
        Account::with(&options).await
    };
    let first = start().await;
    let clients = Clients::from(&first.config);
    let default = Environment::DEFAULT;
    ecr::prepare(&clients, &default).await.unwrap();
    let image = image("a {}");
    ecr::push(&clients, &default, &image, Output::Quiet)
        .await
        .unwrap();
    first.local.stop().await;
    drop(first.cloudformation);
    let second = until("the data directory to be free", async || {
        let options = local::Options {
            data: Some(directory.path().to_owned()),
            ..options()
        };
        local::start(&options).await.ok()
    })
    .await;
    let clients = Clients::from(&e2e::config(&second.endpoint_url()).await);
    let pushed = ecr::push(&clients, &default, &image, Output::Quiet)
        .await
        .unwrap();
    assert!(pushed.blobs.iter().all(|blob| !blob.was_sent), "{pushed:?}");
    second.stop().await;
}

#[tokio::test]
async fn a_task_runs_the_program_of_the_image() {
    let (account, clients) = account_with_repository().await;
    let demo = account.local.deploy().await.expect("deployed");
    let pushed = ecr::push(
        &clients,
        &Environment::DEFAULT,
        &image("a {}"),
        Output::Quiet,
    )
    .await
    .unwrap();
    let deploy = async |image: &str| {
        let options = Options {
            parameters: [("Image".to_owned(), image.to_owned())].into(),
            approval: Approval::Never,
            ..Options::default()
        };
        let deployed = container::deploy(&clients, &Environment::DEFAULT, None, &options).await;
        deployed.map(drop).map_err(|err| err.to_string())
    };
    let failed = deploy(&pushed.image).await.unwrap_err();
    assert!(failed.contains("exited with code 7"), "{failed}");
    let missing = pushed.image.replace("sha256:", "sha256:00");
    let failed = deploy(&missing).await.unwrap_err();
    assert!(failed.contains("CannotPullContainerError"), "{failed}");
    assert_eq!(get(&format!("{}/ping", demo.url)).await.status, 200);
    account.local.stop().await;
}

#[tokio::test]
async fn images_are_deleted_with_their_environment_only_after_approval() {
    let (account, clients) = account_with_repository().await;
    let staging: Environment = "staging".parse().unwrap();
    let push = async |environment: &Environment, css: &str| {
        ecr::push(&clients, environment, &image(css), Output::Quiet)
            .await
            .unwrap();
    };
    push(&Environment::DEFAULT, "a {}").await;
    push(&staging, "b {}").await;
    let destroy = async |environment: &Environment, approval: Approval| {
        let options = Options {
            approval,
            ..Options::default()
        };
        container::destroy(&clients, environment, None, &options).await
    };
    let environments = async || ecr::environments_in_repository(&clients).await.unwrap();

    // There is no stack: nothing was approved yet, and a test has no terminal.
    let refused = destroy(&staging, Approval::Destructive).await.unwrap_err();
    assert!(refused.to_string().contains("--yes"), "{refused}");
    assert_eq!(environments().await.len(), 2);
    destroy(&"other".parse().unwrap(), Approval::Never)
        .await
        .unwrap();
    assert_eq!(environments().await.len(), 2);

    destroy(&staging, Approval::Never).await.unwrap();
    assert_eq!(Vec::from_iter(environments().await), ["default"]);
    destroy(&Environment::DEFAULT, Approval::Never)
        .await
        .unwrap();
    assert!(!ecr::delete(&clients).await.unwrap(), "it is gone already");
    account.local.stop().await;
}

#[tokio::test]
async fn an_image_for_another_cpu_than_asked_for_is_not_deployed() {
    let (account, clients) = account_with_repository().await;
    let directory = tempfile::tempdir().unwrap();
    dist(directory.path(), "a {}");
    let flags = |cpu: &str| container::Flags {
        dist: Some(directory.path().to_owned()),
        cpu_architecture: Some(cpu.to_owned()),
        ..container::Flags::default()
    };
    let refused = container::Release::prepare(&clients, &flags("ARM64")).await;
    let refused = refused.unwrap_err().to_string();
    assert!(
        refused.contains("task build-app -- --architecture aarch64"),
        "{refused}"
    );
    let release = container::Release::prepare(&clients, &flags("X86_64")).await;
    let parameters = release.unwrap().unwrap().parameters();
    assert_eq!(parameters["CpuArchitecture"], "X86_64");
    account.local.stop().await;
}
