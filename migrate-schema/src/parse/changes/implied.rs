//! What the engine says of what it defines by itself along with a definition: the elements of an array,
//! the ends of a relation.

use surrealdb_sql::statements::alter::AlterKind;
use surrealdb_sql::statements::alter::field::AlterFieldStatement;
use surrealdb_sql::statements::alter::table::AlterTableStatement;
use surrealdb_sql::statements::define::DefineFieldStatement;
use surrealdb_sql::statements::{AlterStatement, DefineStatement};
use surrealdb_sql::{Expr, Idiom, Kind, Part, TableType};

use super::alteration::alteration;
use super::definition::definition;
use super::subject::Subject;
use crate::model::{Implied, Object};

/// What the engine defines by itself along with a definition, as far as the text names it.
pub fn implied(define: &DefineStatement) -> Vec<Implied> {
    match define {
        DefineStatement::Field(field) => all_elements(field),
        DefineStatement::Table(table) => ends(&table.name, &table.table_type),
        _ => Vec::new(),
    }
}

/// The elements of an array, those of arrays in it, and so on.
fn all_elements(field: &DefineFieldStatement) -> Vec<Implied> {
    let Some(mut path) = idiom(&field.name) else {
        return Vec::new();
    };
    let mut implied = Vec::new();
    let mut kind = field.field_kind.as_ref().and_then(elements);
    while let Some(inner) = kind.filter(|kind| *kind != Kind::Any) {
        path.0.push(Part::All);
        implied.extend(elements_of(field, &path, &inner));
        kind = elements(&inner);
    }
    implied
}

fn elements_of(field: &DefineFieldStatement, path: &Idiom, kind: &Kind) -> Option<Implied> {
    let name = Expr::Idiom(path.clone());
    let define = DefineStatement::Field(Box::new(DefineFieldStatement {
        name: name.clone(),
        what: field.what.clone(),
        field_kind: Some(kind.clone()),
        flexible: field.flexible,
        ..DefineFieldStatement::default()
    }));
    let alter = AlterStatement::Field(Box::new(AlterFieldStatement {
        name,
        what: field.what.clone(),
        kind: AlterKind::Set(kind.clone()),
        flexible: match field.flexible {
            true => AlterKind::Set(()),
            false => AlterKind::None,
        },
        ..AlterFieldStatement::default()
    }));
    let (object, definition) = (object(&define)?, definition(&define));
    Some(Implied::new(object, definition, alteration(&alter)))
}

/// The ends of a relation, which say anew what they may be each time that the table is defined.
fn ends(table: &Expr, kind: &TableType) -> Vec<Implied> {
    let TableType::Relation(relation) = kind else {
        return Vec::new();
    };
    let ends = [("in", &relation.from), ("out", &relation.to)];
    let ends = ends.into_iter().filter_map(|(end, tables)| {
        let define = DefineStatement::Field(Box::new(DefineFieldStatement {
            name: Expr::Idiom(Idiom(vec![Part::Field(end.into())])),
            what: table.clone(),
            field_kind: Some(Kind::Record(tables.clone())),
            ..DefineFieldStatement::default()
        }));
        Some(Implied::new(object(&define)?, definition(&define), None))
    });
    ends.collect()
}

/// The ends that a table gets that becomes a relation, or another one.
pub fn ends_of(alter: &AlterTableStatement) -> Vec<Implied> {
    let kind = alter.kind.iter();
    kind.flat_map(|kind| ends(&alter.name, kind)).collect()
}

fn object(define: &DefineStatement) -> Option<Object> {
    match Subject::of(&Expr::Define(Box::new(define.clone()))) {
        Subject::Object(object) => Some(object),
        Subject::Unknown | Subject::Elsewhere => None,
    }
}

fn idiom(name: &Expr) -> Option<Idiom> {
    match name {
        Expr::Idiom(idiom) => Some(idiom.clone()),
        _ => None,
    }
}

/// What the elements of an array or a set are. A plain `array` has none that are defined, an
/// `option<array>` has.
pub fn elements(kind: &Kind) -> Option<Kind> {
    match kind {
        Kind::Array(of, _) | Kind::Set(of, _) => Some((**of).clone()),
        Kind::Either(kinds) => {
            let of: Vec<Kind> = kinds.iter().filter_map(elements).collect();
            (!of.is_empty()).then_some(Kind::Either(of))
        }
        _ => None,
    }
}
