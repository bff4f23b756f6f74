//! The declared type of a parameter.

use serde_json::Value;

use crate::aws::json;

const PLAIN_TYPES: [&str; 5] = [
    "String",
    "Number",
    "CommaDelimitedList",
    "List<Number>",
    "List<String>",
];
const SSM_VALUE: &str = "AWS::SSM::Parameter::Value<";
const SSM_NAME: &str = "AWS::SSM::Parameter::Name";

/// The types of ids and names in the account:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>.
const AWS_TYPES: [&str; 10] = [
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",
    "AWS::EC2::VPC::Id",
    "AWS::EC2::Volume::Id",
    "AWS::Route53::HostedZone::Id",
];

/// The resource type whose ids are the values of a parameter type such as `AWS::EC2::VPC::Id`.
pub(crate) fn resource_type(parameter_type: &str) -> Option<&'static str> {
    match parameter_type {
        "AWS::EC2::VPC::Id" => Some("AWS::EC2::VPC"),
        "AWS::EC2::Subnet::Id" => Some("AWS::EC2::Subnet"),
        "AWS::EC2::SecurityGroup::Id" => Some("AWS::EC2::SecurityGroup"),
        "AWS::Route53::HostedZone::Id" => Some("AWS::Route53::HostedZone"),
        _ => None,
    }
}

/// The declared type of a parameter, such as `List<AWS::EC2::Subnet::Id>`.
#[derive(Debug, Clone, Copy)]
pub(super) struct ParameterType<'a> {
    /// Whether the value is the name of an SSM parameter from which the real value is read.
    pub(super) is_ssm: bool,
    /// The type without `AWS::SSM::Parameter::Value<…>` around it.
    inner: &'a str,
}

impl<'a> ParameterType<'a> {
    pub(super) fn parse(declared: &'a str) -> Self {
        let inner = declared
            .strip_prefix(SSM_VALUE)
            .and_then(|inner| inner.strip_suffix('>'));
        Self {
            is_ssm: declared.starts_with(SSM_VALUE),
            inner: inner.unwrap_or(declared),
        }
    }

    /// The type in a declaration. The check of a template refuses a declaration without a type.
    pub(super) fn of(declaration: &'a Value) -> Self {
        let declared = json::member(declaration, "Type");
        Self::parse(declared.expect("check() refuses a parameter without a type"))
    }

    pub(super) fn is_known(self) -> bool {
        if self.is_ssm {
            // The Parameter Store has no numbers.
            let texts = ["String", "List<String>", "CommaDelimitedList"];
            return texts.contains(&self.inner) || self.is_aws();
        }
        PLAIN_TYPES.contains(&self.inner) || self.inner == SSM_NAME || self.is_aws()
    }

    /// Whether the value is an id or a name of something in the account.
    fn is_aws(self) -> bool {
        AWS_TYPES.contains(&self.item())
    }

    /// Whether the value names something that must exist in the account.
    pub(super) fn must_exist(self) -> bool {
        self.is_aws() || self.inner == SSM_NAME
    }

    pub(super) fn is_list(self) -> bool {
        self.inner == "CommaDelimitedList" || self.inner.starts_with("List<")
    }

    /// The resource type that the value must be an id of, if it is an id.
    pub(super) fn resource_type(self) -> Option<&'static str> {
        resource_type(self.item())
    }

    /// The type of each value of a list, or the type itself.
    pub(super) fn item(self) -> &'a str {
        let item = self.inner.strip_prefix("List<");
        item.and_then(|item| item.strip_suffix('>'))
            .unwrap_or(self.inner)
    }
}
