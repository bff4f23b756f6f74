//! The network of a task: its interface, and what Fargate needs to reach before it can start it.

use std::net::SocketAddr;

use super::interfaces::{Interface, Owner, Public, Wanted, attach};
use super::prefix_lists::address_of;
use super::reach::{Blocked, End, reach};
use super::topology::{Topology, topology};
use crate::account::{Account, State};
use crate::aws::AwsError;
use crate::services::iam::{Access, Passage};

/// Where a service puts its tasks (`AwsvpcConfiguration`).
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Placement {
    pub(crate) subnets: Vec<String>,
    pub(crate) groups: Vec<String>,
    /// Whether `AssignPublicIp` is `ENABLED`.
    pub(crate) public: bool,
}

/// What Fargate reads before it starts a task, with the task's own network interface.
#[derive(Debug, Clone, Default)]
pub(crate) struct Needs<'a> {
    /// The images of all containers, as the task definition names them.
    pub(crate) images: Vec<&'a str>,
    /// Whether a container logs with the driver awslogs.
    pub(crate) logs: bool,
    /// Whether a container has a secret from Parameter Store.
    pub(crate) parameters: bool,
    /// The ARN of a secret of Secrets Manager, if a container has one.
    pub(crate) secret: Option<&'a str>,
}

/// Gives a task an interface, in that of its subnets which has the fewest tasks.
///
/// # Errors
/// EC2's error, such as a subnet without free addresses.
pub(crate) fn attach_task(
    account: &Account,
    task_id: &str,
    placement: &Placement,
) -> Result<Interface, AwsError> {
    account.change(|state| {
        let wanted = wanted(state, task_id, placement);
        attach(state, wanted)
    })
}

/// The interface that a task of the service asks for.
pub(crate) fn wanted(state: &State, task_id: &str, placement: &Placement) -> Wanted {
    let tasks_in = |subnet: &&String| {
        let all = state.interfaces.all();
        all.filter(|one| one.subnet == **subnet && matches!(one.owner, Owner::Task(_)))
            .count()
    };
    let subnet = placement.subnets.iter().min_by_key(tasks_in);
    Wanted {
        owner: Owner::Task(task_id.to_owned()),
        description: format!("Task {task_id}"),
        subnet: subnet.cloned().unwrap_or_default(),
        groups: placement.groups.clone(),
        public: if placement.public {
            Public::Assigned
        } else {
            Public::No
        },
        // A task gets one only with the account setting dualStackIPv6.
        ipv6: false,
    }
}

/// Takes the interface of a task away.
pub(crate) fn detach_task(account: &Account, task_id: &str) {
    let owner = Owner::Task(task_id.to_owned());
    account.change(|state| state.interfaces.detach(&owner));
}

/// The way of a running task to an AWS service. A task without an interface has no network, and no way.
///
/// # Errors
/// The hop that stops it; on AWS, the call then gets no answer.
pub(crate) fn task_passage(
    account: &Account,
    task_id: &str,
    service: &str,
) -> Result<Option<Passage>, Box<Blocked>> {
    let topology = topology(account);
    let owner = Owner::Task(task_id.to_owned());
    let Some(interface) = topology.interfaces.iter().find(|one| one.owner == owner) else {
        return Ok(None);
    };
    passage(&topology, interface, service)
        .map(Some)
        .map_err(Box::new)
}

/// The way of an interface to an AWS service.
///
/// # Errors
/// The hop that stops it.
pub(crate) fn passage(
    topology: &Topology,
    interface: &Interface,
    service: &str,
) -> Result<Passage, Blocked> {
    let from = End::Interface(interface);
    let path = reach(topology, from, End::Service(service), HTTPS)?;
    Ok(topology.passage(interface, path.endpoint))
}

/// The port of every AWS API.
pub(crate) const HTTPS: u16 = 443;

/// Checks that Fargate can start a task with this interface: that the network leads to the secrets, to
/// the registry and to the logs.
///
/// # Errors
/// The reason for which Fargate stops the task (`stoppedReason`).
pub(crate) fn check_start(
    account: &Account,
    interface: &Interface,
    needs: &Needs<'_>,
) -> Result<(), String> {
    let start = Start { account, interface };
    if needs.parameters {
        start.needs("ssm", |_| SSM.to_owned())?;
    }
    if let Some(secret) = needs.secret {
        start.needs("secretsmanager", |_| secrets_manager(secret))?;
    }
    let registries = needs
        .images
        .iter()
        .map(|image| Registry::of(account.endpoint, image));
    if registries.clone().any(|registry| registry == Registry::Ecr) {
        start.needs("ecr.api", |address| registry_auth(&account.region, address))?;
    }
    if needs.logs {
        start.needs("logs", |_| LOGS.to_owned())?;
    }
    for (image, registry) in needs.images.iter().zip(registries) {
        start.pulls(image, registry)?;
    }
    Ok(())
}

// The words of Fargate, from public reports of stopped tasks.
const SSM: &str = "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: The task cannot pull secrets from AWS Systems Manager. There is a connection issue between the task and AWS Systems Manager Parameter Store. Check your task network configuration. RequestCanceled: request context canceled caused by: context deadline exceeded";
const LOGS: &str = "ResourceInitializationError: failed to validate logger args: The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a connection issue between the task and Amazon CloudWatch. Check your network configuration. : signal: killed";

fn secrets_manager(secret: &str) -> String {
    format!(
        "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets Manager. Check your task network configuration. failed to fetch secret {secret} from secrets manager: operation error Secrets Manager: GetSecretValue, https response error StatusCode: 0, RequestID: , canceled, context deadline exceeded."
    )
}

fn registry_auth(region: &str, address: &str) -> String {
    format!(
        "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. operation error ECR: GetAuthorizationToken, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed, Post \"https://api.ecr.{region}.amazonaws.com/\": dial tcp {address}:443: i/o timeout."
    )
}

/// Where an image comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Registry {
    /// Also the images that are built into the local AWS. On AWS, they would be in ECR.
    Ecr,
    Internet,
}

impl Registry {
    fn of(local: SocketAddr, image: &str) -> Self {
        let host = image.split('/').next().unwrap_or("");
        if host == "local" || host.contains(".dkr.ecr.") || host == local.to_string() {
            Self::Ecr
        } else {
            Self::Internet
        }
    }
}

struct Start<'a> {
    account: &'a Account,
    interface: &'a Interface,
}

impl Start<'_> {
    /// Checks that the task reaches a service. `words` makes the reason from the address of the service.
    fn needs(&self, service: &str, words: impl FnOnce(&str) -> String) -> Result<(), String> {
        let topology = topology(self.account);
        let from = End::Interface(self.interface);
        match reach(&topology, from, End::Service(service), HTTPS) {
            Ok(_) => Ok(()),
            Err(blocked) => {
                log(self.interface, service, &blocked);
                let address = address_of(&topology.prefix_lists, service);
                Err(words(&address.to_string()))
            }
        }
    }

    fn pulls(&self, image: &str, registry: Registry) -> Result<(), String> {
        let region = &self.account.region;
        if registry == Registry::Internet {
            let topology = topology(self.account);
            let from = End::Interface(self.interface);
            return reach(&topology, from, End::Internet, HTTPS)
                .map(|_| ())
                .map_err(|blocked| {
                    log(self.interface, "the registry", &blocked);
                    cannot_resolve(image, "44.205.64.79")
                });
        }
        self.needs("ecr.dkr", |address| cannot_resolve(image, address))?;
        let url = format!(
            "https://{}.s3.{region}.amazonaws.com/",
            layer_bucket(region)
        );
        self.needs("s3", |address| {
            format!(
                "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: failed to do request: Get \"{url}\": dial tcp {address}:443: i/o timeout"
            )
        })?;
        // The bucket belongs to ECR, and the URLs of the layers are signed by ECR: only the policy of
        // an endpoint can deny them. The words: https://zenn.dev/carenet/articles/5db608fea5ca51.
        let topology = topology(self.account);
        let passage = passage(&topology, self.interface, "s3").ok();
        let layer = layer_access(region);
        if passage.is_some_and(|passage| !passage.admits_anyone(&layer)) {
            return Err(format!(
                "CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: unexpected status code {url}: 403 Forbidden"
            ));
        }
        Ok(())
    }
}

/// Where ECR keeps the layers of images.
fn layer_bucket(region: &str) -> String {
    format!("prod-{region}-starport-layer-bucket")
}

/// Reading a layer of an image of ECR.
pub(crate) fn layer_access(region: &str) -> Access {
    let bucket = layer_bucket(region);
    Access::new("s3:GetObject", format!("arn:aws:s3:::{bucket}/*"))
}

fn cannot_resolve(image: &str, address: &str) -> String {
    let (host, path) = match image.split_once('/') {
        Some((host, path)) if host.contains('.') || host.contains(':') => (host, path.to_owned()),
        Some(_) => ("registry-1.docker.io", image.to_owned()),
        None => ("registry-1.docker.io", format!("library/{image}")),
    };
    let (name, tag) = path.rsplit_once(':').unwrap_or((&path, "latest"));
    format!(
        "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref {image}: failed to do request: Head \"https://{host}/v2/{name}/manifests/{tag}\": dial tcp {address}:443: i/o timeout"
    )
}

fn log(interface: &Interface, to: &str, blocked: &Blocked) {
    tracing::warn!(
        "{} does not reach {to}: {} {}",
        interface.description,
        blocked.why,
        blocked.remedy
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_that_is_not_reached_is_named_as_on_fargate() {
        let cases = [
            (
                "nginx",
                "https://registry-1.docker.io/v2/library/nginx/manifests/latest",
            ),
            ("a/b:1", "https://registry-1.docker.io/v2/a/b/manifests/1"),
            (
                "public.ecr.aws/nginx/nginx:1.29",
                "https://public.ecr.aws/v2/nginx/nginx/manifests/1.29",
            ),
        ];
        for (image, url) in cases {
            let words = cannot_resolve(image, "1.2.3.4");
            let expected = format!(
                "failed to resolve ref {image}: failed to do request: Head \"{url}\": dial tcp 1.2.3.4:443: i/o timeout"
            );
            assert!(words.ends_with(&expected), "{words}");
        }
        let local = SocketAddr::from(([127, 0, 0, 1], 4566));
        assert!(
            Registry::of(local, "123456789012.dkr.ecr.eu-central-1.amazonaws.com/a:1")
                == Registry::Ecr
        );
        assert!(Registry::of(local, "public.ecr.aws/nginx/nginx") == Registry::Internet);
    }
}
