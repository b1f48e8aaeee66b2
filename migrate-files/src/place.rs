//! Places in a text, and how they are shown: a line of source with carets under it. Both the
//! build's errors and the ones at run time are drawn here, so that they look alike.

use std::fmt;

/// The longest source line that is shown whole, in characters. A longer one is cut around the
/// place in question.
const MAX_LINE_WIDTH: usize = 120;

/// A line and a column of a text, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Place {
    /// The place of a byte of `text`. An offset past the end is the place after the last
    /// character; one inside a character is that character's place.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let offset = offset.min(text.len());
        let start = line_start(text, offset);
        let line = 1 + text[..start].matches('\n').count();
        let column = 1 + text[start..]
            .char_indices()
            .take_while(|(at, c)| start + at + c.len_utf8() <= offset)
            .count();
        Self { line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

fn line_start(text: &str, offset: usize) -> usize {
    let before = &text.as_bytes()[..offset.min(text.len())];
    before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |newline| newline + 1)
}

/// A line of source with carets under a part of it and a label after them.
///
/// ```text
///    |
/// 14 | UPDATE ghost SET seen = true;
///    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ The table 'ghost' does not exist
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snippet {
    /// Where the carets begin.
    pub place: Place,
    /// The whole line.
    pub source: String,
    /// How many characters of the line the carets cover, at least one.
    pub width: usize,
    /// What follows the carets; may be empty.
    pub label: String,
}

impl Snippet {
    /// The line of `text` that holds the byte `start`, with the bytes to `end` marked as far as they
    /// reach on that line.
    #[must_use]
    pub fn new(text: &str, start: usize, end: usize, label: &str) -> Self {
        let place = Place::of(text, start);
        let line = text[line_start(text, start)..].lines().next().unwrap_or("");
        let skipped = line.chars().take(place.column - 1).map(char::len_utf8);
        let marked = line.get(skipped.sum::<usize>()..).unwrap_or("");
        let bytes = end.saturating_sub(start);
        let width = marked
            .char_indices()
            .take_while(|(at, _)| *at < bytes)
            .count();
        Self {
            place,
            source: line.to_owned(),
            width: width.max(1),
            label: label.to_owned(),
        }
    }

    /// How many characters the number of the line takes: what comes below it is set in by that.
    #[must_use]
    pub fn gutter(&self) -> usize {
        self.place.line.to_string().len()
    }

    /// The line, its tabs widened to what the carets below can match, cut to a readable length;
    /// with the column at which the carets begin and their number.
    fn visible(&self) -> (String, usize, usize) {
        let column = self.place.column - 1;
        let chars: Vec<char> = self
            .source
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        if chars.len() <= MAX_LINE_WIDTH {
            return (chars.into_iter().collect(), column, self.width);
        }
        let from = column
            .saturating_sub(MAX_LINE_WIDTH / 3)
            .min(chars.len() - MAX_LINE_WIDTH);
        let shown: String = chars[from..from + MAX_LINE_WIDTH].iter().collect();
        let lead = if from > 0 { "..." } else { "" };
        let trail = if from + MAX_LINE_WIDTH < chars.len() {
            "..."
        } else {
            ""
        };
        let width = self
            .width
            .min((from + MAX_LINE_WIDTH).saturating_sub(column).max(1));
        (
            format!("{lead}{shown}{trail}"),
            column - from + lead.len(),
            width,
        )
    }
}

/// Three lines, each but the last ended by a line break.
impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gutter = self.gutter();
        let (source, column, width) = self.visible();
        writeln!(f, "{:gutter$} |", "")?;
        writeln!(f, "{} | {}", self.place.line, source.trim_end())?;
        let carets = "^".repeat(width);
        write!(f, "{:gutter$} | {:column$}{carets}", "", "")?;
        if self.label.is_empty() {
            return Ok(());
        }
        let mut lines = self.label.lines();
        write!(f, " {}", lines.next().unwrap_or(""))?;
        let indent = column + width + 1;
        lines.try_for_each(|line| write!(f, "\n{:gutter$} | {:indent$}{line}", "", ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "a\nüß x";
        assert_eq!(Place::of(text, 0), Place { line: 1, column: 1 });
        assert_eq!(Place::of(text, 2), Place { line: 2, column: 1 });
        assert_eq!(Place::of(text, 7), Place { line: 2, column: 4 });
        assert_eq!(Place::of(text, 99), Place { line: 2, column: 5 });
        assert_eq!(Place::of("", 5), Place { line: 1, column: 1 });
    }

    #[test]
    fn the_carets_are_under_what_they_mark() {
        let text = "LET $ä = 1;\nTHROW 'no';\n";
        let snippet = Snippet::new(text, 13, 24, "why");
        assert_eq!(
            snippet.to_string(),
            "  |\n2 | THROW 'no';\n  | ^^^^^^^^^^^ why"
        );
    }

    /// The line as it is shown, and what the carets are under.
    fn shown(text: &str, start: usize, end: usize) -> (String, String) {
        let shown = Snippet::new(text, start, end, "").to_string();
        let lines: Vec<&str> = shown.lines().collect();
        let [_, source, carets] = *lines else {
            panic!("{shown}")
        };
        let (source, carets) = (&source["1 | ".len()..], &carets["  | ".len()..]);
        let column = carets.len() - carets.trim_start().len();
        let marked = source.chars().skip(column).take(carets.trim().len());
        (source.to_owned(), marked.collect())
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text: String = (b'A'..=b'Z').cycle().take(130).map(char::from).collect();
        for (start, end, visible, marked) in [
            (0, 3, format!("{}...", &text[..120]), "ABC"),
            (40, 43, format!("{}...", &text[..120]), "OPQ"),
            (41, 44, format!("...{}...", &text[1..121]), "PQR"),
            (49, 52, format!("...{}...", &text[9..129]), "XYZ"),
            (50, 53, format!("...{}", &text[10..]), "YZA"),
            (129, 130, format!("...{}", &text[10..]), "Z"),
            // At the end of the line there is nothing to be under.
            (130, 130, format!("...{}", &text[10..]), ""),
        ] {
            let expected = (visible, marked.to_owned());
            assert_eq!(shown(&text, start, end), expected, "{start}");
        }
        assert_eq!(shown(&text[..120], 119, 120).0, text[..120]);
        assert_eq!(shown(&text[..121], 0, 1).0, format!("{}...", &text[..120]));
    }

    #[test]
    fn carets_end_where_a_line_is_cut() {
        let text: String = (b'A'..=b'Z').cycle().take(300).map(char::from).collect();
        let (visible, marked) = shown(&text, 100, 300);
        assert_eq!(visible, format!("...{}...", &text[60..180]));
        assert_eq!(marked, text[100..180]);
        let carets = Snippet::new(&text, 100, 300, "").to_string();
        assert_eq!(carets.matches('^').count(), 80);
    }

    #[test]
    fn a_control_character_takes_one_column() {
        let (visible, marked) = shown("\ta\u{1b}[31mb", 1, 3);
        assert_eq!((&*visible, &*marked), (" a [31mb", "a "));
    }

    #[test]
    fn carets_end_with_the_line() {
        assert_eq!(shown("a = {\n}\n", 4, 7).1, "{");
        assert_eq!(shown("äöü b", 2, 6).1, "öü");
        assert_eq!(Snippet::new("ab", 2, 9, "").width, 1);
    }

    #[test]
    fn a_label_of_several_lines_is_aligned() {
        let text = format!("{}  CREATE a;", "\n".repeat(9));
        let snippet = Snippet::new(&text, 11, 17, "first\nsecond\nthird");
        assert_eq!(snippet.gutter(), 2);
        assert_eq!(
            snippet.to_string(),
            "   |\n\
             10 |   CREATE a;\n   \
             |   ^^^^^^ first\n   \
             |          second\n   \
             |          third"
        );
    }
}
