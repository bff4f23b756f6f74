//! Parameter Store's rules for parameters.

use crate::aws::matches_whole;
use crate::resources::subject::{Subject, fail_if, one_of};
use crate::resources::{no_opening, rules};

/// The most levels of a name.
const LEVELS: usize = 15;

rules! { "Ssm", no_opening;
    parameter_name, "SSM::Parameter", ValidationException, "The name has known characters, and does not begin with aws or ssm", "https://github.com/boto/boto3/issues/1499";
    parameter_levels, "SSM::Parameter", HierarchyLevelLimitExceededException, "The name has at most 15 levels", "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html";
    parameter_type, "SSM::Parameter", UnsupportedParameterType, "The type is String or StringList", "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html";
    parameter_type_stays, "SSM::Parameter", HierarchyTypeMismatchException, "An update keeps the type", "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html";
    parameter_tier, "SSM::Parameter", ValidationException, "The tier exists, and an advanced parameter stays advanced", "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html";
    parameter_size, "SSM::Parameter", ValidationException, "The value has at most 4 KB, or 8 KB in the advanced tier", "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html";
    parameter_value, "SSM::Parameter", ValidationException, "The value does not name another parameter", "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html";
    parameter_data, "SSM::Parameter", ValidationException, "The value is that of its data type", "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html";
    parameter_pattern, "SSM::Parameter", ParameterPatternMismatchException, "The value matches AllowedPattern", "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html";
    parameter_description, "SSM::Parameter", ValidationException, "The description has at most 1024 characters", "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html";
}

fn parameter_name(subject: &Subject<'_>) -> Result<(), String> {
    let name = subject.text("Name").unwrap_or("p");
    let first = name
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or("")
        .to_ascii_lowercase();
    if name.starts_with('/') && first == "aws" {
        return Err(format!(
            "No access to reserved parameter name: {}.",
            name.trim_start_matches('/')
        ));
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    let is_path = name.contains('/');
    let reserved = first.starts_with("ssm") || first.starts_with("aws");
    if is_path && !name.starts_with('/') {
        return Err("Parameter name must be a fully qualified name.".into());
    }
    let wrong = reserved
        || name.len() > 1011
        || !name.chars().all(is_allowed)
        || name.ends_with('/')
        || name.contains("//");
    fail_if(wrong, || {
        "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_".into()
    })
}

fn parameter_levels(subject: &Subject<'_>) -> Result<(), String> {
    let levels = subject.text("Name").unwrap_or("").matches('/').count();
    fail_if(levels > LEVELS, || {
        "A hierarchy can have a maximum of 15 levels. For more information, see Requirements and constraints for parameter names in the AWS Systems Manager User Guide.".into()
    })
}

fn parameter_type(subject: &Subject<'_>) -> Result<(), String> {
    one_of("type", subject.text("Type"), &["String", "StringList"])
}

fn parameter_type_stays(subject: &Subject<'_>) -> Result<(), String> {
    let before = subject.before.and_then(|before| before.get("Type"));
    let changed = before.is_some_and(|before| before.as_str() != subject.text("Type"));
    fail_if(changed, || {
        "The parameter type you specified does not match the type of the existing parameter. Delete the parameter and create it again.".into()
    })
}

fn is_advanced(tier: Option<&str>) -> bool {
    matches!(tier, Some("Advanced" | "Intelligent-Tiering"))
}

fn parameter_tier(subject: &Subject<'_>) -> Result<(), String> {
    one_of(
        "tier",
        subject.text("Tier"),
        &["Standard", "Advanced", "Intelligent-Tiering"],
    )?;
    let before = subject
        .before
        .and_then(|before| before.get("Tier")?.as_str());
    fail_if(
        before == Some("Advanced") && !is_advanced(subject.text("Tier")),
        || {
            "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.".into()
        },
    )
}

fn parameter_size(subject: &Subject<'_>) -> Result<(), String> {
    let length = subject.text("Value").unwrap_or("").len();
    let advanced = is_advanced(subject.text("Tier"));
    if !advanced && length > 4096 {
        return Err("Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html".into());
    }
    fail_if(length > 8192, || {
        "Advanced tier parameters support a maximum parameter value of 8192 characters.".into()
    })
}

fn parameter_value(subject: &Subject<'_>) -> Result<(), String> {
    let value = subject.text("Value").unwrap_or("");
    fail_if(value.contains("{{"), || {
        "Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.".into()
    })
}

fn parameter_data(subject: &Subject<'_>) -> Result<(), String> {
    let value = subject.text("Value").unwrap_or("");
    let name = subject.text("Name").unwrap_or("");
    match subject.text("DataType") {
        None | Some("text") => Ok(()),
        Some("aws:ec2:image") => fail_if(!is_image(value), || {
            "The parameter value must be an Amazon Machine Image (AMI) ID for the data type aws:ec2:image, such as ami-12345abcdeEXAMPLE.".into()
        }),
        Some("aws:ssm:integration") => fail_if(!name.starts_with(INTEGRATIONS), || {
            format!(
                "The name of a parameter with the data type aws:ssm:integration must begin with {INTEGRATIONS}."
            )
        }),
        Some(other) => Err(format!(
            "The following data type is not supported: {other} (Data type names are all lowercase.)"
        )),
    }
}

/// The names of integrations
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/creating-integrations.html>).
const INTEGRATIONS: &str = "/d9d01087-4a3f-49e0-b0b4-d568d7826553/ssm/integrations/webhook/";

fn is_image(value: &str) -> bool {
    let id = value.strip_prefix("ami-").unwrap_or("");
    [8, 17].contains(&id.len()) && id.bytes().all(|b| b.is_ascii_hexdigit())
}

fn parameter_pattern(subject: &Subject<'_>) -> Result<(), String> {
    let (Some(pattern), Some(value)) = (subject.text("AllowedPattern"), subject.text("Value"))
    else {
        return Ok(());
    };
    let matches = matches_whole(pattern, value)
        .map_err(|_| "The request does not meet the regular expression requirement.".to_owned())?;
    fail_if(!matches, || {
        format!("Parameter value, cannot be validated against allowedPattern: {pattern}")
    })
}

fn parameter_description(subject: &Subject<'_>) -> Result<(), String> {
    let long = subject
        .text("Description")
        .is_some_and(|text| text.chars().count() > 1024);
    fail_if(long, || {
        "1 validation error detected: Value at 'description' failed to satisfy constraint: Member must have length less than or equal to 1024".into()
    })
}
