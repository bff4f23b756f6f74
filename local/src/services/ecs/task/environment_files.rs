//! The environment files of a container: objects in S3, which Fargate reads before it starts.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html>. The
//! words of failures are those of <https://github.com/aws/aws-cdk/issues/12720> and
//! <https://repost.aws/knowledge-center/ecs-fargate-environment-variables>.

use super::environment::Variables;
use crate::account::Account;
use crate::services::ec2::{self, Interface};
use crate::services::ecs::task_definition::ContainerDefinition;
use crate::services::iam::{Access, Principal, authorize, through_now};
use crate::services::s3;

/// The variables of the files. Of a variable that occurs twice, the first one counts.
///
/// # Errors
/// Fargate's reason for a file that cannot be read.
pub(super) async fn fetch(
    account: &Account,
    role: Option<&Principal>,
    interface: &Interface,
    container: &ContainerDefinition,
) -> Result<Variables, String> {
    let mut variables = Variables::new();
    for file in &container.environment_files {
        let text = read(account, role, interface, &file.value).await?;
        for (name, value) in parse(&text) {
            if !variables.iter().any(|(known, _)| *known == name) {
                variables.push((name, value));
            }
        }
    }
    Ok(variables)
}

async fn read(
    account: &Account,
    role: Option<&Principal>,
    interface: &Interface,
    arn: &str,
) -> Result<String, String> {
    let passage = {
        let topology = ec2::topology(account);
        ec2::passage(&topology, interface, "s3")
    };
    let passage = passage.map_err(|_| {
        failed("RequestCanceled: request context canceled caused by: context deadline exceeded")
    })?;
    let name = arn.split_once(":s3:::").map_or("", |(_, name)| name);
    let (bucket, key) = name.split_once('/').unwrap_or((name, ""));
    let needed = [
        Access::new("s3:GetBucketLocation", format!("arn:aws:s3:::{bucket}")),
        Access::new("s3:GetObject", arn),
    ];
    let allowed = through_now(Some(passage), || {
        role.is_some_and(|role| authorize(account, role, &needed).is_ok())
    });
    if !allowed {
        return Err(failed(&answered("AccessDenied: Access Denied", 403)));
    }
    let bytes = s3::object(account, bucket, key).await;
    let bytes = bytes.ok_or_else(|| {
        failed(&answered(
            "NoSuchKey: The specified key does not exist.",
            404,
        ))
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn answered(error: &str, status: u16) -> String {
    let id = uuid::Uuid::new_v4()
        .simple()
        .to_string()
        .to_ascii_uppercase();
    format!(
        "{error}\n\tstatus code: {status}, request id: {}",
        &id[..16]
    )
}

fn failed(reason: &str) -> String {
    format!(
        "ResourceInitializationError: failed to download env files: file download command: non empty error stream: {reason}"
    )
}

/// The lines `NAME=VALUE`. Spaces and quotes belong to the value. Lines that begin with `#` are comments,
/// and Fargate leaves out variables without a value
/// (<https://github.com/aws/containers-roadmap/issues/2466>).
fn parse(text: &str) -> impl Iterator<Item = (String, String)> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    let given = pairs.filter(|(name, value)| !name.is_empty() && !value.is_empty());
    given.map(|(name, value)| (name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_variable_unless_it_is_a_comment_or_has_no_value() {
        let text = "# comment\nONE=1\n\nTWO='a b' # c\nEMPTY=\nNONE\n=x\nEQUAL=a=b\r\n";
        let found: Vec<_> = parse(text).collect();
        let expected = [("ONE", "1"), ("TWO", "'a b' # c"), ("EQUAL", "a=b")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(found, expected);
    }
}
