//! The paths of fields: `a`, `a.b`, `a.*` for the elements of an array; the empty one is the whole
//! record.

/// The field of the record itself that a path leads into.
pub fn root(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// The path of what a field is in; `None` for a field of the record itself.
pub fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(parent, _)| parent)
}

/// Whether a path leads further into what another one leads to.
pub fn is_inside(path: &str, outer: &str) -> bool {
    let rest = path.strip_prefix(outer);
    rest.is_some_and(|rest| match outer {
        "" => !rest.is_empty(),
        _ => rest.starts_with('.'),
    })
}

/// Whether one of two paths is the other one, or leads to it.
pub fn overlap(left: &str, right: &str) -> bool {
    left == right || is_inside(left, right) || is_inside(right, left)
}
