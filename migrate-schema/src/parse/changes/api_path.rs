//! The paths of APIs.

use std::iter::Peekable;
use std::str::Chars;

use surrealdb_types::ToSql as _;

/// A path as the engine keeps it, if it takes it: without empty segments, and with the types of its
/// parameters in the engine's own words. It looks for an API by the path that a statement has, so that
/// it finds only those whose path is written like that.
pub fn kept(path: &str) -> Option<String> {
    let mut rest = path.chars().peekable();
    let mut kept = String::new();
    while rest.next_if_eq(&'/').is_some() {
        while rest.next_if_eq(&'/').is_some() {}
        let mut segment = String::new();
        while let Some(next) = rest.next_if(|c| !matches!(c, '/' | '<' | '\\')) {
            segment.push(next);
        }
        if segment.starts_with(':') && rest.next_if_eq(&'<').is_some() {
            let kind = surrealdb_syn::kind(&bracketed(&mut rest)?).ok()?;
            segment.extend(["<", &kind.to_sql(), ">"]);
        }
        if !segment.is_empty() {
            kept.push('/');
            kept.push_str(&segment);
        }
    }
    // What is left is escaped, or no path.
    match (rest.next(), kept.is_empty()) {
        (Some(_), _) => None,
        (None, true) => (!path.is_empty()).then(|| "/".to_owned()),
        (None, false) => Some(kept),
    }
}

/// What there is up to the bracket that closes one before.
fn bracketed(rest: &mut Peekable<Chars<'_>>) -> Option<String> {
    let mut inside = String::new();
    let mut open = 1;
    loop {
        let next = rest.next()?;
        match next {
            '<' => open += 1,
            '>' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(inside);
        }
        inside.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn a_path_is_kept_without_what_means_nothing() {
        for (path, expected) in [
            ("/", Some("/")),
            ("/a", Some("/a")),
            ("/a/", Some("/a")),
            ("//a//b//", Some("/a/b")),
            ("/a/:id/*rest", Some("/a/:id/*rest")),
            ("/a/:id<int>", Some("/a/:id<int>")),
            ("/a/:id< int >/b", Some("/a/:id<int>/b")),
            ("/a/:id<record<t>>", Some("/a/:id<record<t>>")),
            ("/a/:id<option<int>>", Some("/a/:id<none | int>")),
            ("/a/:id<int", None),
            ("/a/:id<no kind>", None),
            (r"/a/\:id", None),
            ("", None),
            ("a", None),
        ] {
            assert_eq!(kept(path).as_deref(), expected, "{path}");
        }
    }
}
