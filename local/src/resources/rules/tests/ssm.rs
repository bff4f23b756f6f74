//! Mistakes in parameters.

use super::Case;

const PARAMETER: &str = "SSM::Parameter";

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    ("parameter_name", PARAMETER, r#"{"Name": "/my parameter"}"#, "Parameter name: can't be prefixed with \"ssm\" (case-insensitive)."),
    ("parameter_name", PARAMETER, r#"{"Name": "/ssm/a"}"#, "Parameter name: can't be prefixed with \"ssm\""),
    ("parameter_name", PARAMETER, r#"{"Name": "a/b"}"#, "Parameter name must be a fully qualified name."),
    ("parameter_name", PARAMETER, r#"{"Name": "/aws/table"}"#, "No access to reserved parameter name: aws/table."),
    ("parameter_levels", PARAMETER, r#"{"Name": "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p"}"#, "A hierarchy can have a maximum of 15 levels."),
    ("parameter_type", PARAMETER, r#"{"Type": "SecureString"}"#, "[String, StringList]"),
    ("parameter_type_stays", PARAMETER, r#"{"$before": {}, "Type": "StringList"}"#, "does not match the type of the existing parameter"),
    ("parameter_tier", PARAMETER, r#"{"Tier": "Basic"}"#, "[Standard, Advanced, Intelligent-Tiering]"),
    ("parameter_tier", PARAMETER, r#"{"$before": {"Tier": "Advanced"}, "Tier": "Standard"}"#, "You can't downgrade a parameter"),
    ("parameter_size", PARAMETER, LONG, "Standard tier parameters support a maximum parameter value of 4096 characters."),
    ("parameter_value", PARAMETER, r#"{"Value": "{{ssm:a}}"}"#, "Parameter value can't nest another parameter."),
    ("parameter_pattern", PARAMETER, r#"{"AllowedPattern": "\\d+"}"#, "cannot be validated against allowedPattern: \\d+"),
    ("parameter_pattern", PARAMETER, r#"{"AllowedPattern": "("}"#, "The request does not meet the regular expression requirement."),
    ("parameter_description", PARAMETER, DESCRIPTION, "length less than or equal to 1024"),
    ("parameter_data", PARAMETER, r#"{"DataType": "aws:ec2:image"}"#, "must be an Amazon Machine Image (AMI) ID"),
    ("parameter_data", PARAMETER, r#"{"DataType": "aws:ssm:integration"}"#, "must begin with /d9d01087-"),
    ("parameter_data", PARAMETER, r#"{"DataType": "number"}"#, "The following data type is not supported: number"),
];

macro_rules! letters {
    () => { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
    (ten) => { concat!(letters!(), letters!(), letters!(), letters!(), letters!(), letters!(), letters!(), letters!(), letters!(), letters!()) };
}

const LONG: &str = concat!(
    r#"{"Value": ""#,
    letters!(ten),
    letters!(ten),
    letters!(ten),
    letters!(ten),
    letters!(),
    r#""}"#
);
const DESCRIPTION: &str = concat!(r#"{"Description": ""#, letters!(ten), letters!(), r#""}"#);
