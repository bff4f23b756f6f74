//! The identifiers of loops in texts: `${Name}`, and `&{Name}` without characters that a logical id
//! cannot have.

use super::context::Bindings;

/// `text` with the identifiers that `bindings` has; `forms` are the characters before the brace.
pub(super) fn substitute(text: &str, bindings: &Bindings, forms: &[char]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(place) = rest.find('{') {
        let (before, after) = rest.split_at(place);
        let form = before
            .chars()
            .next_back()
            .filter(|form| forms.contains(form));
        let named = after.get(1..).and_then(|after| after.split_once('}'));
        let value = named.and_then(|(name, _)| bindings.get(name));
        if let (Some(form), Some((_, after)), Some(value)) = (form, named, value) {
            out.push_str(before.strip_suffix(form).unwrap_or(before));
            out.extend(
                value
                    .chars()
                    .filter(|c| form == '$' || c.is_ascii_alphanumeric()),
            );
            rest = after;
        } else {
            out.push_str(before);
            out.push('{');
            rest = &after[1..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_bound_is_replaced() {
        let bindings = Bindings::from([("A".to_owned(), "x-1".to_owned())]);
        let both = |text: &str| substitute(text, &bindings, &['$', '&']);
        for (text, expected) in [
            ("R${A}", "Rx-1"),
            ("R&{A}", "Rx1"),
            ("${A}${A}", "x-1x-1"),
            ("${B}${!A}{A}", "${B}${!A}{A}"),
            ("${A", "${A"),
            ("{", "{"),
            ("é${A}é", "éx-1é"),
            ("", ""),
        ] {
            assert_eq!(both(text), expected, "{text}");
        }
        assert_eq!(substitute("&{A}${A}", &bindings, &['$']), "&{A}x-1");
    }
}
