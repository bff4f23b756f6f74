//! The three stacks on a local AWS, and how to see that something broke.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicI32;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_ssm::types::ParameterType;
use e2e::http::{Answer, get, get_as};
use e2e::{Account, until};
use serde_json::{Value, json};

use super::breaks::{Breaks, Row};
use super::image::Image;
use super::yaml::to_json;
use crate::call;
use crate::mistakes::outcome::{outcome, remove};

const LOGIN: &str = "go-on-aws:hugo2021";

/// What a page takes, if the network lets its request through, with much room.
const PAGE: Duration = Duration::from_secs(15);

/// What a page takes at most, unless a call of the app gets no answer.
const HANGS: Duration = Duration::from_secs(2);

/// How long to wait for an answer that does not come.
pub(super) const NO_ANSWER: Duration = Duration::from_millis(700);

pub(super) struct Stand {
    pub(super) account: Account,
    pub(super) ecs: aws_sdk_ecs::Client,
    pub(super) cluster: String,
    pub(super) url: String,
    /// The page of an item.
    item: String,
    /// The next grace period.
    pub(super) grace: AtomicI32,
    /// The whole templates, with their parameters.
    whole: BTreeMap<&'static str, Whole>,
}

/// A template with its parameters.
type Whole = (Value, Vec<(&'static str, String)>);

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
        let (_, link) = page
            .split_once("href=\"/item?")
            .expect("a link to the item");
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
        if matches!(breaks, Breaks::Start(_) | Breaks::Ends(_)) {
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
            Breaks::Ends(line) => {
                self.restart().await;
                until(&what, async || {
                    let has_ended = self.has_ended(before, line).await;
                    has_ended.then_some(())
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
                assert!(
                    answer.text.contains(text),
                    "without {name}: {}",
                    answer.text
                );
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

    /// The reasons of the latest failures of a stack.
    async fn failures(&self, stack: &str) -> String {
        let events = self.account.cloudformation.describe_stack_events();
        let events = events.stack_name(stack).send().await.expect("events");
        let reasons = events.stack_events().iter().take(20);
        let reasons = reasons.filter_map(|event| event.resource_status_reason());
        reasons.collect::<Vec<_>>().join("\n")
    }
}
