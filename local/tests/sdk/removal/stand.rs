//! The three stacks on a local AWS, and how to see that something broke.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_ecs::types::DesiredStatus;
use aws_sdk_ssm::types::ParameterType;
use e2e::http::{Answer, get, get_as};
use e2e::{Account, until};
use serde_json::{Value, json};

use super::yaml::to_json;
use crate::call;
use crate::mistakes::outcome::{outcome, remove};

const LOGIN: &str = "go-on-aws:hugo2021";

/// What a page takes, if the network lets its request through, with much room.
const PAGE: Duration = Duration::from_secs(15);

/// What a page takes at most, unless a call of the app gets no answer.
const HANGS: Duration = Duration::from_secs(2);

/// How long to wait for an answer that does not come.
const NO_ANSWER: Duration = Duration::from_millis(700);

/// What breaks.
pub(super) enum Breaks {
    /// A page of the app says this.
    Page(&'static str, &'static str),
    /// No new task starts, or none stays, for this reason.
    Start(&'static str),
    /// A page of a new task gets no answer.
    Hangs(&'static str),
    /// The load balancer gives no answer.
    NoAnswer,
    /// The log of a new task is empty.
    Silence,
    /// The stack cannot be created: `RESOURCE: reason`.
    Deploy(&'static str),
    /// The stack cannot be updated, for this reason.
    Refused(&'static str),
    /// It still works, in this other way: the words of `explain`.
    Detour(&'static str, &'static str, &'static str),
    /// Nothing, because of this.
    Nothing(Why),
}

/// Why nothing breaks, for the reader of a table.
pub(super) struct Why;

impl Why {
    /// There has to be a reason.
    pub(super) const fn because(reason: &str) -> Self {
        assert!(!reason.is_empty());
        Self
    }
}

/// A row of a table: what is taken away, what breaks, and whom `explain` names for which connection.
pub(super) type Row = (
    &'static str,
    Breaks,
    &'static [(&'static str, &'static str, &'static str)],
);

pub(super) struct Stand {
    pub(super) account: Account,
    ecs: aws_sdk_ecs::Client,
    cluster: String,
    url: String,
    /// The page of an item.
    item: String,
    /// The next grace period.
    grace: AtomicI32,
    /// The whole templates, with their parameters.
    whole: BTreeMap<&'static str, (Value, Vec<(&'static str, String)>)>,
}

impl Stand {
    /// Deploys the network of this template and both other stacks, with a task in each zone.
    pub(super) async fn new(vpc: &str, parameters: &[(&'static str, &str)], image: Image) -> Self {
        let account = Account::new().await;
        let login = account.ssm.put_parameter().name("/go-on-aws/credentials");
        let login = login.value(LOGIN).r#type(ParameterType::SecureString);
        login.send().await.expect("the login is written");
        let mut container = to_json(container::STACK.template);
        container["Resources"]["Service"]["Properties"]["DesiredCount"] = json!(2);
        container["Resources"]["ScalableTarget"]["Properties"]["MinCapacity"] = json!(2);
        let image = image.reference(&account).await;
        let parameters = parameters.iter();
        let parameters = parameters.map(|(key, value)| (*key, (*value).to_owned()));
        let mut stand = Self {
            ecs: aws_sdk_ecs::Client::new(&account.config),
            account,
            cluster: String::new(),
            url: String::new(),
            item: String::new(),
            grace: AtomicI32::new(31),
            whole: BTreeMap::from([
                ("vpc", (to_json(vpc), parameters.collect())),
                ("table", (to_json(table::STACK.template), Vec::new())),
                ("container", (container, vec![("Image", image)])),
            ]),
        };
        for stack in ["vpc", "table", "container"] {
            let status = stand.deploy(stack, &stand.whole[stack].0).await;
            assert_eq!(status, "CREATE_COMPLETE", "{stack}");
        }
        let clusters = stand.ecs.list_clusters().send().await.expect("clusters");
        stand.cluster = clusters.cluster_arns()[0].clone();
        stand.url = stand.account.output("container", "ServiceURL").await;
        stand.until_whole().await;
        stand
    }

    /// Puts an item into the table, and finds its page.
    pub(super) async fn fill(&mut self) {
        let table = self.account.output("table", "TableName").await;
        let put = self.account.dynamodb.put_item().table_name(table);
        let put = put.item("itemID", AttributeValue::S("one".into()));
        put.send().await.expect("the item is written");
        let page = self.page("/query").await.expect("the page").text;
        let (_, link) = page.split_once("href=\"/item?").expect("a link to the item");
        let (link, _) = link.split_once('"').expect("its end");
        self.item = format!("/item?{}", link.replace("&amp;", "&"));
        assert_eq!(self.page("/item").await.expect("the item").status, 200);
        assert_eq!(self.page("/table").await.expect("the table").status, 200);
    }

    pub(super) fn template(&self, stack: &str) -> &Value {
        &self.whole[stack].0
    }

    /// The document of the managed policy that the execution role has.
    pub(super) async fn managed_policy(&self) -> Value {
        let form = "Action=GetPolicyVersion&Version=2010-05-08&VersionId=v1&PolicyArn=arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
        let answer = call::query(&self.account, "iam", form).await.text;
        let (_, document) = answer.split_once("<Document>").expect("a document");
        let (document, _) = document.split_once("</Document>").expect("its end");
        let document = form_urlencoded::parse(document.as_bytes()).next();
        serde_json::from_str(&document.expect("text").0).expect("JSON")
    }

    async fn deploy(&self, stack: &str, template: &Value) -> String {
        let (_, parameters) = &self.whole[stack];
        let parameters = parameters.iter();
        let parameters: Vec<_> = parameters
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        let text = template.to_string();
        self.account.deploy(stack, &text, &parameters).await
    }

    /// Takes a part away, checks what breaks and what `explain` says, and puts it back.
    pub(super) async fn check(&self, stack: &str, template: &Value, row: &Row) {
        let (name, breaks, explained) = row;
        match breaks {
            Breaks::Nothing(_) => return,
            Breaks::Deploy(expected) => return self.cannot_be_created(template, expected).await,
            _ => {}
        }
        let before = self.stopped().await;
        let status = self.deploy(stack, template).await;
        if let Breaks::Refused(reason) = breaks {
            assert_eq!(status, "UPDATE_ROLLBACK_COMPLETE", "without {name}");
            let reasons = self.failures(stack).await;
            assert!(reasons.contains(reason), "without {name}: {reasons}");
            return;
        }
        assert_eq!(status, "UPDATE_COMPLETE", "without {name}");
        self.sees(breaks, &before, name).await;
        for (from, to, names) in *explained {
            let answer = self.explain(from, to).await;
            assert_eq!(answer.status, 409, "without {name}: {}", answer.text);
            let (_, stopped) = answer.text.split_once('✗').expect("what stops it");
            let (_, remedy) = stopped.split_once("It is stopped. ").expect("a remedy");
            assert!(remedy.contains(names), "without {name}: {}", answer.text);
        }
        let status = self.deploy(stack, self.template(stack)).await;
        assert_eq!(status, "UPDATE_COMPLETE", "{name} again");
        if matches!(breaks, Breaks::Start(_)) {
            self.forget_failures().await;
        }
        self.until_whole().await;
        for (from, to, _) in *explained {
            let answer = self.explain(from, to).await;
            assert_eq!(answer.status, 200, "with {name}: {}", answer.text);
        }
    }

    async fn cannot_be_created(&self, template: &Value, expected: &str) {
        let (resource, text) = expected.split_once(": ").expect("RESOURCE: reason");
        let parameters = BTreeMap::from([("ParameterPrefix", "/fresh".to_owned())]);
        let text_of = template.to_string();
        let found = outcome(&self.account, "fresh", &text_of, &parameters).await;
        remove(&self.account, "fresh").await;
        let fits = found
            .iter()
            .any(|(place, reason)| place == resource && reason.contains(text));
        assert!(fits, "{expected}: {found:?}");
    }

    async fn sees(&self, breaks: &Breaks, before: &BTreeSet<String>, name: &str) {
        let what = format!("the effect of the removal of {name}");
        match breaks {
            Breaks::Page(path, text) => {
                self.restart().await;
                until(&what, async || {
                    let page = self.page(path).await?;
                    page.text.contains(text).then_some(())
                })
                .await;
            }
            Breaks::Start(text) => {
                self.restart().await;
                until(&what, async || {
                    let reasons = self.reasons(before).await;
                    if reasons.iter().any(|reason| reason.contains(text)) {
                        return Some(());
                    }
                    // Both tasks are in the zone that has everything.
                    if self.is_whole().await {
                        self.restart().await;
                    }
                    None
                })
                .await;
            }
            Breaks::Hangs(path) => {
                self.restart().await;
                until(&what, async || {
                    if !self.is_whole().await {
                        return None;
                    }
                    for _ in 0..3 {
                        let page = self.page(path);
                        if tokio::time::timeout(HANGS, page).await.is_err() {
                            return Some(());
                        }
                    }
                    self.restart().await;
                    None
                })
                .await;
            }
            Breaks::NoAnswer => {
                until(&what, async || {
                    let ping = get_as(&self.url, "/ping", LOGIN);
                    let waiting = tokio::time::timeout(NO_ANSWER, ping).await;
                    waiting.is_err().then_some(())
                })
                .await;
            }
            Breaks::Silence => {
                let old = self.running().await;
                assert!(self.lines(&old).await > 0, "a log has lines");
                self.restart().await;
                self.until_whole().await;
                let new = self.running().await;
                assert!(new.is_disjoint(&old));
                assert_eq!(self.lines(&new).await, 0, "without {name}");
            }
            Breaks::Detour(from, to, text) => {
                let answer = self.explain(from, to).await;
                assert!(answer.text.contains(text), "without {name}: {}", answer.text);
                self.until_whole().await;
            }
            Breaks::Deploy(_) | Breaks::Refused(_) | Breaks::Nothing(_) => {}
        }
    }

    pub(super) async fn explain(&self, from: &str, to: &str) -> Answer {
        let endpoint = self.account.local.endpoint_url();
        get(&format!("{endpoint}/_local/explain?from={from}&to={to}")).await
    }

    /// A page of the app; None if it takes too long.
    async fn page(&self, path: &str) -> Option<Answer> {
        let path = if path == "/item" { &self.item } else { path };
        let page = get_as(&self.url, path, LOGIN);
        tokio::time::timeout(PAGE, page).await.ok()
    }

    /// Waits until both tasks run, and pages are answered.
    async fn until_whole(&self) {
        until("the service to be whole", async || {
            self.is_whole().await.then_some(())
        })
        .await;
    }

    async fn is_whole(&self) -> bool {
        let services = self.ecs.describe_services().cluster(&self.cluster);
        let services = services.services(self.service().await).send();
        let described = services.await.expect("the service");
        let service = &described.services()[0];
        let runs = service.running_count() == 2 && service.pending_count() == 0;
        // The load balancer has an address in each zone.
        runs && self.are_healthy().await && self.answers().await && self.answers().await
    }

    async fn answers(&self) -> bool {
        let url = format!("{}/ping", self.url);
        let answer = tokio::time::timeout(NO_ANSWER, get(&url)).await;
        answer.is_ok_and(|answer| answer.status == 200)
    }

    async fn service(&self) -> String {
        let services = self.ecs.list_services().cluster(&self.cluster);
        let services = services.send().await.expect("services");
        services.service_arns()[0].clone()
    }

    /// Whether two targets are healthy, and no other one is left.
    async fn are_healthy(&self) -> bool {
        let elb = aws_sdk_elasticloadbalancingv2::Client::new(&self.account.config);
        let groups = elb.describe_target_groups().send().await.expect("groups");
        let group = groups.target_groups()[0].target_group_arn().expect("its ARN");
        let health = elb.describe_target_health().target_group_arn(group);
        let health = health.send().await.expect("their health");
        let states: Vec<_> = health
            .target_health_descriptions()
            .iter()
            .map(|one| one.target_health().and_then(|health| health.state()))
            .map(|state| state.map_or("", |state| state.as_str()))
            .collect();
        states == ["healthy", "healthy"]
    }

    async fn tasks(&self, status: DesiredStatus) -> BTreeSet<String> {
        let tasks = self.ecs.list_tasks().cluster(&self.cluster);
        let tasks = tasks.desired_status(status).send().await.expect("tasks");
        tasks.task_arns().iter().cloned().collect()
    }

    async fn running(&self) -> BTreeSet<String> {
        self.tasks(DesiredStatus::Running).await
    }

    async fn stopped(&self) -> BTreeSet<String> {
        self.tasks(DesiredStatus::Stopped).await
    }

    /// A service waits longer after each task that fails, unless its wanted state changes.
    async fn forget_failures(&self) {
        let grace = self.grace.fetch_add(1, Ordering::Relaxed);
        let update = self.ecs.update_service().cluster(&self.cluster);
        let update = update.service(self.service().await);
        let update = update.health_check_grace_period_seconds(grace);
        update.send().await.expect("the service is changed");
    }

    /// The reasons of the latest failures of a stack.
    async fn failures(&self, stack: &str) -> String {
        let events = self.account.cloudformation.describe_stack_events();
        let events = events.stack_name(stack).send().await.expect("events");
        let reasons = events.stack_events().iter().take(20);
        let reasons = reasons.filter_map(|event| event.resource_status_reason());
        reasons.collect::<Vec<_>>().join("\n")
    }

    /// Stops all tasks: the service starts others.
    async fn restart(&self) {
        for task in self.running().await {
            let stop = self.ecs.stop_task().cluster(&self.cluster).task(task);
            // A task that has ended meanwhile is no failure.
            let _ = stop.reason("restart").send().await;
        }
    }

    /// Why tasks that were not stopped before have stopped.
    async fn reasons(&self, before: &BTreeSet<String>) -> Vec<String> {
        let new: Vec<_> = self.stopped().await.difference(before).cloned().collect();
        if new.is_empty() {
            return Vec::new();
        }
        let tasks = self.ecs.describe_tasks().cluster(&self.cluster);
        let tasks = tasks.set_tasks(Some(new)).send().await.expect("tasks");
        let reasons = tasks.tasks().iter().filter_map(|task| task.stopped_reason());
        reasons.map(str::to_owned).collect()
    }

    /// How many lines the logs of the tasks have.
    async fn lines(&self, tasks: &BTreeSet<String>) -> usize {
        let group = self.account.cloudformation.describe_stack_resource();
        let group = group.stack_name("container").logical_resource_id("LogGroup");
        let group = group.send().await.expect("the log group");
        let group = group.stack_resource_detail().expect("its detail");
        let group = group.physical_resource_id().expect("its name");
        let mut lines = 0;
        for task in tasks {
            let id = task.rsplit('/').next().expect("an id");
            let input = json!({"logGroupName": group, "logStreamNamePrefix": format!("task/showtable/{id}")});
            let found = call::json(&self.account, "logs", "FilterLogEvents", &input).await;
            lines += found.output()["events"].as_array().map_or(0, Vec::len);
        }
        lines
    }
}

/// The image of the tasks.
#[derive(Clone, Copy)]
pub(super) enum Image {
    /// The app.
    App,
    /// A program that answers every request, in ECR.
    Pushed,
}

impl Image {
    async fn reference(self, account: &Account) -> String {
        use ::container::image::{Compression, build, ecr};
        let Self::Pushed = self else {
            return "local/showtable".to_owned();
        };
        let clients = deploy::Clients::from(&account.config);
        let environment = deploy::Environment::DEFAULT;
        ecr::prepare(&clients, &environment).await.expect("a repository");
        let directory = tempfile::tempdir().expect("a directory");
        let program = e2e::images::serving_program();
        let dist = e2e::images::dist_of(directory.path(), &program, "a {}");
        let image = build(&dist, Compression::Zstd).expect("an image");
        let pushed = ecr::push(&clients, &environment, &image, deploy::Output::Quiet).await;
        pushed.expect("pushed").image
    }
}
