/// Where an offset is in a text, counted as an editor does: `column 5`.
pub(super) fn place(text: &str, offset: usize) -> String {
    let before = &text[..offset];
    let (lines, last) = before.rsplit_once('\n').unwrap_or(("", before));
    let column = last.chars().count() + 1;
    if before.len() == last.len() {
        format!("column {column}")
    } else {
        let line = lines.split('\n').count() + 1;
        format!("its line {line}, column {column},")
    }
}
