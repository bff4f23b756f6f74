//! A container of its own: a program that sees only the files of its image. It needs Linux and its
//! namespaces.

#[cfg(target_os = "linux")]
mod built_in;
#[cfg(target_os = "linux")]
mod specification;
#[cfg(target_os = "linux")]
mod start;

#[cfg(target_os = "linux")]
pub(super) use self::built_in::start as start_built_in;
#[cfg(target_os = "linux")]
pub(super) use self::start::start;

#[cfg(not(target_os = "linux"))]
pub(super) async fn start(
    _: &std::sync::Arc<crate::account::Account>,
    _: &crate::services::ecr::Image,
    _: &super::prepare::Prepared,
    _: &super::prepare::Container,
    _: super::process::Again<'_>,
) -> Result<super::process::Started, String> {
    Err(format!("CannotStartContainerError: {NEEDS}"))
}

/// What an image needs on this machine.
const NEEDS: &str = "the local AWS runs images on Linux only, where its user may make namespaces (sysctl user.max_user_namespaces, and kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu): use the image local/showtable, which is built in";
