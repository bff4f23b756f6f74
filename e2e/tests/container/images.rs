//! The lifecycle policy of the repository never takes an image that is in use.

use std::collections::BTreeSet;

use container::image::push::{Registry, push};
use container::image::{Compression, Image, Login, build, ecr};
use container::{Flags, Release};
use deploy::{Approval, Clients, Environment, Options, Output};
use e2e::images::{dist, dist_of, image, serving_program};
use e2e::{Account, command, http, until};

const DEFAULT: Environment = Environment::DEFAULT;
/// One more than the policy keeps for each environment.
const MANY: usize = 11;

/// An account with the three stacks, and a program to deploy there.
struct Setup {
    account: Account,
    clients: Clients,
    url: String,
    program: Vec<u8>,
}

impl Setup {
    async fn new() -> Self {
        let account = Account::new().await;
        let url = account.local.deploy().await.expect("deployed").url;
        Self {
            clients: Clients::from(&account.config),
            account,
            url,
            program: serving_program(8080),
        }
    }

    /// Deploys a `dist/` that serves, or one that exits at once. Returns the digest of its image.
    async fn deploy(&self, css: &str, serves: bool) -> String {
        let directory = tempfile::tempdir().unwrap();
        if serves {
            dist_of(directory.path(), &self.program, css);
        } else {
            dist(directory.path(), css);
        }
        let flags = Flags {
            dist: Some(directory.path().to_owned()),
            stale: true,
            ..Flags::default()
        };
        let release = Release::prepare(&self.clients, &flags).await.unwrap();
        let release = release.expect("there is a dist/");
        let image = release.parameters()["Image"].clone();
        let options = without_questions();
        let deployed = container::deploy(&self.clients, &DEFAULT, Some(&release), &options).await;
        assert_eq!(deployed.is_ok(), serves, "{css}: {:?}", deployed.err());
        image.rsplit_once('@').unwrap().1.to_owned()
    }

    async fn rollback(&self) {
        let options = without_questions();
        let rolled_back = container::rollback(&self.clients, &DEFAULT, &options).await;
        rolled_back.expect("rolled back");
    }

    async fn has(&self, digest: &str) -> bool {
        ecr::has(&self.clients, digest).await.unwrap()
    }

    async fn assert_complete(&self) {
        let missing = container::missing_images(&self.clients, &DEFAULT).await;
        assert_eq!(missing.unwrap(), Vec::<String>::new());
    }

    /// Kills the running task. ECS pulls its image again for the next one.
    async fn replace_task(&self) {
        let before = self.account.local.task_processes();
        for process in &before {
            e2e::shell::signal("-KILL", *process);
        }
        until("another task to serve", async || {
            let now = self.account.local.task_processes();
            let is_new = !now.is_empty() && now.iter().all(|process| !before.contains(process));
            let answer = http::get(&format!("{}/ping", self.url)).await;
            (is_new && answer.status == 200).then_some(())
        })
        .await;
    }
}

fn without_questions() -> Options {
    Options {
        approval: Approval::Never,
        ..Options::default()
    }
}

#[tokio::test]
async fn failed_deployments_delete_no_image_in_use() {
    let setup = Setup::new().await;
    let first = setup.deploy("first", true).await;
    let running = setup.deploy("second", true).await;
    for number in 0..MANY {
        let failed = setup.deploy(&format!("bad {number}"), false).await;
        assert!(!setup.has(&failed).await, "an image that failed goes first");
    }
    assert!(setup.has(&running).await);
    assert!(setup.has(&first).await);
    setup.replace_task().await;
    setup.rollback().await;
    setup.replace_task().await;
    setup.assert_complete().await;
    setup.account.local.stop().await;
}

#[tokio::test]
async fn an_old_image_that_runs_again_outlives_newer_ones() {
    let setup = Setup::new().await;
    let first = setup.deploy("0", true).await;
    let mut last = String::new();
    for number in 1..MANY - 1 {
        last = setup.deploy(&number.to_string(), true).await;
    }
    assert_eq!(setup.deploy("0", true).await, first);
    setup.deploy("bad", false).await;
    setup.deploy("bad too", false).await;
    assert!(setup.has(&first).await, "it runs");
    assert!(setup.has(&last).await, "a rollback returns to it");
    setup.replace_task().await;
    setup.rollback().await;
    setup.rollback().await;
    setup.assert_complete().await;
    setup.account.local.stop().await;
}

#[tokio::test]
async fn an_image_of_somebody_else_in_the_repository_is_protected_too() {
    let setup = Setup::new().await;
    ecr::prepare(&setup.clients, &DEFAULT).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let dist = dist_of(directory.path(), &setup.program, "theirs");
    let theirs = build(&dist, Compression::Zstd).unwrap();
    let tagged = push_as(&setup.account, &theirs, "default.theirs").await;
    let options = Options {
        parameters: [("Image".to_owned(), tagged)].into(),
        ..without_questions()
    };
    container::deploy(&setup.clients, &DEFAULT, None, &options)
        .await
        .unwrap();
    for number in 0..MANY {
        push_and_settle(&setup.clients, &DEFAULT, &image(&number.to_string())).await;
    }
    assert!(setup.has(theirs.digest()).await);
    setup.replace_task().await;
    setup.account.local.stop().await;
}

/// Leaves the repository as after the deployment of an image that is no longer in use.
async fn push_and_settle(clients: &Clients, environment: &Environment, image: &Image) {
    let pushed = ecr::push(clients, environment, image, Output::Quiet).await;
    let tags = BTreeSet::from([pushed.unwrap().tag]);
    let digest = [image.digest().to_owned()];
    ecr::settle(clients, environment, &digest, &tags)
        .await
        .unwrap();
    ecr::settle(clients, environment, &[], &tags).await.unwrap();
}

#[tokio::test]
async fn one_environment_deletes_no_image_of_another() {
    let account = Account::new().await;
    let clients = Clients::from(&account.config);
    let staging: Environment = "staging".parse().unwrap();
    let shared = image("shared");
    let digest = [shared.digest().to_owned()];
    for environment in [&DEFAULT, &staging] {
        ecr::prepare(&clients, environment).await.unwrap();
        let pushed = ecr::push(&clients, environment, &shared, Output::Quiet).await;
        let tags = BTreeSet::from([pushed.unwrap().tag]);
        ecr::settle(&clients, environment, &digest, &tags)
            .await
            .unwrap();
    }
    let has = async |digest: &str| ecr::has(&clients, digest).await.unwrap();
    let mut last = String::new();
    for number in 0..MANY {
        let image = image(&number.to_string());
        image.digest().clone_into(&mut last);
        push_and_settle(&clients, &DEFAULT, &image).await;
    }
    assert!(has(&digest[0]).await && has(&last).await);
    ecr::delete_images_of(&clients, &DEFAULT).await.unwrap();
    assert!(!has(&last).await);
    assert!(has(&digest[0]).await, "staging runs it");
    account.local.stop().await;
}

#[tokio::test]
async fn status_names_an_image_that_is_missing() {
    let setup = Setup::new().await;
    let first = setup.deploy("first", true).await;
    let second = setup.deploy("second", true).await;
    assert!(ecr::delete(&setup.clients).await.unwrap());
    let endpoint = setup.account.local.endpoint_url();
    let status =
        tokio::task::spawn_blocking(move || command(&endpoint, "container status").output());
    let status = status.await.unwrap().expect("it runs");
    assert!(status.status.success());
    let text = String::from_utf8(status.stderr).unwrap();
    let line = |digest: &str| text.lines().find(|line| line.contains(digest));
    let running = line(&second).expect(&text);
    assert!(running.contains("`task deploy-container`"), "{text}");
    let previous = line(&first).expect(&text);
    assert!(previous.contains("`task rollback-container`"), "{text}");
    setup.account.local.stop().await;
}

/// As nginx does.
#[tokio::test]
async fn a_program_that_is_root_listens_on_port_80() {
    let account = Account::new().await;
    let clients = Clients::from(&account.config);
    ecr::prepare(&clients, &DEFAULT).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let dist = dist_of(directory.path(), &serving_program(80), "web");
    let image = build(&dist, Compression::Zstd).unwrap();
    let tagged = push_as(&account, &image, "default.web").await;
    let template = include_str!("../templates/aws/fargate-public.yaml");
    let as_root = "          Essential: true\n          User: '0'\n";
    let template = template.replace("          Essential: true\n", as_root);
    let parameters = [("Image", tagged.as_str()), ("ContainerPort", "80")];
    let status = account.deploy("web", &template, &parameters).await;
    assert_eq!(status, "CREATE_COMPLETE");
    let url = account.output("web", "ExternalUrl").await;
    assert_eq!(http::get_as(&url, "/", "a:b").await.status, 200);
    account.local.stop().await;
}

/// Pushes an image with this tag. Returns its address.
async fn push_as(account: &Account, image: &Image, tag: &str) -> String {
    let host = account.local.endpoint_url().replace("http://", "");
    let tagged = format!("{host}/{}:{tag}", ecr::REPOSITORY);
    let login = Login::Password {
        username: "AWS".into(),
        password: "local".into(),
    };
    let registry = Registry::with_login(tagged.parse().unwrap(), login, true);
    push(image, &registry, false, Output::Quiet).await.unwrap();
    tagged
}
