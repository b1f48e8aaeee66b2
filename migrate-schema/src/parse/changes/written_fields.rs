//! The fields that a statement certainly gives a value.

use surrealdb_sql::data::Assignment;
use surrealdb_sql::literal::ObjectEntry;
use surrealdb_sql::statements::InsertStatement;
use surrealdb_sql::{AssignOperator, Data, Expr, Idiom, Literal, Part, RecordIdKeyLit};

use super::writes::{inserted, leads_somewhere, table_of_record};
use crate::effect::Name;
use crate::model::Object;
use crate::parse::effects::{push_field, target};

/// The fields, without what is in them, that a statement which stands by itself gives a value in a record
/// that it certainly writes. What it gives NONE it does not write.
pub fn written_fields(expr: &Expr) -> Vec<Object> {
    match expr {
        Expr::Let(assigned) => written_fields(&assigned.what),
        Expr::Return(output) => written_fields(&output.what),
        Expr::Create(create) => of_records(&create.what, create.data.as_ref()),
        Expr::Upsert(upsert) if upsert.cond.is_none() => {
            of_records(&upsert.what, upsert.data.as_ref())
        }
        Expr::Insert(insert) => of_insert(insert),
        Expr::Relate(relate) if leads_somewhere(relate) => {
            of_records(std::slice::from_ref(&relate.through), relate.data.as_ref())
        }
        _ => Vec::new(),
    }
}

fn of_records(what: &[Expr], data: Option<&Data>) -> Vec<Object> {
    let fields = data.map(of_data).unwrap_or_default();
    let tables = what.iter().filter(|expr| is_one(expr)).filter_map(target);
    tables
        .flat_map(|target| on(&target.table, fields.clone()))
        .collect()
}

fn on(table: &Name, fields: Vec<Name>) -> Vec<Object> {
    let fields = fields.into_iter();
    fields
        .map(|field| Object::Field(table.clone(), field))
        .collect()
}

/// Whether there is certainly a record of it.
fn is_one(expr: &Expr) -> bool {
    match expr {
        Expr::Mock(_) => false,
        Expr::Literal(Literal::RecordId(id)) => !matches!(id.key, RecordIdKeyLit::Range(_)),
        _ => true,
    }
}

fn of_data(data: &Data) -> Vec<Name> {
    match data {
        Data::SetExpression(assignments) => {
            let is_set = |assignment: &&Assignment| {
                let again = |it: &&Assignment| root(&it.place) == root(&assignment.place);
                assignment.operator == AssignOperator::Assign
                    && is_value(&assignment.value)
                    && assignments.iter().filter(again).count() == 1
            };
            let set = assignments.iter().filter(is_set);
            set.filter_map(|assignment| root(&assignment.place))
                .collect()
        }
        Data::ContentExpression(Expr::Literal(Literal::Object(entries)))
        | Data::ReplaceExpression(Expr::Literal(Literal::Object(entries)))
        | Data::MergeExpression(Expr::Literal(Literal::Object(entries))) => of_object(entries),
        _ => Vec::new(),
    }
}

fn of_object(entries: &[ObjectEntry]) -> Vec<Name> {
    let entries = entries.iter().filter(|entry| is_value(&entry.value));
    let fields = entries.map(|entry| {
        let mut field = String::new();
        push_field(&mut field, entry.key.as_str());
        field.into()
    });
    fields.collect()
}

fn of_insert(insert: &InsertStatement) -> Vec<Object> {
    let into = insert.into.is_some().then(|| inserted(insert)).flatten();
    let into = into.and_then(|tables| tables.into_iter().next());
    match &insert.data {
        Data::SingleExpression(Expr::Literal(Literal::Array(records))) => {
            let records = records.iter();
            records
                .flat_map(|record| of_record(into.as_ref(), record))
                .collect()
        }
        Data::SingleExpression(record) => of_record(into.as_ref(), record),
        Data::ValuesExpression(rows) => {
            let values = rows.iter().flatten();
            let values = values.filter(|(_, value)| is_value(value));
            let fields = values.filter_map(|(field, _)| root(field)).collect();
            into.map(|table| on(&table, fields)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn of_record(into: Option<&Name>, record: &Expr) -> Vec<Object> {
    let table = into.cloned().or_else(|| table_of_record(record));
    match (table, record) {
        (Some(table), Expr::Literal(Literal::Object(entries))) => on(&table, of_object(entries)),
        _ => Vec::new(),
    }
}

/// The field that a path begins with.
fn root(path: &Idiom) -> Option<Name> {
    let Some(Part::Field(name)) = path.0.first() else {
        return None;
    };
    let mut root = String::new();
    push_field(&mut root, name.as_str());
    Some(root.into())
}

/// Whether it is certainly not NONE.
const fn is_value(value: &Expr) -> bool {
    matches!(value, Expr::Literal(literal) if !matches!(literal, Literal::None))
}
