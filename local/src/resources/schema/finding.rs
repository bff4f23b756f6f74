//! What is wrong with a property.

use super::words::ONE_OF_TWO;

/// What is wrong at one place of the properties of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The place, as a JSON pointer below the properties.
    pub(crate) pointer: String,
    pub(crate) problem: Problem,
}

/// What is wrong with a property, and who says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// AWS does not have this property.
    Unsupported(String),
    /// This property is missing.
    Required(String),
    /// The value breaks the schema, in the words of AWS's validator.
    Schema(Vec<String>),
    /// The service refuses the value when it creates the resource: its error code and its sentence.
    Service(&'static str, String),
    /// AWS has the property, but the local AWS does not.
    NotYet(String),
}

impl Finding {
    pub(super) fn new(pointer: impl Into<String>, problem: Problem) -> Self {
        Self {
            pointer: pointer.into(),
            problem,
        }
    }

    /// The reason in an event of early validation; `None` if early validation does not check this.
    ///
    /// The words for an unknown and for a missing property are from public reports
    /// (<https://github.com/aws/aws-cdk-cli/pull/1463>); the others are those of AWS's validator, as in
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>.
    pub(crate) fn early(&self) -> Option<String> {
        match &self.problem {
            Problem::Unsupported(name) => Some(format!("Unsupported property [{name}]")),
            Problem::Required(name) => Some(format!("Required property [{name}] not found")),
            Problem::Schema(texts) => {
                let texts = texts.iter().filter(|text| *text != ONE_OF_TWO);
                Some(self.with_pointer(texts.cloned()).join("\n"))
            }
            Problem::NotYet(message) => Some(message.clone()),
            Problem::Service(..) => None,
        }
    }

    /// The service's error code and sentence, if the service refuses the value.
    pub(super) fn refusal(&self) -> Option<(&'static str, &str)> {
        match &self.problem {
            Problem::Service(code, sentence) => Some((code, sentence)),
            _ => None,
        }
    }

    /// The place in the template, below the properties. An unknown property is the place itself.
    pub(crate) fn place(&self) -> String {
        match &self.problem {
            Problem::Unsupported(name) => format!("{}/{name}", self.pointer),
            _ => self.pointer.clone(),
        }
    }

    /// The lines of the message with which the creation of the resource fails.
    pub(super) fn lines(&self) -> Vec<String> {
        let texts = match &self.problem {
            Problem::Unsupported(name) => vec![format!("extraneous key [{name}] is not permitted")],
            Problem::Required(name) => vec![format!("required key [{name}] not found")],
            Problem::Schema(texts) => texts.clone(),
            Problem::Service(_, text) | Problem::NotYet(text) => vec![text.clone()],
        };
        self.with_pointer(texts)
    }

    /// Each text with the pointer in front. A text about a place below has its own pointer.
    fn with_pointer(&self, texts: impl IntoIterator<Item = String>) -> Vec<String> {
        let line = |text: String| {
            if text.starts_with("#/") {
                text
            } else {
                format!("#{}: {text}", self.pointer)
            }
        };
        texts.into_iter().map(line).collect()
    }
}
