//! As a diagram of entities and their relationships, in the language of Mermaid.

use std::fmt::Write as _;

use crate::model::outline::{Field, Link, Outline, Table, TableKind};

impl Outline {
    /// The diagram: the tables with their fields, and the lines between them. Where Mermaid has no
    /// word for a type, it is behind the field's name.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let mut diagram = "erDiagram\n".to_owned();
        for table in &self.tables {
            let _ = writeln!(diagram, "    {} {{", entity(&table.name));
            for field in &table.fields {
                let _ = writeln!(diagram, "        {}", attribute(table, field));
            }
            diagram.push_str("    }\n");
        }
        for table in &self.tables {
            for line in lines(table) {
                let _ = writeln!(diagram, "    {line}");
            }
        }
        diagram
    }
}

/// The name of an entity. Mermaid takes letters, digits, `_` and `-` as they are, and all else but quotes
/// in quotes.
fn entity(table: &str) -> String {
    let is_word = table.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    match is_word && table.chars().all(is_plain) {
        true => table.to_owned(),
        false => quoted(table),
    }
}

fn attribute(table: &Table, field: &Field) -> String {
    let name: String = field
        .name
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    let kind = field.kind.as_deref().unwrap_or("any");
    let (word, is_whole) = word(kind);
    let mut keys = Vec::new();
    if !field.links.is_empty() {
        keys.push("FK");
    }
    let mut indexes = table.indexes.iter().filter(|index| index.unique);
    if indexes.any(|index| index.fields == [field.name.clone()]) {
        keys.push("UK");
    }
    let mut notes = Vec::new();
    if !is_whole {
        notes.push(kind.to_owned());
    }
    if name != field.name {
        notes.push(field.name.clone());
    }
    if field.computed.is_some() {
        notes.push("computed".to_owned());
    }
    notes.extend(field.comment.clone());
    let mut attribute = format!("{word} {name}");
    if !keys.is_empty() {
        let _ = write!(attribute, " {}", keys.join(", "));
    }
    if !notes.is_empty() {
        let _ = write!(attribute, " {}", quoted(&notes.join(", ")));
    }
    attribute
}

/// A type in one word, and whether that says all of it: `option(int)`, `array(string)`.
fn word(kind: &str) -> (String, bool) {
    let word = kind.replace('<', "(").replace('>', ")");
    let is_word = |c: char| is_plain(c) || matches!(c, '(' | ')');
    if word.chars().all(is_word) {
        return (word, true);
    }
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let first: String = kind.chars().take_while(|c| is_letter(*c)).collect();
    match &*first {
        "" if kind.starts_with(['\'', '"']) => ("string".to_owned(), false),
        "" if kind.starts_with('{') => ("object".to_owned(), false),
        "" => ("any".to_owned(), false),
        _ => (first, false),
    }
}

/// The lines from a table to others.
fn lines(table: &Table) -> Vec<String> {
    let from = entity(&table.name);
    let mut lines = Vec::new();
    for field in &table.fields {
        for Link { table: to, many } in &field.links {
            let to = entity(to);
            let end = match (many, field.optional) {
                (true, _) => "o{",
                (false, true) => "o|",
                (false, false) => "||",
            };
            lines.push(format!("{from} }}o--{end} {to} : {}", quoted(&field.name)));
        }
    }
    if table.kind == Some(TableKind::View) {
        for source in &table.sources {
            let source = entity(source);
            lines.push(format!("{from} }}o..o{{ {source} : \"view of\""));
        }
    }
    lines
}

const fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// In quotes, in which there can be none.
fn quoted(text: &str) -> String {
    let text = text.replace('"', "'").replace(['\n', '\r'], " ");
    format!("\"{text}\"")
}
