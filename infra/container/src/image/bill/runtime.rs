use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// The parts of a static binary that are no crates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::image) struct Runtime {
    /// The version of Rust and of its standard library, such as `1.95.0`.
    pub(in crate::image) rust: Option<String>,
    /// The version of the C library, such as `2.41`.
    pub(super) glibc: Option<String>,
    /// The version of GCC, whose library handles the stack of a panic.
    pub(super) gcc: Option<String>,
}

impl Runtime {
    /// Asks the compilers. What they do not say is left out.
    pub(in crate::image) fn of(workspace: &Path, rustc: &OsStr, linker: &OsStr) -> Self {
        let rust = output(workspace, rustc, &["--version"]);
        let macros = [
            "-E",
            "-dM",
            "-include",
            "features.h",
            "-x",
            "c",
            "/dev/null",
        ];
        let macros = output(workspace, linker, &macros).unwrap_or_default();
        Self {
            rust: rust.and_then(|text| text.split(' ').nth(1).map(|word| word.trim().to_owned())),
            glibc: glibc(&macros),
            gcc: gcc(&macros),
        }
    }
}

fn output(workspace: &Path, program: &OsStr, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(workspace)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}

fn glibc(macros: &str) -> Option<String> {
    let (major, minor) = (
        number(macros, "__GLIBC__")?,
        number(macros, "__GLIBC_MINOR__")?,
    );
    Some(format!("{major}.{minor}"))
}

/// Clang defines the macros of an old GCC, but links the library of another.
fn gcc(macros: &str) -> Option<String> {
    if number(macros, "__clang__").is_some() {
        return None;
    }
    let part = |name| number(macros, name);
    let (major, minor) = (part("__GNUC__")?, part("__GNUC_MINOR__")?);
    Some(format!("{major}.{minor}.{}", part("__GNUC_PATCHLEVEL__")?))
}

/// The value of a macro, which must be a number.
fn number<'a>(macros: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = macros.lines();
    lines.find_map(|line| {
        let value = line.strip_prefix("#define ")?.strip_prefix(name)?;
        let value = value.strip_prefix(' ')?;
        value
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_macros_of_the_compiler_have_the_versions() {
        let gnu = "#define __GLIBC_MINOR__ 41\n#define __GLIBC__ 2\n#define __GNUC__ 14\n#define __GNUC_MINOR__ 2\n#define __GNUC_PATCHLEVEL__ 0\n";
        assert_eq!(glibc(gnu).as_deref(), Some("2.41"));
        assert_eq!(gcc(gnu).as_deref(), Some("14.2.0"));
        let clang = format!("{gnu}#define __clang__ 1\n");
        assert_eq!(gcc(&clang), None);
        assert_eq!(glibc(""), None);
    }

    #[test]
    fn a_missing_compiler_says_nothing() {
        let missing = OsStr::new("/does/not/exist");
        assert_eq!(
            Runtime::of(Path::new("/"), missing, missing),
            Runtime::default()
        );
    }
}
