/// A resource that exists already and is to become a part of a stack.
#[derive(Debug, Clone, Copy)]
pub struct Import<'a> {
    /// The name in the template.
    pub logical_id: &'a str,
    /// The type, for example `AWS::EC2::VPC`.
    pub resource_type: &'a str,
    /// The property by which AWS finds it, for example `VpcId`.
    pub identifier: &'a str,
    /// The name or id at AWS.
    pub physical_id: &'a str,
}
