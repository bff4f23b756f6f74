//! What becomes of the images when the stack goes.

use deploy::render::Shown;
use deploy::{Approval, Clients, Environment, Options};

use crate::Error;
use crate::image::{self, ecr};

/// The digest or the tag of an image in the repository; nothing for an image that is elsewhere.
pub(crate) fn reference(image: &str) -> Option<&str> {
    let (_, reference) = image.split_once(&format!("/{}", ecr::REPOSITORY))?;
    reference.strip_prefix(['@', ':'])
}

/// Deletes the images of the environment, and the repository with the last ones.
///
/// The images of other environments are asked about, and stay without a yes. Those of this one are
/// asked about where they were not yet, with the stack.
pub(crate) async fn delete(
    clients: &Clients,
    environment: &Environment,
    was_asked: bool,
    options: &Options,
) -> Result<(), Error> {
    let (output, approval, name) = (options.output, options.approval, ecr::REPOSITORY);
    let mut others = match ecr::environments_in_repository(clients).await {
        // Who may not use ECR has pushed no image there.
        Err(denied @ image::Error::EcrDenied { .. }) => {
            output.progress(&format!("The repository of images is left alone: {denied}"));
            return Ok(());
        }
        found => found?,
    };
    let has_ours = others.remove(&environment.to_string());
    if has_ours && !was_asked {
        let question = format!("Delete the images of {environment} in the repository {name}?");
        let reason = format!("the images of {environment} in {name} would be deleted");
        approval.of_destruction(&reason, &question).await?;
    }
    if !others.is_empty() {
        if !has_ours {
            return Ok(());
        }
        let others = others.into_iter().collect::<Vec<_>>().join(", ");
        let question = format!("Delete the repository {name} with the images of {others} too?");
        let reason = format!("the images of {others} would be deleted");
        // `--yes` is meant for this environment, not for the others.
        let takes_all = approval >= Approval::Destructive
            && approval.of_destruction(&reason, &question).await.is_ok();
        if !takes_all {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_pushed_there_is_in_the_repository() {
        let host = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
        let pushed = format!("{host}/go-on-aws/showtable@sha256:00");
        assert_eq!(reference(&pushed), Some("sha256:00"));
        let tagged = format!("{host}/go-on-aws/showtable:v1");
        assert_eq!(reference(&tagged), Some("v1"));
        let other = format!("{host}/go-on-aws/showtable-2@sha256:00");
        assert_eq!(reference(&other), None);
        assert_eq!(reference("ghcr.io/me/showtable:1"), None);
    }
}
