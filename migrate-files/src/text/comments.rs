//! The comments between the statements of a script.

use std::ops::Range;

use migrate_schema::StatementSpan;

/// The `-- …` comments between statements, without their line breaks. There is nothing else there but
/// other comments, blanks and semicolons.
pub fn between(text: &str, statements: &[StatementSpan]) -> Vec<Range<usize>> {
    let starts = statements.iter().map(|statement| statement.start as usize);
    let ends = statements.iter().map(|statement| statement.end as usize);
    let gaps = [0].into_iter().chain(ends).zip(starts.chain([text.len()]));
    let comments = gaps.flat_map(|(start, end)| {
        let gap = text.get(start..end).unwrap_or_default();
        let found = dashed(gap).into_iter();
        found.map(move |comment| start + comment.start..start + comment.end)
    });
    comments.collect()
}

fn dashed(gap: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((start, opening)) = next_comment(gap, from) {
        let closing = if opening == "/*" { "*/" } else { "\n" };
        let inside = start + opening.len();
        let length = gap[inside..].find(closing);
        let end = length.map_or(gap.len(), |length| inside + length);
        if opening == "--" {
            found.push(start..end);
        }
        from = length.map_or(end, |_| end + closing.len());
    }
    found
}

/// Where the next comment begins, and with what.
fn next_comment(gap: &str, from: usize) -> Option<(usize, &'static str)> {
    let openings = ["--", "#", "//", "/*"].into_iter();
    let found = openings.filter_map(|opening| Some((from + gap[from..].find(opening)?, opening)));
    found.min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comments(text: &str) -> Vec<&str> {
        let statements = migrate_schema::parse::parse(text).statements;
        let spans: Vec<_> = statements.iter().map(|statement| statement.span).collect();
        let ranges = between(text, &spans).into_iter();
        ranges.map(|range| &text[range]).collect()
    }

    #[test]
    fn comments_are_found_between_statements_alone() {
        for (text, expected) in [
            ("", vec![]),
            ("-- a", vec!["-- a"]),
            ("-- a\n--\n;-- b -- c\n", vec!["-- a", "--", "-- b -- c"]),
            (
                "# -- a\n// -- b\n/* -- c\n-- d */ -- e\n-- /* f\n-- g",
                vec!["-- e", "-- /* f", "-- g"],
            ),
            (
                "CREATE a SET s = '-- a'; -- b\nCREATE b -- c\nSET x = 1 -- d",
                vec!["-- b", "-- d"],
            ),
            ("-- ä\r\nCREATE a;", vec!["-- ä\r"]),
            ("/**/-- a\n/*-- b", vec!["-- a"]),
            ("/*/ -- a\n*/ -- b", vec!["-- b"]),
            ("/* a *//* b */-- c", vec!["-- c"]),
        ] {
            assert_eq!(comments(text), expected, "{text:?}");
        }
    }
}
