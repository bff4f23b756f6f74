//! Deployments of a service that shift traffic: blue/green, linear and canary, with load on the load
//! balancer all the time.

mod alarming;
mod executing;
mod failing;
mod load;
mod pausing;
mod shifting;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::error::ProvideErrorMetadata;
use aws_sdk_ecs::types::{DeploymentLifecycleHookDetail, ServiceDeployment};
use aws_sdk_ssm::types::ParameterType;
use e2e::{Account, options, until};

use self::load::Load;

/// The stack with the service.
const STACK: &str = "shifting";

/// The logins of the app, one for each prefix of its parameters. The answer of the app says by them
/// which revision gave it.
const OLD: &str = "go-on-aws:hugo2021";
const NEW: &str = "go-on-aws:another";

/// Time passes a little: pauses of some thousand minutes last as long as a test.
const PACE: f64 = 0.0001;

/// The stack of the container with two target groups, a production rule and a test rule.
fn template(configuration: &str) -> String {
    let mut template = container::STACK.template.to_owned();
    let mut replace = |from: &str, to: &str| {
        assert!(
            template.contains(from),
            "the template no longer says {from}"
        );
        template = template.replacen(from, to, 1);
    };
    replace(
        "        - Type: forward\n          TargetGroupArn: !Ref TargetGroup\n",
        "        - Type: fixed-response\n          FixedResponseConfig: {StatusCode: '404'}\n",
    );
    replace("\n  TargetGroup:\n", RULES);
    replace("\n  # The service.\n", ROLE);
    replace(
        "          TargetGroupArn: !Ref TargetGroup\n      NetworkConfiguration",
        "          TargetGroupArn: !Ref TargetGroup
          AdvancedConfiguration:
            AlternateTargetGroupArn: !Ref Alternate
            ProductionListenerRule: !Ref ProductionRule
            TestListenerRule: !Ref TestRule
            RoleArn: !GetAtt Infrastructure.Arn
      NetworkConfiguration",
    );
    replace(
        "        MinimumHealthyPercent: 100\n",
        &format!("        MinimumHealthyPercent: 100\n{configuration}"),
    );
    replace("      HealthCheckGracePeriodSeconds: 30\n", "");
    // The load of the tests would start more tasks, of whichever revision serves.
    replace("      MaxCapacity: 4\n", "      MaxCapacity: 1\n");
    template
}

const RULES: &str = "
  ProductionRule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 2
      Conditions: [{Field: path-pattern, PathPatternConfig: {Values: ['*']}}]
      Actions:
        - Type: forward
          ForwardConfig:
            TargetGroups:
              - {TargetGroupArn: !Ref TargetGroup, Weight: 1}
              - {TargetGroupArn: !Ref Alternate, Weight: 0}

  TestRule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 1
      Conditions: [{Field: query-string, QueryStringConfig: {Values: [{Key: test, Value: '1'}]}}]
      Actions:
        - Type: forward
          TargetGroupArn: !Ref Alternate

  Alternate:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      TargetType: ip
      VpcId: !Ref VpcId
      Port: 8080
      Protocol: HTTP
      HealthCheckPath: /ping
      HealthCheckIntervalSeconds: 5
      HealthCheckTimeoutSeconds: 2
      HealthyThresholdCount: 2
      UnhealthyThresholdCount: 3

  TargetGroup:
";

const ROLE: &str = "
  Infrastructure:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: ecs.amazonaws.com}
            Action: sts:AssumeRole
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers]

  # The service.
";

/// A deployed service.
struct Service {
    account: Account,
    ecs: Client,
    cluster: String,
    name: String,
    /// The address of the load balancer.
    url: String,
}

impl Service {
    /// Deploys the service with this deployment configuration.
    async fn deploy(configuration: &str) -> Self {
        let mut options = options();
        options.pace = PACE;
        let account = Account::with(&options).await;
        account.local.deploy().await.unwrap();
        let table = e2e_parameter(&account, "/go-on-aws/table").await;
        for (name, value) in [("table", table.as_str()), ("credentials", NEW)] {
            let put = account.ssm.put_parameter().name(format!("/other/{name}"));
            put.value(value)
                .r#type(ParameterType::String)
                .send()
                .await
                .unwrap();
        }
        let status = account
            .deploy(STACK, &template(configuration), &old())
            .await;
        assert_eq!(status, "CREATE_COMPLETE");
        let ecs = Client::new(&account.config);
        let described = account.cloudformation.describe_stack_resource();
        let described = described
            .stack_name(STACK)
            .logical_resource_id("Service")
            .send()
            .await
            .unwrap();
        let arn = described.stack_resource_detail().unwrap();
        let arn = arn.physical_resource_id().unwrap().to_owned();
        let mut parts = arn.rsplit('/').map(str::to_owned);
        let (name, cluster) = (parts.next().unwrap(), parts.next().unwrap());
        let url = account.output(STACK, "ServiceURL").await;
        Self {
            account,
            ecs,
            cluster,
            name,
            url,
        }
    }

    /// Begins to update the stack; [`Account::settled`] waits for its end.
    async fn begin_update(&self, template: &str, parameters: &[(&str, &str)]) {
        let update = self.account.cloudformation.update_stack();
        let parameters = parameters.iter();
        let parameters = parameters.map(|(key, value)| e2e::parameter(key, value));
        update
            .stack_name(STACK)
            .template_body(template)
            .capabilities(aws_sdk_cloudformation::types::Capability::CapabilityNamedIam)
            .set_parameters(Some(parameters.collect()))
            .send()
            .await
            .unwrap();
    }

    /// The service deployments, the newest first.
    async fn deployments(&self) -> Vec<ServiceDeployment> {
        let list = self.ecs.list_service_deployments();
        let list = list.cluster(&self.cluster).service(&self.name);
        let listed = list.send().await.unwrap();
        let arns = listed.service_deployments().iter();
        let arns = arns.map(|one| one.service_deployment_arn().unwrap().to_owned());
        let describe = self.ecs.describe_service_deployments();
        let describe = describe.set_service_deployment_arns(Some(arns.collect()));
        let described = describe.send().await.unwrap();
        assert!(described.failures().is_empty());
        described.service_deployments().to_vec()
    }

    /// Waits until the newest deployment pauses at a stage, and returns it with its hook.
    async fn paused(&self, stage: &str) -> (ServiceDeployment, DeploymentLifecycleHookDetail) {
        until(&format!("a pause at {stage}"), async || {
            let newest = self.deployments().await.into_iter().next()?;
            let hook = newest.lifecycle_hook_details().iter();
            let mut waiting =
                hook.filter(|hook| hook.status().unwrap().as_str() == "AWAITING_ACTION");
            let hook = waiting.next()?.clone();
            let is_there = newest.lifecycle_stage()?.as_str() == stage;
            is_there.then_some((newest, hook))
        })
        .await
    }

    /// Continues a paused deployment, or rolls it back.
    async fn answer(
        &self,
        paused: &(ServiceDeployment, DeploymentLifecycleHookDetail),
        action: &str,
    ) {
        let (deployment, hook) = paused;
        let answer = self.ecs.continue_service_deployment();
        answer
            .service_deployment_arn(deployment.service_deployment_arn().unwrap())
            .hook_id(hook.hook_id().unwrap())
            .action(action.into())
            .send()
            .await
            .unwrap();
    }

    /// The messages of the service's events, the newest first.
    async fn events(&self) -> Vec<String> {
        let describe = self.ecs.describe_services().cluster(&self.cluster);
        let described = describe.services(&self.name).send().await.unwrap();
        let events = described.services()[0].events().iter();
        events
            .map(|event| event.message().unwrap().to_owned())
            .collect()
    }

    /// The reason why the stack's service could not be updated.
    async fn failure(&self) -> String {
        let events = self.account.cloudformation.describe_stack_events();
        let events = events.stack_name(STACK).send().await.unwrap();
        let failed = events.stack_events().iter().find(|event| {
            event.logical_resource_id() == Some("Service")
                && event
                    .resource_status()
                    .is_some_and(|status| status.as_str() == "UPDATE_FAILED")
        });
        let reason = failed.and_then(|event| event.resource_status_reason());
        reason.unwrap_or_default().to_owned()
    }

    /// Puts load on the load balancer.
    fn load(&self) -> Load {
        Load::begin(&self.url)
    }

    async fn stop(self) {
        self.account.local.stop().await;
    }
}

async fn e2e_parameter(account: &Account, name: &str) -> String {
    let answer = account.ssm.get_parameter().name(name).send().await.unwrap();
    answer.parameter().unwrap().value().unwrap().to_owned()
}

fn old() -> [(&'static str, &'static str); 1] {
    [("Image", "local/showtable")]
}

fn new() -> [(&'static str, &'static str); 2] {
    [("Image", "local/showtable"), ("ParameterPrefix", "/other")]
}

fn status(deployment: &ServiceDeployment) -> &str {
    deployment.status().unwrap().as_str()
}

fn message<E: ProvideErrorMetadata>(err: &E) -> String {
    let (code, message) = (err.code().unwrap_or(""), err.message().unwrap_or(""));
    format!("{code}: {message}")
}
