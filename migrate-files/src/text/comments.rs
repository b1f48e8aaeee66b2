//! The comments between the statements of a script.

use std::ops::Range;

use migrate_schema::StatementSpan;

/// The most comments in a row that a script may have. The engine's parser calls itself for each, and
/// once more for the blanks behind it, and there is no limit to that but the thread's stack: with two
/// mebibytes, as threads have by default, an engine built without optimisation dies of some 1,900.
pub const MAX_IN_A_ROW: usize = 1_500;

/// The `-- …` comments between statements, without their line breaks. There is nothing else there but
/// other comments, blanks and semicolons.
pub fn between(text: &str, statements: &[StatementSpan]) -> Vec<Range<usize>> {
    let comments = gaps(text, statements).flat_map(|gap| comments(text, gap));
    let dashed = comments.filter(|comment| text[comment.clone()].starts_with("--"));
    dashed.collect()
}

/// The comments between statements of which there are too many in a row.
pub fn too_many(text: &str, statements: &[StatementSpan]) -> Vec<Range<usize>> {
    let runs = gaps(text, statements).flat_map(|gap| {
        let comments = comments(text, gap);
        let runs = comments.chunk_by(|a, b| !text[a.end..b.start].contains(';'));
        let long = runs.filter(|run| run.len() > MAX_IN_A_ROW);
        let long = long.filter_map(|run| Some(run.first()?.start..run.last()?.end));
        long.collect::<Vec<_>>()
    });
    runs.collect()
}

/// What is before, between and behind the statements.
fn gaps(text: &str, statements: &[StatementSpan]) -> impl Iterator<Item = Range<usize>> {
    let starts = statements.iter().map(|statement| statement.start as usize);
    let ends = statements.iter().map(|statement| statement.end as usize);
    let gaps = [0].into_iter().chain(ends).zip(starts.chain([text.len()]));
    gaps.map(|(start, end)| start..end)
}

/// The comments of a gap, those of one line without their line breaks.
fn comments(text: &str, gap: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut from, text) = (gap.start, text.get(..gap.end).unwrap_or_default());
    while let Some((start, opening)) = next_comment(text, from) {
        let (closing, is_part) = match opening {
            "/*" => ("*/", true),
            _ => ("\n", false),
        };
        let inside = start + opening.len();
        let length = text[inside..].find(closing);
        let end = length.map_or(text.len(), |length| inside + length);
        let behind = length.map_or(end, |_| end + closing.len());
        found.push(start..if is_part { behind } else { end });
        from = behind;
    }
    found
}

/// Where the next comment begins, and with what.
fn next_comment(text: &str, from: usize) -> Option<(usize, &'static str)> {
    let rest = text.get(from..)?;
    let at = rest.find(['-', '#', '/'])?;
    let mut openings = ["--", "#", "//", "/*"].into_iter();
    let opening = openings.find(|opening| rest[at..].starts_with(opening))?;
    Some((from + at, opening))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<StatementSpan> {
        let statements = migrate_schema::parse::parse(text).statements;
        let spans = statements.iter().map(|statement| statement.span);
        spans.collect()
    }

    fn dashed(text: &str) -> Vec<&str> {
        let ranges = between(text, &statements(text)).into_iter();
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
            assert_eq!(dashed(text), expected, "{text:?}");
        }
    }
    #[test]
    fn comments_in_a_row_are_counted() {
        for (text, expected) in [
            ("-- a\n".repeat(MAX_IN_A_ROW), vec![]),
            ("  # a\n".repeat(MAX_IN_A_ROW + 1), vec![(2, 9_005)]),
            ("/* a */".repeat(MAX_IN_A_ROW + 1), vec![(0, 10_507)]),
            ("// a\n;".repeat(MAX_IN_A_ROW + 1), vec![]),
            (format!("/*{}*/", "-- a\n".repeat(MAX_IN_A_ROW + 1)), vec![]),
            (
                format!("CREATE a;{}CREATE b", "#\n".repeat(MAX_IN_A_ROW + 1)),
                vec![(9, 3_010)],
            ),
        ] {
            let found = too_many(&text, &statements(&text)).into_iter();
            let found: Vec<_> = found.map(|run| (run.start, run.end)).collect();
            assert_eq!(found, expected);
        }
    }
}
