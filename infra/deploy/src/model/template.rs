//! Finds lines and names in the text of a template.
//!
//! The templates are plain block YAML, so indentation shows what belongs together. For a key in
//! another style, such as `{a: b}`, the nearest enclosing block is found.

/// The line, counted from 1, of the key at `path`, or of its nearest enclosing block. A number in
/// the path counts the items of a list.
pub(crate) fn line_of(template: &str, path: &[&str]) -> Option<usize> {
    let lines: Vec<&str> = template.lines().collect();
    let mut found = None;
    let mut block = 0..lines.len();
    let mut in_item = false;
    for key in path {
        let key_at = if in_item {
            key_of_item(&lines, block.clone(), key)
        } else {
            children(&lines, block.clone()).find(|at| key_of(lines[*at]) == Some(key))
        };
        let at = key_at.or_else(|| item(&lines, block.clone(), key.parse().ok()?));
        let Some(at) = at else {
            break;
        };
        found = Some(at + 1);
        in_item = key_at.is_none();
        // The first key of an item is on the line of its dash.
        block = at + usize::from(!in_item)..end_of_block(&lines, at, in_item);
    }
    found
}

/// The line with the dash of an item of the list in `block`.
fn item(lines: &[&str], block: std::ops::Range<usize>, index: usize) -> Option<usize> {
    let mut items = children(lines, block).filter(|at| is_item(lines[*at]));
    items.nth(index)
}

/// The line of a key of the item in `block`.
fn key_of_item(lines: &[&str], block: std::ops::Range<usize>, key: &str) -> Option<usize> {
    let dash = block.start;
    let deep = indent(lines[dash]).map(|deep| deep + 2);
    block
        .filter(|at| *at == dash || indent(lines[*at]) == deep)
        .find(|at| key_of(lines[*at]) == Some(key))
}

/// The names that a section of the template defines, for example `Resources`.
pub(crate) fn names<'a>(template: &'a str, section: &str) -> Vec<&'a str> {
    let lines: Vec<&str> = template.lines().collect();
    let Some(at) = children(&lines, 0..lines.len()).find(|at| key_of(lines[*at]) == Some(section))
    else {
        return Vec::new();
    };
    children(&lines, at + 1..end_of_block(&lines, at, false))
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

/// The first line after `at` that does not belong to its block. The items of a list may be indented
/// no deeper than the key of the list.
fn end_of_block(lines: &[&str], at: usize, is_of_item: bool) -> usize {
    let dash = is_item(lines[at]);
    // A key on the line of a dash is indented deeper than the dash.
    let own = indent(lines[at]).map(|deep| deep + if dash && !is_of_item { 2 } else { 0 });
    (at + 1..lines.len())
        .find(|next| {
            let deep = indent(lines[*next]);
            let of_list = !is_of_item && is_item(lines[*next]);
            deep.is_some() && (deep < own || deep == own && !of_list)
        })
        .unwrap_or(lines.len())
}

/// How deep a line is indented; `None` for blank lines and comments.
fn indent(line: &str) -> Option<usize> {
    let text = line.trim_start();
    (!text.is_empty() && !text.starts_with('#')).then(|| line.len() - text.len())
}

fn is_item(line: &str) -> bool {
    line.trim_start().starts_with("- ")
}

fn key_of(line: &str) -> Option<&str> {
    let text = line.trim_start();
    let (key, rest) = text
        .strip_prefix("- ")
        .unwrap_or(text)
        .trim_start()
        .split_once(':')?;
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
    fn an_item_of_a_list_is_found_by_its_number() {
        let template = "\
Resources:
  Task:
    Properties:
      Containers:
        - Name: a
          Ports: [80]
        # - Name: none
        - Name: b
          Ports:
          - Port: 1
          - Kind: tcp
            Port: 2
      Tags: []
";
        let path = |rest: &[&'static str]| {
            [&["Resources", "Task", "Properties", "Containers"], rest].concat()
        };
        let line = |rest: &[&'static str]| line_of(template, &path(rest));
        assert_eq!(line(&["0"]), Some(5));
        assert_eq!(line(&["0", "Name"]), Some(5));
        assert_eq!(line(&["0", "Ports", "0"]), Some(6));
        assert_eq!(line(&["1", "Ports"]), Some(9));
        assert_eq!(line(&["1", "Ports", "0", "Port"]), Some(10));
        assert_eq!(line(&["1", "Ports", "1", "Port"]), Some(12));
        assert_eq!(line(&["2"]), Some(4), "there is none");
        assert_eq!(
            line_of(template, &["Resources", "Task", "Properties", "Tags"]),
            Some(13)
        );
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
