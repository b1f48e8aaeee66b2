//! Where to resume in a script after something that does not parse.

/// Words that begin a statement and nothing else.
const STATEMENT_WORDS: [&str; 11] = [
    "ALTER", "CREATE", "DEFINE", "DELETE", "INSERT", "REBUILD", "RELATE", "REMOVE", "SELECT",
    "UPDATE", "UPSERT",
];

/// The first line after an error on which a new statement clearly begins: at the line's very
/// start, after a semicolon, with every bracket closed that was opened since the start of the
/// statement that failed.
pub fn next_statement(text: &str, failed_at: usize, error_at: usize) -> Option<usize> {
    let mut offset = failed_at;
    let mut brackets = Brackets::default();
    let mut is_ended = false;
    for line in text[failed_at..].split_inclusive('\n') {
        let is_candidate = offset > error_at && is_ended && brackets.are_closed();
        if is_candidate && begins_statement(line) {
            return Some(offset);
        }
        let code = line.trim();
        if !code.is_empty() && !code.starts_with("--") {
            is_ended = code.ends_with(';');
        }
        brackets.count(line);
        offset += line.len();
    }
    None
}

fn begins_statement(line: &str) -> bool {
    let mut words = line.split(|c: char| !c.is_ascii_alphabetic());
    let word = words.next().unwrap_or("");
    let mut words = STATEMENT_WORDS.iter();
    words.any(|other| other.eq_ignore_ascii_case(word))
}

/// How many brackets of each kind are open. Those in strings and comments count as well: a script
/// with one of them alone is read up to its first error, and no further.
#[derive(Default)]
struct Brackets {
    curly: i64,
    round: i64,
    square: i64,
}

impl Brackets {
    fn count(&mut self, line: &str) {
        for c in line.bytes() {
            match c {
                b'{' => self.curly += 1,
                b'}' => self.curly -= 1,
                b'(' => self.round += 1,
                b')' => self.round -= 1,
                b'[' => self.square += 1,
                b']' => self.square -= 1,
                _ => {}
            }
        }
    }

    const fn are_closed(&self) -> bool {
        self.curly == 0 && self.round == 0 && self.square == 0
    }
}

#[cfg(test)]
mod tests {
    use super::next_statement;

    fn rest(text: &str) -> Option<&str> {
        next_statement(text, 0, 0).map(|at| &text[at..])
    }

    #[test]
    fn parsing_resumes_at_a_statement_at_the_start_of_a_line() {
        for (text, expected) in [
            ("DEFINE x;\n\n-- why\nCREATE a;", "CREATE a;"),
            ("DEFINE x;\n  CREATE a;\nupdate b;", "update b;"),
            ("DEFINE x;\nCREATE\ta;\nCREATE b;", "CREATE\ta;\nCREATE b;"),
            ("x { y;\n}; -- ;\nCREATE a;\n", "CREATE a;\n"),
            ("x (\n[\n{ }\n]\n);\nDELETE a;", "DELETE a;"),
        ] {
            assert_eq!(rest(text), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn parsing_does_not_resume_inside_of_something() {
        for text in [
            "DEFINE x\nCREATE a;",
            "DEFINE x; --\nreturn 1;",
            "DEFINE x;\nreturn 1;",
            "DEFINE x;\n CREATE a;",
            "DEFINE x;\nCREATED a;",
            "DEFINE FUNCTION fn::f() {\nCREATE a;\nCREATE b;\n",
            "x (\nCREATE a;\nCREATE b;\n",
            "x [\nCREATE a;\nCREATE b;\n",
            "x };\nCREATE a;\n",
            "x );\nCREATE a;\n",
            "x ];\nCREATE a;\n",
            "x { );\nCREATE a;\n",
            "x ( ];\nCREATE a;\n",
        ] {
            assert_eq!(rest(text), None, "{text:?}");
        }
    }

    #[test]
    fn parsing_resumes_after_the_error() {
        let text = "a;\nCREATE b;\nCREATE c;\nCREATE d;";
        let resumed = |failed_at, error_at| {
            let next = next_statement(text, failed_at, error_at);
            next.map(|at| &text[at..])
        };
        assert_eq!(resumed(0, 0), Some("CREATE b;\nCREATE c;\nCREATE d;"));
        assert_eq!(resumed(0, 2), Some("CREATE b;\nCREATE c;\nCREATE d;"));
        assert_eq!(resumed(0, 3), Some("CREATE c;\nCREATE d;"));
        assert_eq!(resumed(3, 5), Some("CREATE c;\nCREATE d;"));
        assert_eq!(resumed(3, 15), Some("CREATE d;"));
        assert_eq!(resumed(23, 25), None);
    }
}
