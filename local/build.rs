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
    let lines = names.iter().map(|name| {
        let (resource_type, file) = (name.replace('-', "::"), directory.join(name));
        format!(
            "(\"{resource_type}\", include_str!({:?})),\n",
            file.with_extension("json")
        )
    });
    let table = format!("&[\n{}]", lines.collect::<String>());
    fs::write(Path::new(&env::var("OUT_DIR")?).join("schemas.rs"), table)?;
    Ok(())
}
