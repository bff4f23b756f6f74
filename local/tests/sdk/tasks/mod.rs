//! Tasks that `RunTask` starts: what their containers see, and how they end. They run a program that
//! is compiled here, in an image of its own.

mod agent;
mod built_in;
mod containers;
mod images;
mod isolation;
mod limits;
mod listening;
mod logging;
mod probe;
mod processes;
mod restarts;
mod run;
mod secrets;
mod settings;

use container::image::{Image, ecr};
use deploy::{Approval, Clients, Environment, Options, Output};
use e2e::{Account, until};
use serde_json::{Value, json};

use crate::call;

/// An account with a network, a cluster, roles and an image with the probe.
struct Tasks {
    account: Account,
    image: String,
    subnets: Vec<String>,
    group: String,
}

/// The cluster, the roles and the log group. The execution role may do what `allowed` says.
fn template(vpc: &str, allowed: &[&str]) -> String {
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
    let role = |name: &str, actions: &[&str]| {
        json!({"Type": "AWS::IAM::Role", "Properties": {
            "RoleName": name,
            "AssumeRolePolicyDocument": trust,
            "Policies": [{"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}}],
        }})
    };
    json!({"Resources": {
        "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "tests"}},
        "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/tests"}},
        "Execution": role("execution", allowed),
        "Task": role("task", &["ssm:GetParameter"]),
        "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "tasks", "VpcId": vpc}},
    }, "Outputs": {"Group": {"Value": {"Fn::GetAtt": ["Group", "GroupId"]}}}})
    .to_string()
}

const ALLOWED: [&str; 6] = [
    "ecr:*",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "logs:CreateLogGroup",
    "ssm:GetParameters",
    "secretsmanager:GetSecretValue",
];

impl Tasks {
    async fn new() -> Self {
        Self::allowing(&ALLOWED).await
    }

    /// The execution role may do only this.
    async fn allowing(allowed: &[&str]) -> Self {
        let account = Account::new().await;
        let clients = Clients::from(&account.config);
        let options = Options {
            approval: Approval::Never,
            ..Options::default()
        };
        deploy::deploy(&clients, &vpc::STACK, &options)
            .await
            .expect("a network");
        let vpc = account.output("vpc", "VpcId").await;
        let status = account.deploy("tests", &template(&vpc, allowed), &[]).await;
        assert_eq!(status, "CREATE_COMPLETE");
        let image = push(&clients, &probe::image()).await;
        let subnets = account.output("vpc", "PrivateSubnets").await;
        let group = account.output("tests", "Group").await;
        Self {
            account,
            image,
            subnets: subnets.split(',').map(str::to_owned).collect(),
            group,
        }
    }

    async fn ecs(&self, action: &str, input: &Value) -> call::Response {
        call::json(&self.account, "ecs", action, input).await
    }

    /// Registers a task definition with these containers. What they do not say is usual.
    async fn register(&self, family: &str, containers: &[Value], more: &Value) {
        let containers = containers.iter().map(|container| self.usual(container));
        let mut input = json!({
            "family": family,
            "containerDefinitions": containers.collect::<Vec<_>>(),
            "cpu": "256",
            "memory": "512",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        });
        merge(&mut input, more);
        self.ecs("RegisterTaskDefinition", &input).await.output();
    }

    /// The sentence with which ECS refuses a task definition with these members.
    async fn register_error(&self, more: &Value) -> String {
        let mut input = json!({
            "family": "refused",
            "containerDefinitions": [self.usual(&json!({}))],
            "cpu": "256",
            "memory": "512",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        });
        merge(&mut input, more);
        let (code, sentence) = self.ecs("RegisterTaskDefinition", &input).await.error();
        assert_eq!(code, "ClientException");
        sentence
    }

    fn usual(&self, container: &Value) -> Value {
        let mut usual = json!({
            "name": "main",
            "image": self.image,
            "stopTimeout": 2,
            "logConfiguration": {"logDriver": "awslogs", "options": {
                "awslogs-group": "/tests",
                "awslogs-region": "eu-central-1",
                "awslogs-stream-prefix": "t",
            }},
        });
        merge(&mut usual, container);
        usual
    }

    /// What `RunTask` needs for a task in the network.
    fn input(&self, family: &str) -> Value {
        json!({
            "cluster": "tests",
            "taskDefinition": family,
            "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": {
                "subnets": self.subnets,
                "securityGroups": [self.group],
            }},
        })
    }

    /// Starts a task with one container, which the words tell what to do.
    async fn start(&self, family: &str, containers: &[Value], more: &Value) -> String {
        self.register(family, containers, more).await;
        let answer = self.ecs("RunTask", &self.input(family)).await.output();
        answer["tasks"][0]["taskArn"].as_str().unwrap().to_owned()
    }

    /// Runs a task until it has ended.
    async fn run(&self, family: &str, containers: &[Value], more: &Value) -> Value {
        let task = self.start(family, containers, more).await;
        self.ended(&task).await
    }

    /// Runs a task with one container, and returns it with what it has printed.
    async fn run_one(&self, container: &Value) -> (Value, Vec<String>) {
        let task = self
            .run("one", std::slice::from_ref(container), &json!({}))
            .await;
        let lines = self.lines(&task, "main").await;
        (task, lines)
    }

    async fn describe(&self, task: &str) -> Value {
        let input = json!({"cluster": "tests", "tasks": [task], "include": ["TAGS"]});
        self.ecs("DescribeTasks", &input).await.output()["tasks"][0].clone()
    }

    async fn ended(&self, task: &str) -> Value {
        self.until(task, |task| task["lastStatus"] == "STOPPED")
            .await
    }

    /// Waits until the task is as wanted.
    async fn until(&self, task: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        until("the task to be as wanted", async || {
            let task = self.describe(task).await;
            is_wanted(&task).then_some(task)
        })
        .await
    }

    /// What a container has printed.
    async fn lines(&self, task: &Value, container: &str) -> Vec<String> {
        self.lines_in("/tests", task, container).await
    }

    async fn lines_in(&self, group: &str, task: &Value, container: &str) -> Vec<String> {
        let id = task["taskArn"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap();
        let stream = format!("t/{container}/{id}");
        let input = json!({"logGroupName": group, "logStreamName": stream, "startFromHead": true});
        let answer = call::json(&self.account, "logs", "GetLogEvents", &input).await;
        if answer.status != 200 {
            // The task has not come as far as its log.
            return Vec::new();
        }
        let events = answer.output()["events"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        events
            .iter()
            .map(|event| event["message"].as_str().unwrap().to_owned())
            .collect()
    }
}

async fn push(clients: &Clients, image: &Image) -> String {
    ecr::prepare(clients, &Environment::DEFAULT).await.unwrap();
    let pushed = ecr::push(clients, &Environment::DEFAULT, image, Output::Quiet).await;
    pushed.expect("pushed").image
}

/// Sets the members of `more`, and removes those that are null.
fn merge(value: &mut Value, more: &Value) {
    for (name, member) in more.as_object().into_iter().flatten() {
        if member.is_null() {
            value.as_object_mut().unwrap().remove(name);
        } else {
            value[name] = member.clone();
        }
    }
}

/// A container of this name with these words.
fn container(name: &str, words: &[&str]) -> Value {
    json!({"name": name, "command": words})
}

/// The reason of a container.
fn reason<'a>(task: &'a Value, name: &str) -> &'a str {
    member(task, name, "reason").as_str().unwrap_or("")
}

fn member<'a>(task: &'a Value, name: &str, member: &str) -> &'a Value {
    let containers = task["containers"].as_array().unwrap();
    let container = containers.iter().find(|one| one["name"] == name).unwrap();
    &container[member]
}
