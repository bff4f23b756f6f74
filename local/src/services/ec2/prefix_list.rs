//! `AWS::EC2::PrefixList`: blocks of addresses that rules of security groups and routes name together.

use serde::Deserialize;
use serde_json::{Value, json};

use super::network::check_unused;
use super::prefix_lists::PrefixList as Blocks;
use crate::account::State;
use crate::aws::{ACCOUNT, Block, Block6, ec2_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct PrefixList;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct PrefixListProperties {
    pub(super) address_family: String,
    pub(super) entries: Vec<Entry>,
    pub(super) max_entries: Option<u64>,
    pub(super) prefix_list_name: String,
}

/// An entry of a prefix list.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Entry {
    pub(super) cidr: String,
    pub(super) description: Option<String>,
}

impl PrefixListProperties {
    /// As many rules as the list has at most count for a security group that names it.
    pub(super) fn most(&self) -> u64 {
        self.max_entries.unwrap_or(self.entries.len() as u64)
    }

    fn blocks(&self, id: &str) -> Blocks {
        let entries = self.entries.iter().map(|entry| entry.cidr.as_str());
        Blocks {
            id: id.to_owned(),
            name: self.prefix_list_name.clone(),
            blocks: entries.clone().filter_map(Block::around).collect(),
            ipv6: entries.filter_map(Block6::parse).collect(),
        }
    }
}

/// The prefix lists that stacks have made.
pub(super) fn own(state: &State) -> impl Iterator<Item = Blocks> {
    let lists = state.inventory.of_type(PrefixList::NAME);
    lists.map(|(id, item)| item.read::<PrefixListProperties>().blocks(id))
}

impl ResourceType for PrefixList {
    const NAME: &'static str = "AWS::EC2::PrefixList";
    const SCHEMA: &'static str = include_str!("prefix_list.json");
    type Properties = PrefixListProperties;

    async fn create(request: &Request, _: &PrefixListProperties) -> Result<Made, String> {
        let id = ec2_id("pl");
        let arn = request.account.arn("ec2", &format!("prefix-list/{id}"));
        let attributes = json!({
            "Arn": arn,
            "OwnerId": ACCOUNT,
            "PrefixListId": id,
            "Version": 1,
        });
        Ok(Made::new(id, attributes))
    }

    /// A change of the entries is one new version: every rule that names the list has all of it at once.
    async fn update(
        request: &Request,
        before: &PrefixListProperties,
        properties: &PrefixListProperties,
    ) -> Result<(), String> {
        if before.entries == properties.entries {
            return Ok(());
        }
        request.account.change(|state| {
            let list = state.inventory.get_mut(Self::NAME, &request.physical_id);
            if let Some(list) = list {
                let version = list.attributes.get("Version");
                let next = version.and_then(Value::as_u64).unwrap_or(1) + 1;
                list.attributes.insert("Version".to_owned(), next.into());
            }
        });
        Ok(())
    }

    async fn delete(request: &Request, _: &PrefixListProperties) -> Result<(), String> {
        let id = &request.physical_id;
        let unused = |state: &State| check_unused(state, "prefixList", id);
        request.account.read(unused)
    }
}
