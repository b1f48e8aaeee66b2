//! Why and where a statement does not parse.

use surrealdb_syn::error::SyntaxError;
use surrealdb_syn::parse_with_settings;
use surrealdb_syn::token::Span;

use super::settings::SETTINGS;

/// Why and where a text does not parse.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseError {
    /// The first byte of what does not parse.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
    /// The parser's message.
    pub message: String,
    /// What the parser says about just these bytes; often what was meant.
    pub label: String,
}

/// The parser's own words about the statement that begins at `start`.
pub fn parse_error(text: &str, start: usize) -> ParseError {
    let rest = &text.as_bytes()[start..];
    let outcome = parse_with_settings(rest, SETTINGS, async |parser, stk| {
        Ok(parser.parse_query(stk).await.err())
    });
    let (error, message) = match outcome {
        Ok(Some(error)) => (error, None),
        Ok(None) => (SyntaxError::new("this does not parse"), None),
        Err(too_large) => (SyntaxError::new(""), Some(too_large.to_string())),
    };
    let mut spans = Vec::new();
    // All spans are moved to the one character of a text of that length: what is rendered then is
    // the label alone, with nothing of the source around it.
    let error = error.update_spans(|span| {
        spans.push(*span);
        *span = Span { offset: 0, len: 1 };
    });
    let rendered = error.render_on("x");
    let label = rendered.snippets.first().map(ToString::to_string);
    let label = label.as_deref().and_then(|shown| shown.split_once("^ "));
    // The first one added is the one that the message is about; the walk meets it last.
    let span = spans.last().copied().unwrap_or(Span::empty());
    let at = start + span.offset as usize;
    let (at, end) = within(text, at, at + span.len as usize);
    ParseError {
        start: at,
        end,
        message: message.unwrap_or_else(|| in_plain_words(&rendered.errors.join(": "))),
        label: label.map_or("", |(_, label)| label.trim_end()).to_owned(),
    }
}

/// The parser calls the end of a query `Eof`, also where a semicolon would do.
fn in_plain_words(message: &str) -> String {
    message.replace("expected Eof", "expected the statement to end")
}

/// Keeps a place inside the text: an error at the end points after the last character that is
/// not white space.
fn within(text: &str, start: usize, end: usize) -> (usize, usize) {
    let last = text.trim_end().len();
    if start >= last {
        return (last, last);
    }
    let start = text.floor_char_boundary(start);
    (
        start,
        text.floor_char_boundary(end.clamp(start, text.len())),
    )
}
