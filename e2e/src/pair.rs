//! A stack of two parameters, the second after the first. A test can let either fail.

use deploy::{Approval, Options, Stack};

/// The template of [`STACK`].
pub const TEMPLATE: &str = "\
Parameters:
  Value: {Type: String, Default: one}
Resources:
  First:
    Type: AWS::SSM::Parameter
    Properties: {Name: /pair/first, Type: String, Value: !Ref Value}
  Second:
    Type: AWS::SSM::Parameter
    DependsOn: First
    Properties: {Name: /pair/second, Type: String, Value: !Ref Value}
";

/// The stack `states`.
pub static STACK: Stack = Stack::new("states", TEMPLATE);

/// The same template with a third resource, which is not ready until it gets a signal. An operation with it
/// lasts as long as a test wants.
pub fn waiting_template() -> String {
    format!(
        "{TEMPLATE}  Handle:
    Type: AWS::CloudFormation::WaitConditionHandle
  Wait:
    Type: AWS::CloudFormation::WaitCondition
    DependsOn: Second
    Properties: {{Handle: !Ref Handle, Timeout: '43200'}}
"
    )
}

/// Gives both parameters this value, and does not ask for approval.
pub fn options(value: &str) -> Options {
    Options {
        parameters: [("Value".to_owned(), value.to_owned())].into(),
        approval: Approval::Never,
        ..Options::default()
    }
}
