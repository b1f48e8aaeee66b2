//! What the parser's border reports about text that does not parse, and where.

use migrate_schema::parse::parse;

/// Each error of a script: the text in question, the message and the label.
fn errors(text: &str) -> Vec<(&str, String, String)> {
    let errors = parse(text).errors.into_iter();
    errors
        .map(|error| (&text[error.start..error.end], error.message, error.label))
        .collect()
}

fn one(part: &'static str, message: &str, label: &str) -> Vec<(&'static str, String, String)> {
    vec![(part, message.to_owned(), label.to_owned())]
}

#[test]
fn an_error_has_the_words_of_the_parser() {
    assert_eq!(
        errors("CREATE a;\nDEFINE TABEL a;"),
        one(
            "TABEL",
            "Unexpected token `an identifier`, expected a define statement keyword",
            ""
        )
    );
    assert_eq!(
        errors("CREATE a SET n = string::lenght('ä');"),
        one(
            "string::lenght",
            "Invalid function/constant path, did you maybe mean `string::len`",
            ""
        )
    );
    assert_eq!(
        errors("CREATE a SET n = 'ä;"),
        one(
            "'",
            "Unexpected end of file, expected string to end.",
            "String starting here."
        )
    );
}

/// The parser says `Eof`, also where a semicolon would do.
#[test]
fn the_end_of_a_statement_is_called_so() {
    assert_eq!(
        errors("CREATE a UNIQE;"),
        one(
            "UNIQE",
            "Unexpected token `an identifier`, expected the statement to end",
            ""
        )
    );
}

#[test]
fn an_error_at_the_end_points_after_the_last_character() {
    for text in ["CREATE a SET", "CREATE a SET \n\n", "CREATE `ä` SET\t"] {
        let errors = parse(text).errors;
        let end = text.trim_end().len();
        assert_eq!((errors[0].start, errors[0].end), (end, end), "{text:?}");
    }
}

#[test]
fn five_errors_of_a_script_are_reported() {
    let text = "DEFINE TABEL a;\n".repeat(9);
    let starts: Vec<usize> = parse(&text).errors.iter().map(|it| it.start).collect();
    assert_eq!(starts, [7, 23, 39, 55, 71]);
}
