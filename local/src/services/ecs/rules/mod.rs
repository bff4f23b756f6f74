//! ECS's rules for task definitions and services on Fargate.

mod cluster;
mod container;
mod definition;
mod fargate;
mod running;
mod service;
mod service_deployment;
mod service_load_balancer;
mod service_network;

pub(super) use self::fargate::is_pair as is_fargate_pair;
use crate::resources::rules;
use crate::resources::subject::Subject;

rules! { "Ecs", opening;
    cluster::cluster_name, "ECS::Cluster", InvalidParameterException, "The name has at most 255 letters, digits, hyphens and underscores", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html";
    cluster::cluster_settings, "ECS::Cluster", InvalidParameterException, "The only setting is containerInsights: enhanced, enabled or disabled", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html";
    cluster::cluster_providers, "ECS::Cluster", InvalidParameterException, "Capacity providers exist, and the default strategy names those of the cluster", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html";
    cluster::cluster_commands, "ECS::Cluster", InvalidParameterException, "The log of ECS Exec has a configuration exactly if it overrides", "https://github.com/badmintoncryer/cdk-preflight";
    fargate::accelerators, "ECS::TaskDefinition", ClientException, "There are no inference accelerators any more", "https://github.com/badmintoncryer/cdk-preflight";
    definition::containers, "ECS::TaskDefinition", ClientException, "There is a container, and each has a name and an image", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html";
    definition::container_names, "ECS::TaskDefinition", ClientException, "Containers have different names of known characters", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html";
    definition::essential, "ECS::TaskDefinition", ClientException, "A container is essential", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html";
    definition::family, "ECS::TaskDefinition", ClientException, "The family has at most 255 letters, digits, hyphens and underscores", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html";
    definition::roles, "ECS::TaskDefinition", ClientException, "Roles are ARNs of roles", "https://github.com/aws/aws-cdk/issues/21526";
    definition::memory_limits, "ECS::TaskDefinition", ClientException, "Containers have memory, and need no more memory or CPU than the task has", "https://github.com/badmintoncryer/cdk-preflight";
    definition::volume_names, "ECS::TaskDefinition", ClientException, "Volumes have different names of known characters", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html";
    definition::volumes, "ECS::TaskDefinition", ClientException, "Mount points name volumes of the task definition", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_MountPoint.html";
    fargate::compatibility, "ECS::TaskDefinition", ClientException, "Tasks run on Fargate, EC2 or external instances", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html";
    fargate::network_mode, "ECS::TaskDefinition", ClientException, "The network mode is awsvpc", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html";
    fargate::size, "ECS::TaskDefinition", ClientException, "CPU and memory are a pair that Fargate has", "https://github.com/aws-games/cloud-game-development-toolkit/issues/737";
    fargate::execution_role_logs, "ECS::TaskDefinition", ClientException, "The log driver awslogs needs an execution role", "https://github.com/virtual-kubelet/virtual-kubelet/issues/193";
    fargate::execution_role_images, "ECS::TaskDefinition", ClientException, "Images in ECR need an execution role", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html";
    fargate::execution_role_secrets, "ECS::TaskDefinition", ClientException, "Secrets need an execution role", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html";
    fargate::unsupported, "ECS::TaskDefinition", ClientException, "Fargate has no privileged containers, links, host volumes or placement constraints", "https://github.com/cloudposse/terraform-aws-ecs-alb-service-task/issues/174";
    fargate::own_interface, "ECS::TaskDefinition", ClientException, "Containers with a network interface of their own have no links, host names or name servers", "https://github.com/badmintoncryer/cdk-preflight";
    fargate::name_spaces, "ECS::TaskDefinition", ClientException, "Fargate has no IPC mode and no PID mode host", "https://github.com/cn-terraform/terraform-aws-ecs-fargate/issues/2";
    fargate::storage, "ECS::TaskDefinition", ClientException, "Ephemeral storage has 21 to 200 GiB, and is for Fargate", "https://github.com/badmintoncryer/cdk-preflight";
    fargate::platform, "ECS::TaskDefinition", ClientException, "The operating system and the CPU architecture go together", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html";
    container::ports, "ECS::TaskDefinition", ClientException, "Ports are between 1 and 65535, with tcp or udp, and a plain name", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html";
    container::host_ports, "ECS::TaskDefinition", ClientException, "With awsvpc, the host port is the container port", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html";
    container::ports_differ, "ECS::TaskDefinition", ClientException, "Containers of a task have different ports and port names", "https://github.com/badmintoncryer/cdk-preflight";
    container::log_driver, "ECS::TaskDefinition", ClientException, "The log driver is awslogs, splunk or awsfirelens", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html";
    container::log_options, "ECS::TaskDefinition", ClientException, "The log driver awslogs has its region and group, a stream prefix, and no unknown option", "https://github.com/aws-cloudformation/cfn-lint/issues/1787";
    container::log_buffer, "ECS::TaskDefinition", ClientException, "The mode and the buffer of a log driver have known values", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html";
    container::ulimits, "ECS::TaskDefinition", ClientException, "A soft limit is at most the hard limit", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html";
    container::log_group_created, "ECS::TaskDefinition", ClientException, "awslogs-create-group is true or missing", "https://github.com/terraform-linters/tflint-ruleset-aws/issues/348";
    container::times, "ECS::TaskDefinition", ClientException, "Time limits and health checks are within their bounds", "https://github.com/badmintoncryer/cdk-preflight";
    container::health_command, "ECS::TaskDefinition", ClientException, "The command of a health check begins with CMD, CMD-SHELL or NONE", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html";
    container::dependencies, "ECS::TaskDefinition", ClientException, "Containers depend on others of the task, in no circle", "https://github.com/badmintoncryer/cdk-preflight";
    container::capabilities, "ECS::TaskDefinition", ClientException, "Capabilities exist, and Fargate adds none but SYS_PTRACE", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html";
    container::variables, "ECS::TaskDefinition", ClientException, "Variables and secrets of a container have names, which differ", "https://github.com/aws/containers-roadmap/issues/384";
    running::restarts, "ECS::TaskDefinition", ClientException, "A restart policy says if it is enabled; it waits for 60 to 1800 seconds and ignores at most 50 exit codes", "https://github.com/badmintoncryer/cdk-preflight";
    running::memory_mounts, "ECS::TaskDefinition", ClientException, "A tmpfs mount has an absolute path, a size and known options", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html";
    container::others, "ECS::TaskDefinition", ClientException, "Logs are routed, and volumes taken, from containers of the task", "https://github.com/badmintoncryer/cdk-preflight";
    service::service_name, "ECS::Service", InvalidParameterException, "The name has at most 255 letters, digits, hyphens and underscores", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";
    service::service_cluster, "ECS::Service", ClusterNotFoundException, "The cluster exists", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";
    service::service_definition, "ECS::Service", ClientException, "The task definition exists", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";
    service::launch_type, "ECS::Service", InvalidParameterException, "The task definition is compatible with the launch type", "https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md";
    service::launch_or_provider, "ECS::Service", InvalidParameterException, "There is a launch type or a capacity provider strategy", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";
    cluster::service_providers, "ECS::Service", InvalidParameterException, "The cluster has the capacity providers of the strategy", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";
    cluster::service_weights, "ECS::Service", InvalidParameterException, "A strategy has a weight above zero, and one base", "https://github.com/badmintoncryer/cdk-preflight";
    service::platform_version, "ECS::Service", PlatformUnknownException, "The platform version exists", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html";
    service::scheduling, "ECS::Service", InvalidParameterException, "A daemon service has no number of tasks, and Fargate no daemon services and no placement", "https://github.com/badmintoncryer/cdk-preflight";
    service::other_controllers, "ECS::Service", InvalidParameterException, "Other deployment controllers have no circuit breaker; an external one has no load balancer and no task definition", "https://github.com/badmintoncryer/cdk-preflight";
    service::service_role, "ECS::Service", InvalidParameterException, "A service with awsvpc has no role of its own", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";
    service::execute_role, "ECS::Service", InvalidParameterException, "ECS Exec needs a task role", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html";
    service::percents, "ECS::Service", InvalidParameterException, "A deployment can stop or start a task: at most 100 and at least 100 percent", "https://github.com/badmintoncryer/cdk-preflight";
    service::grace_period, "ECS::Service", InvalidParameterException, "A health check grace period is within its bounds, and needs a load balancer", "https://github.com/hashicorp/terraform-provider-aws/issues/13226";
    service_network::network, "ECS::Service", InvalidParameterException, "A service has a network configuration exactly if its tasks use awsvpc", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";
    service_network::subnets, "ECS::Service", InvalidParameterException, "There are 1 to 16 subnets, which exist, in one VPC", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html";
    service_network::groups, "ECS::Service", InvalidParameterException, "There are at most 5 groups, which exist, in the VPC of the subnets", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html";
    service_network::public_address, "ECS::Service", InvalidParameterException, "Only Fargate assigns public addresses", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html";
    service_deployment::controller, "ECS::Service", InvalidParameterException, "Traffic is shifted by the deployment controller ECS only", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html";
    service_deployment::classic, "ECS::Service", InvalidParameterException, "Load balancers are all classic ones, or none, and classic ones shift no traffic", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html";
    service_deployment::all_or_none, "ECS::Service", InvalidParameterException, "A deployment that shifts traffic has an alternate target group for each load balancer", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html";
    service_deployment::different_groups, "ECS::Service", InvalidParameterException, "Target groups and alternate target groups are different", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html";
    service_deployment::rule_arns, "ECS::Service", InvalidParameterException, "Listener rules are given by the ARNs of rules", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html";
    service_deployment::different_rules, "ECS::Service", InvalidParameterException, "Production and test traffic have different listener rules", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html";
    service_deployment::production_rule, "ECS::Service", InvalidParameterException, "A deployment that shifts traffic has a production listener rule and a role", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html";
    service_deployment::test_rule, "ECS::Service", InvalidParameterException, "The production listener rule forwards to both target groups, or there is a test listener rule", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html";
    service_deployment::shift_settings, "ECS::Service", InvalidParameterException, "Settings of canary and linear deployments go with their strategy", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html";
    service_deployment::hooks, "ECS::Service", InvalidParameterException, "Pause hooks have stages that can pause and no target, others have a target and a role, and there are at most 10 of each", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html";
    service_load_balancer::one_of_each, "ECS::Service", InvalidParameterException, "A service has at most 5 target groups", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html";
    service_load_balancer::mapped, "ECS::Service", InvalidParameterException, "The container exists and has the port", "https://github.com/aws/amazon-ecs-agent/issues/1276";
    service_load_balancer::target_group, "ECS::Service", InvalidParameterException, "The target group exists", "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html";
    service_load_balancer::target_type, "ECS::Service", InvalidParameterException, "The target type is ip", "https://github.com/hashicorp/terraform-provider-aws/issues/3535";
    service_load_balancer::listener, "ECS::Service", InvalidParameterException, "A listener forwards to the target group", "https://github.com/aws/aws-cdk/issues/34290";
    service_load_balancer::target_vpc, "ECS::Service", InvalidParameterException, "The target group is in the VPC of the subnets", "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html";
}

/// The rules for services that also hold for a task that no service runs.
///
/// # Errors
/// ECS's code and sentence of the first rule that is broken.
pub(super) fn task_rules(subject: &Subject<'_>) -> Result<(), (&'static str, String)> {
    let of_tasks = [
        "service::launch_type",
        "service::launch_or_provider",
        "cluster::service_providers",
        "service::platform_version",
        "service_network::network",
        "service_network::subnets",
        "service_network::groups",
        "service_network::public_address",
    ];
    for rule in RULES.list.iter().filter(|rule| of_tasks.contains(&rule.id)) {
        (rule.check)(subject).map_err(|sentence| (rule.code, sentence))?;
    }
    Ok(())
}

/// What the handlers put before ECS's sentence, as in
/// <https://github.com/towardsthecloud/aws-cdk-examples/issues/1>.
fn opening(subject: &Subject<'_>) -> &'static str {
    match (subject.resource_type, subject.is_created()) {
        ("AWS::ECS::TaskDefinition", _) => "Invalid request provided: Create TaskDefinition: ",
        ("AWS::ECS::Cluster", _) => "Invalid request provided: CreateCluster Invalid Request: ",
        (_, true) => "Invalid request provided: CreateService error: ",
        (_, false) => "Invalid request provided: UpdateService error: ",
    }
}
