/// A stack as it stands in the repository: its name and its template.
#[derive(Debug, Clone, Copy)]
pub struct Stack {
    /// The name of the stack, which is also the name of its binary and of its tasks.
    pub name: &'static str,
    /// The text of `template.yaml`.
    pub template: &'static str,
    /// The stack that hands over the SSM parameters that this one is deployed from.
    pub reads_from: Option<&'static str>,
}
