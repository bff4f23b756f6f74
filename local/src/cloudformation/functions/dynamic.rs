//! Dynamic references: `{{resolve:ssm:NAME[:VERSION]}}`.

/// Replaces every dynamic reference in `text`; `ssm` returns the value of an SSM parameter.
///
/// # Errors
/// One sentence for a parameter that does not exist, or a service other than SSM.
pub(super) fn dynamic_references(
    text: &str,
    ssm: &dyn Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{resolve:") {
        let Some((reference, after)) = after.split_once("}}") else {
            break;
        };
        if reference.starts_with("ssm-secure:") {
            // No property of the types here is in the list of
            // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html.
            return Err(format!(
                "SSM Secure reference is not supported in: [{{{{resolve:{reference}}}}}]"
            ));
        }
        let name = reference.strip_prefix("ssm:").ok_or_else(|| {
            format!(
                "Template error: the local AWS resolves ssm only, not {{{{resolve:{reference}}}}}"
            )
        })?;
        let value =
            ssm(name).ok_or_else(|| format!("Parameters: [ssm:{name}] cannot be found."))?;
        out.push_str(before);
        out.push_str(&value);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}
