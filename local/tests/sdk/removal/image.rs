//! The image of the tasks.

use ::container::image::{Compression, build, ecr};
use e2e::Account;

/// The image of the tasks.
#[derive(Clone, Copy)]
pub(super) enum Image {
    /// The app.
    App,
    /// A program that answers every request, in ECR.
    Pushed,
}

impl Image {
    pub(super) async fn reference(self, account: &Account) -> String {
        let Self::Pushed = self else {
            return "local/showtable".to_owned();
        };
        let clients = deploy::Clients::from(&account.config);
        let environment = deploy::Environment::DEFAULT;
        ecr::prepare(&clients, &environment)
            .await
            .expect("a repository");
        let directory = tempfile::tempdir().expect("a directory");
        let program = e2e::images::serving_program(8080);
        let dist = e2e::images::dist_of(directory.path(), &program, "a {}");
        let image = build(&dist, Compression::Zstd).expect("an image");
        let pushed = ecr::push(&clients, &environment, &image, deploy::Output::Quiet).await;
        pushed.expect("pushed").image
    }
}
