use std::collections::BTreeSet;

use deploy::{Clients, Environment, Output, Parameters};

use crate::image::{self, Compression, Dist, Image, SigningKey, default_dist, ecr};
use crate::{Error, Flags};

/// The new image of a deployment, made of `dist/`.
#[derive(Debug)]
pub struct Release {
    image: Image,
    parameters: Parameters,
}

impl Release {
    /// Makes the image of `dist/`; returns `None` if there is no `dist/` or another image is given.
    ///
    /// Nothing is pushed before [`Self::push`], which follows the approval of the deployment.
    pub async fn prepare(clients: &Clients, flags: &Flags) -> Result<Option<Self>, Error> {
        let default = default_dist();
        if flags.image.is_some() || (flags.dist.is_none() && !default.is_dir()) {
            return Ok(None);
        }
        let dist = Dist::open(flags.dist.as_ref().unwrap_or(&default))?;
        let built = dist.architecture.ecs();
        if let Some(requested) = &flags.cpu_architecture
            && requested != built
        {
            let requested = requested.clone();
            return Err(Error::OtherCpu { built, requested });
        }
        if !flags.stale {
            dist.ensure_fresh()?;
        }
        let key = flags.sign.as_deref().map(SigningKey::open).transpose()?;
        let mut image = image::build(&dist, Compression::default())?;
        let uri = ecr::predict_uri(clients, &image).await?;
        image.signer = key;
        let parameters = [
            ("Image".to_owned(), uri),
            ("CpuArchitecture".to_owned(), built.to_owned()),
        ];
        Ok(Some(Self {
            image,
            parameters: parameters.into(),
        }))
    }

    /// The parameters of the template that describe the image.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        self.parameters.clone()
    }

    /// Pushes the parts of the image that the repository lacks, and creates the repository if it is
    /// missing.
    pub async fn push(
        &self,
        clients: &Clients,
        environment: &Environment,
        output: Output,
    ) -> Result<(), Error> {
        ecr::prepare(clients, environment).await?;
        ecr::push(clients, environment, &self.image, output).await?;
        Ok(())
    }

    /// Keeps the image among the last images, although it does not run yet.
    pub(crate) async fn keep(
        &self,
        clients: &Clients,
        environment: &Environment,
    ) -> Result<(), Error> {
        let digest = [self.image.digest().to_owned()];
        Ok(ecr::settle(clients, environment, &digest, &BTreeSet::new()).await?)
    }
}
