//! A stack of two parameters, the second after the first, which a test can let fail.

use deploy::{Approval, Options, Stack};

pub(crate) const TEMPLATE: &str = "\
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

pub(crate) static STACK: Stack = Stack::new("states", TEMPLATE);

/// Gives both parameters this value, and asks nobody.
pub(crate) fn options(value: &str) -> Options {
    Options {
        parameters: [("Value".to_owned(), value.to_owned())].into(),
        approval: Approval::Never,
        ..Options::default()
    }
}
