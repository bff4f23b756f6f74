use std::collections::BTreeSet;

use deploy::render::Shown;
use deploy::{Approval, Clients, Environment, Options};

use crate::Error;
use crate::image::{self, ecr};

/// Deletes the images of the environment, and the repository together with the last images.
///
/// Asks first, unless the user has already agreed to delete the stack. Asks separately about the
/// images of other environments, and keeps them unless the user agrees.
pub(crate) async fn delete_images(
    clients: &Clients,
    environment: &Environment,
    was_asked: bool,
    options: &Options,
) -> Result<(), Error> {
    let (output, approval, name) = (options.output, options.approval, ecr::REPOSITORY);
    let mut others = match ecr::environments_in_repository(clients).await {
        // A user who may not use ECR has pushed no image there.
        Err(denied @ image::Error::EcrDenied { .. }) => {
            output.progress(&format!("The images in ECR are not deleted: {denied}"));
            return Ok(());
        }
        found => found?,
    };
    let has_ours = others.remove(&environment.to_string());
    if has_ours && !was_asked {
        let question = format!("Delete the images of {environment} in the repository {name}?");
        let reason = format!("the images of {environment} in {name} would be deleted");
        approval.of_risk(&reason, &question).await?;
    }
    if !others.is_empty() {
        if !has_ours {
            return Ok(());
        }
        let others = list(others);
        if !may_delete_all(&others, approval).await {
            ecr::delete_images_of(clients, environment).await?;
            output.result(&format!(
                "The repository {name} stays for the images of {}",
                Shown(others)
            ));
            return Ok(());
        }
    }
    if ecr::delete(clients).await? {
        output.result(&format!("✅  the repository {name} is deleted"));
    }
    Ok(())
}

fn list(environments: BTreeSet<String>) -> String {
    environments.into_iter().collect::<Vec<_>>().join(", ")
}

/// Asks about the images of other environments. `--yes` is meant for this environment only, and
/// does not answer this question.
async fn may_delete_all(others: &str, approval: Approval) -> bool {
    let name = ecr::REPOSITORY;
    let question = format!("Delete the repository {name} with the images of {others} too?");
    let reason = format!("the images of {others} would be deleted");
    approval >= Approval::Destructive && approval.of_risk(&reason, &question).await.is_ok()
}
