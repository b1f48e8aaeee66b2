//! A text's statements as the parser reads them, one after the other.

use bytes::BytesMut;
use surrealdb_sql::TopLevelExpr;
use surrealdb_syn::Parser;
use surrealdb_syn::parser::StatementStream;
use surrealdb_syn::token::TokenKind;

use super::settings::SETTINGS;
use crate::span::StatementSpan;

/// Passes on each statement of a text.
///
/// # Errors
/// Where the rest does not parse.
pub fn each(
    text: &str,
    with: impl FnMut(StatementSpan, &TopLevelExpr),
) -> Result<(), StatementSpan> {
    match each_from(text, 0, with) {
        None => Ok(()),
        Some(failed_at) => Err(span(text, failed_at, text.len())),
    }
}

/// Passes on the statements up to the end or the first that does not parse, whose offset is
/// returned.
pub fn each_from(
    text: &str,
    from: usize,
    mut with: impl FnMut(StatementSpan, &TopLevelExpr),
) -> Option<usize> {
    let mut rest = BytesMut::from(&text.as_bytes()[from..]);
    let mut stream = StatementStream::new_with_settings(SETTINGS);
    loop {
        let start = text.len() - rest.len();
        match stream.parse_complete(&mut rest) {
            Ok(None) => return None,
            Ok(Some(statement)) => {
                let end = text.len() - rest.len();
                with(span(text, start, end), &statement);
            }
            Err(_) => return Some(start),
        }
    }
}

/// The statement's own bytes in what the parser consumed for it: without the blanks, comments and
/// empty statements before it.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the parser takes no text longer than its 32-bit offsets"
)]
fn span(text: &str, start: usize, end: usize) -> StatementSpan {
    let mut parser = Parser::new_with_settings(&text.as_bytes()[start..end], SETTINGS);
    while parser.eat(TokenKind::SemiColon) {}
    StatementSpan::new(start as u32 + parser.peek().span.offset, end as u32)
}
