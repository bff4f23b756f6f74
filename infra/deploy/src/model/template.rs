//! Finds lines and names in the text of a template.
//!
//! The templates are plain block YAML, so indentation shows what belongs together. For a key in
//! another style, such as `{a: b}`, the nearest enclosing block is found.

/// The line, counted from 1, of the key at `path`, or of its nearest enclosing block.
pub(crate) fn line_of(template: &str, path: &[&str]) -> Option<usize> {
    let lines: Vec<&str> = template.lines().collect();
    let mut found = None;
    let mut block = 0..lines.len();
    for key in path {
        let Some(at) = children(&lines, block.clone()).find(|at| key_of(lines[*at]) == Some(key))
        else {
            break;
        };
        found = Some(at + 1);
        block = at + 1..end_of_block(&lines, at);
    }
    found
}

/// The names that a section of the template defines, for example `Resources`.
pub(crate) fn names<'a>(template: &'a str, section: &str) -> Vec<&'a str> {
    let lines: Vec<&str> = template.lines().collect();
    let Some(at) = children(&lines, 0..lines.len()).find(|at| key_of(lines[*at]) == Some(section))
    else {
        return Vec::new();
    };
    children(&lines, at + 1..end_of_block(&lines, at))
        .filter_map(|at| key_of(lines[at]))
        .collect()
}

/// The lines in `block` that are indented no deeper than its first.
fn children<'a>(
    lines: &'a [&str],
    block: std::ops::Range<usize>,
) -> impl Iterator<Item = usize> + use<'a> {
    let outermost = block.clone().find_map(|at| indent(lines[at]));
    block.filter(move |at| outermost.is_some() && indent(lines[*at]) == outermost)
}

/// The first line after `at` that does not belong to its block.
fn end_of_block(lines: &[&str], at: usize) -> usize {
    let own = indent(lines[at]);
    (at + 1..lines.len())
        .find(|next| indent(lines[*next]).is_some_and(|deep| Some(deep) <= own))
        .unwrap_or(lines.len())
}

/// How deep a line is indented; `None` for blank lines and comments.
fn indent(line: &str) -> Option<usize> {
    let text = line.trim_start();
    (!text.is_empty() && !text.starts_with('#')).then(|| line.len() - text.len())
}

fn key_of(line: &str) -> Option<&str> {
    let (key, rest) = line.trim_start().split_once(':')?;
    let is_key = rest.is_empty() || rest.starts_with(char::is_whitespace);
    is_key.then(|| key.trim_matches(['\'', '"']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "\
# Resources:
Parameters:
  Table:
    Type: String

Resources:
  # Table:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      KeySchema:
        - {AttributeName: itemID, KeyType: HASH}

  'Name':
    Type: AWS::SSM::Parameter
Outputs:
  TableName:
    Value: !Ref Table
";

    #[test]
    fn a_place_is_found_in_its_own_section() {
        assert_eq!(line_of(TEMPLATE, &["Resources", "Table"]), Some(8));
        assert_eq!(line_of(TEMPLATE, &["Resources", "Name"]), Some(14));
        let keys = ["Resources", "Table", "Properties", "KeySchema"];
        assert_eq!(line_of(TEMPLATE, &keys), Some(11));
    }

    #[test]
    fn what_is_not_there_is_found_as_its_nearest_enclosing_block() {
        let path = ["Resources", "Table", "Properties", "Missing", "0"];
        assert_eq!(line_of(TEMPLATE, &path), Some(10));
        assert_eq!(line_of(TEMPLATE, &["Conditions"]), None);
        assert_eq!(line_of("", &["Resources"]), None);
    }

    #[test]
    fn the_names_of_a_section_are_all_that_it_defines() {
        assert_eq!(names(TEMPLATE, "Resources"), ["Table", "Name"]);
        assert_eq!(names(TEMPLATE, "Parameters"), ["Table"]);
        assert_eq!(names(TEMPLATE, "Outputs"), ["TableName"]);
        assert!(names("", "Resources").is_empty());
        assert!(names("Resources:", "Resources").is_empty());
    }
}
