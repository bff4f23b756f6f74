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

/// Gives both parameters this value, and does not ask for approval.
pub fn options(value: &str) -> Options {
    Options {
        parameters: [("Value".to_owned(), value.to_owned())].into(),
        approval: Approval::Never,
        ..Options::default()
    }
}
