//! The app's image in podman, which measures its start and its memory.

mod figures;
mod peer;

const LOGIN: &str = "go-on-aws:hugo2021";
