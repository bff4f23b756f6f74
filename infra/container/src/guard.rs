//! What a deployment does so that no image in use expires.

use std::collections::BTreeSet;

use deploy::render::Shown;
use deploy::{Clients, Environment, Output, Stack, StackState};

use crate::image::{self, ecr};
use crate::previous::IMAGES;
use crate::{Error, repository, stack};

/// Protects the images of one deployment in the repository, from before its push to its end.
pub(crate) struct Guard<'a> {
    clients: &'a Clients,
    stack: &'a Stack,
    output: Output,
    /// The tags that protect images, once [`Self::begin`] has found something to protect.
    tags: Option<BTreeSet<String>>,
}

impl<'a> Guard<'a> {
    pub(crate) fn new(clients: &'a Clients, stack: &'a Stack, output: Output) -> Self {
        Self {
            clients,
            stack,
            output,
            tags: None,
        }
    }

    /// Protects what runs, what a rollback returns to, and the image that the deployment brings.
    ///
    /// Without the rights for it a deployment goes on, and says what is missing.
    pub(crate) async fn begin(&mut self, incoming: Option<&str>) -> Result<(), Error> {
        let incoming = incoming.and_then(repository::reference);
        let state = deploy::find(self.clients, &self.stack.name).await?;
        let mut used = used(state.as_ref());
        used.extend(incoming.map(ToOwned::to_owned));
        if used.is_empty() {
            return Ok(());
        }
        match ecr::protect(self.clients, &self.stack.environment, &used).await {
            Ok(mut tags) => {
                // That of an image which is still to be pushed.
                tags.extend(
                    incoming.map(|digest| ecr::in_use_tag(&self.stack.environment, digest)),
                );
                self.tags = Some(tags);
            }
            Err(denied @ image::Error::EcrDenied { .. }) => self.output.progress(&format!(
                "The images in use are not protected from the lifecycle policy: {denied}"
            )),
            Err(err) => return Err(err.into()),
        }
        Ok(())
    }

    /// Lets go what is no longer in use. While the stack is not at rest everything stays protected.
    ///
    /// `deployed` is the stack after a good deployment, which `DescribeStacks` can lag behind.
    pub(crate) async fn end(self, deployed: Option<&StackState>) {
        let Some(tags) = self.tags else { return };
        let settled = async {
            let found = match deployed {
                Some(_) => None,
                None => deploy::find(self.clients, &self.stack.name).await?,
            };
            let state = deployed.or(found.as_ref());
            if state.is_none_or(|state| state.status.is_complete()) {
                let used = used(state);
                ecr::settle(self.clients, &self.stack.environment, &used, &tags).await?;
            }
            Ok::<_, Error>(())
        };
        if let Err(err) = settled.await {
            self.output.progress(&format!(
                "The images that are no longer in use stay protected until the next deployment: {err}"
            ));
        }
    }
}

/// The digests or tags of what the stack runs or can return to; nothing where it never stood.
fn used(state: Option<&StackState>) -> Vec<String> {
    let Some(state) = state.filter(|state| !state.status.was_never_created()) else {
        return Vec::new();
    };
    let images = IMAGES.iter().filter_map(|key| state.parameter(key));
    images
        .filter_map(repository::reference)
        .map(ToOwned::to_owned)
        .collect()
}

/// A sentence for each image that the stack needs and the repository lacks.
pub async fn missing_images(
    clients: &Clients,
    environment: &Environment,
) -> Result<Vec<String>, Error> {
    let name = stack(environment).name;
    let Some(state) = deploy::find(clients, &name).await? else {
        return Ok(Vec::new());
    };
    let mut sentences = Vec::new();
    for key in IMAGES {
        let Some(uri) = state.parameter(key) else {
            continue;
        };
        let Some(reference) = repository::reference(uri) else {
            continue;
        };
        let uri = Shown(uri);
        match ecr::has(clients, reference).await {
            Ok(true) => {}
            Ok(false) if key == "Image" => sentences.push(format!(
                "The image that runs is missing from the repository, and no new task can start: deploy one with `{}` ({uri})",
                deploy::task("deploy", &name)
            )),
            Ok(false) => sentences.push(format!(
                "The image before the present one is missing from the repository: `task rollback-container` cannot return to it ({uri})"
            )),
            Err(denied @ image::Error::EcrDenied { .. }) => {
                return Ok(vec![format!("The images could not be looked for: {denied}")]);
            }
            Err(err) => return Err(err.into()),
        }
    }
    Ok(sentences)
}
