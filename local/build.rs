//! Makes the table of AWS's provider schemas in `schemas/`, one file for each resource type.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let directory = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("schemas");
    println!("cargo::rerun-if-changed={}", directory.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(&directory)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".json").map(str::to_owned));
    }
    names.sort_unstable();
    let lines: Vec<_> = names
        .iter()
        .map(|name| {
            let resource_type = name.replace('-', "::");
            let file = directory.join(format!("{name}.json"));
            let file = file.display().to_string();
            format!("({resource_type:?}, include_str!({file:?})),")
        })
        .collect();
    let table = format!("&[\n{}\n]", lines.join("\n"));
    fs::write(Path::new(&env::var("OUT_DIR")?).join("schemas.rs"), table)?;
    Ok(())
}
