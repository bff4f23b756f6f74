//! The part of `container status` about images.

use deploy::render::Shown;
use deploy::{Clients, Environment};

use crate::image::{self, ecr};
use crate::parameters::IMAGES;
use crate::{Error, stack};

/// A sentence for each image of the stack that is missing from the repository.
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
        let Some(reference) = ecr::reference_in_repository(uri) else {
            continue;
        };
        let uri = Shown(uri);
        match ecr::has(clients, reference).await {
            Ok(true) => {}
            Ok(false) if key == "Image" => sentences.push(format!(
                "The image of the service is missing from the repository, and no new task can start: deploy an image with `{}` ({uri})",
                deploy::task("deploy", &name)
            )),
            Ok(false) => sentences.push(format!(
                "The previous image is missing from the repository: `task rollback-container` cannot return to it ({uri})"
            )),
            Err(denied @ image::Error::EcrDenied { .. }) => {
                return Ok(vec![format!("Could not check the images: {denied}")]);
            }
            Err(err) => return Err(err.into()),
        }
    }
    Ok(sentences)
}
