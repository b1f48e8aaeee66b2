//! What holds for every listing of files, whatever is in it. The fuzz target in `fuzz` asserts the
//! same.

use std::path::Path;

use migrate_files::{Directory, File, Migration, Problem, Script, read_files};

/// Reads the files, and checks what is true of any answer: it does not depend on the files' order,
/// every place in it is a place in a file, and it can be printed.
pub fn check(files: &[File]) {
    let directory = Directory::new(Path::new("/nowhere"), "migrations");
    let answer = read_files(&directory, files);
    let reversed: Vec<File> = files.iter().rev().cloned().collect();
    assert_eq!(
        answer,
        read_files(&directory, &reversed),
        "the order of the listing matters"
    );
    match answer {
        Ok(set) => {
            check_set(&set.migrations);
            set.warnings
                .iter()
                .for_each(|warning| check_problem(warning, files));
        }
        Err(problems) => {
            assert!(problems.iter().count() > 0);
            assert!(!problems.to_string().is_empty());
            problems
                .iter()
                .for_each(|problem| check_problem(problem, files));
        }
    }
}

fn check_set(migrations: &[Migration]) {
    assert!(!migrations.is_empty());
    let first = migrations.first().filter(|first| first.is_baseline());
    let first = first.map_or(1, |baseline| baseline.version);
    for (migration, version) in migrations.iter().zip(first..) {
        assert_eq!(migration.version, version);
        check_statements(&migration.up);
        migration.down.iter().for_each(check_statements);
    }
}

/// Statements are parts of the text, in order, and none of them is empty or begins with a blank.
fn check_statements(script: &Script) {
    let mut before = 0;
    for statement in script.statements.iter() {
        let (start, end) = (statement.start as usize, statement.end as usize);
        assert!(before <= start, "{statement:?} overlaps the one before");
        let text = script.text.get(start..end);
        let text = text.unwrap_or_else(|| panic!("{statement:?} is no part of the text"));
        assert!(
            text.starts_with(|c: char| !c.is_whitespace()),
            "{statement:?}: {text:?}"
        );
        before = end;
    }
}

/// The place is in the file, or right after the end of one of its lines, and the line shown is
/// that line.
fn check_problem(problem: &Problem, files: &[File]) {
    let Some(snippet) = &problem.snippet else {
        return;
    };
    let mut listed = files.iter();
    let file = listed.find(|file| problem.file == format!("migrations/{}", file.name));
    let file = file.unwrap_or_else(|| panic!("there is no file {}", problem.file));
    let bytes = file.bytes.as_ref().expect("a place needs a text");
    let text = match str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').replace("\r\n", "\n"),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    };
    let line = text.split('\n').nth(snippet.place.line - 1);
    let line = line.unwrap_or_else(|| panic!("there is no line {}", snippet.place.line));
    assert_eq!(
        snippet.source.trim_end_matches('\r'),
        line.trim_end_matches('\r')
    );
    let length = line.chars().count();
    let column = snippet.place.column;
    assert!(
        (1..=length + 1).contains(&column),
        "{column} is not in {line:?}"
    );
    assert!(snippet.width >= 1);
    assert!(
        column - 1 + snippet.width <= length.max(column),
        "too many carets: {problem}"
    );
}
