//! `container build-app` and `container image`.

use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use deploy::Output;
use deploy::cli::Format;
use indicatif::DecimalBytes;
use serde::Serialize;

use super::push::push;
use super::{
    Architecture, Attached, Compression, Dist, Error, Image, Pushed, Registry, SigningKey, build,
    default_dist,
};

/// The options of `container build-app`.
#[derive(Debug, Args)]
pub struct BuildAppArguments {
    /// The CPU to build for [default: the CPU of this machine]
    #[arg(long, value_enum)]
    architecture: Option<Architecture>,
    /// The directory to fill [default: dist/ of the workspace]
    #[arg(long, value_name = "DIRECTORY")]
    dist: Option<PathBuf>,
}

/// The options of `container image`.
#[derive(Debug, Args)]
pub struct ImageArguments {
    /// The directory to make the image from [default: dist/ of the workspace]
    #[arg(long, value_name = "DIRECTORY")]
    dist: Option<PathBuf>,
    /// Write the image to a directory, in the OCI layout
    #[arg(long, value_name = "DIRECTORY")]
    output: Option<PathBuf>,
    /// Push the image, for example to ghcr.io/me/showtable:1
    #[arg(long, value_name = "REFERENCE")]
    push: Option<String>,
    #[arg(
        long,
        value_name = "NAME",
        requires = "push",
        help = "The user who pushes, with the password in REGISTRY_PASSWORD [default: the login of `podman login` or `docker login`]"
    )]
    username: Option<String>,
    /// Move the tag to this image if it points to another
    #[arg(long, requires = "push")]
    move_tag: bool,
    /// Sign the image with this key: a PEM file with an ECDSA key of the curve P-256
    #[arg(long, value_name = "FILE", requires = "push")]
    sign: Option<PathBuf>,
    /// Push the image alone, without SBOM and provenance, for registries that refuse them
    #[arg(long, requires = "push")]
    bare: bool,
    /// How to compress the layers
    #[arg(long, value_enum, default_value_t)]
    compression: Compression,
    /// Use dist/ even if the sources have changed since it was built
    #[arg(long)]
    stale: bool,
    /// How to print.
    #[command(flatten)]
    format: Format,
}

impl BuildAppArguments {
    /// Builds the app.
    pub fn run(self) -> Result<ExitCode, Error> {
        let architecture = self
            .architecture
            .unwrap_or_else(Architecture::of_this_machine);
        let directory = self.dist.unwrap_or_else(default_dist);
        super::build_app(architecture, &directory, Output::Lines)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl ImageArguments {
    /// Makes the image, and writes or pushes it.
    pub async fn run(self) -> Result<ExitCode, Error> {
        let output = Output::from(self.format);
        let dist = Dist::open(&self.dist.unwrap_or_else(default_dist))?;
        if !self.stale {
            dist.ensure_fresh()?;
        }
        // Checked first, since packing the image takes seconds.
        let registry = self.push.as_deref();
        let registry = registry
            .map(|reference| Registry::parse(reference, self.username.as_deref()))
            .transpose()?;
        let key = self.sign.as_deref().map(SigningKey::open).transpose()?;
        let mut image = build(&dist, self.compression)?;
        if self.bare {
            image.attachments.clear();
        }
        image.signer = key;
        if let Some(directory) = &self.output {
            image.write_layout(directory)?;
        }
        let pushed = match &registry {
            Some(registry) => Some(push(&image, registry, self.move_tag, output).await?),
            None => None,
        };
        output.show(&Summary::new(&image, pushed));
        Ok(ExitCode::SUCCESS)
    }
}

/// A summary of an image.
#[derive(Debug, Serialize)]
struct Summary {
    digest: String,
    architecture: &'static str,
    size: usize,
    layers: Vec<LayerSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pushed: Option<Pushed>,
}

#[derive(Debug, Serialize)]
struct LayerSummary {
    name: &'static str,
    digest: String,
    size: usize,
}

impl Summary {
    fn new(image: &Image, pushed: Option<Pushed>) -> Self {
        let layers = image.layers.iter().map(|layer| LayerSummary {
            name: layer.name,
            digest: layer.blob.digest.clone(),
            size: layer.blob.bytes.len(),
        });
        Self {
            digest: image.digest().to_owned(),
            architecture: image.architecture.oci(),
            size: image.size(),
            layers: layers.collect(),
            pushed,
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for LayerSummary { name, digest, size } in &self.layers {
            let size = DecimalBytes(*size as u64).to_string();
            writeln!(f, "{name:12}  {digest}  {size:>10}")?;
        }
        let size = DecimalBytes(self.size as u64).to_string();
        let platform = format!("linux/{}", self.architecture);
        writeln!(f, "{platform:12}  {}  {size:>10}", self.digest)?;
        let Some(pushed) = &self.pushed else {
            return Ok(());
        };
        for Attached { name, digest, .. } in &pushed.attachments {
            writeln!(f, "{name:12}  {digest}")?;
        }
        writeln!(f, "{}", pushed.image)
    }
}
