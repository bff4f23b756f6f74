//! Keeps images in use from expiring while a deployment runs.

use std::collections::BTreeSet;

use deploy::{Clients, Output, Stack, StackState};

use crate::Error;
use crate::image::{self, ecr};
use crate::parameters::IMAGES;

/// The protection of images in the repository, from before the push to the end of the deployment.
pub(crate) struct ImageProtection<'a> {
    clients: &'a Clients,
    stack: &'a Stack,
    output: Output,
    /// The tags that protect images. `None` until [`Self::begin`] has found an image to protect.
    tags: Option<BTreeSet<String>>,
}

impl<'a> ImageProtection<'a> {
    pub(crate) fn new(clients: &'a Clients, stack: &'a Stack, output: Output) -> Self {
        Self {
            clients,
            stack,
            output,
            tags: None,
        }
    }

    /// Protects the running image, the previous one, and `incoming`, the new one.
    ///
    /// Without the permissions for it the deployment goes on, and prints which one is missing.
    pub(crate) async fn begin(&mut self, incoming: Option<&str>) -> Result<(), Error> {
        let incoming = incoming.and_then(ecr::reference_in_repository);
        let state = deploy::find(self.clients, &self.stack.name).await?;
        let mut used = used(state.as_ref());
        used.extend(incoming.map(ToOwned::to_owned));
        if used.is_empty() {
            return Ok(());
        }
        match ecr::protect(self.clients, &self.stack.environment, &used).await {
            Ok(mut tags) => {
                // The incoming image is not pushed yet. The push itself will set this tag.
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

    /// Ends the protection of images that are no longer in use. Until the stack has settled, all
    /// images stay protected.
    ///
    /// `deployed` is the stack after a successful deployment: `DescribeStacks` may lag behind it.
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

/// The digests or tags of the running and the previous image; empty if the stack was never created.
fn used(state: Option<&StackState>) -> Vec<String> {
    let Some(state) = state.filter(|state| !state.status.was_never_created()) else {
        return Vec::new();
    };
    let images = IMAGES.iter().filter_map(|key| state.parameter(key));
    images
        .filter_map(ecr::reference_in_repository)
        .map(ToOwned::to_owned)
        .collect()
}
