//! Which variables hold records of which table.

use std::collections::BTreeMap;

use surrealdb_sql::statements::SelectStatement;
use surrealdb_sql::{Expr, Field, Fields, Literal, Part};

use super::names::{target, whole_table};
use crate::effect::{Name, Target};

/// The variables that hold records of one table, or lists of them, and what they are from.
#[derive(Debug, Clone, Default)]
pub struct Variables(BTreeMap<String, Name>);

impl Variables {
    /// A variable gets a value; one of that name from before is hidden.
    pub fn set(&mut self, name: &str, value: &Expr) {
        match self.table_of(value) {
            Some(table) => drop(self.0.insert(name.to_owned(), table)),
            None => drop(self.0.remove(name)),
        }
    }

    /// What a statement writes to, where it wants records.
    pub fn targets(&self, expr: &Expr) -> Vec<Target> {
        if let Expr::Literal(Literal::Array(items)) = expr {
            return items.iter().flat_map(|item| self.targets(item)).collect();
        }
        let by_name = target(expr);
        let by_value = || {
            let table = self.table_of(expr)?;
            Some(Target {
                table,
                record: None,
            })
        };
        by_name.or_else(by_value).into_iter().collect()
    }

    /// The one table whose records, or whose records' ids, a value consists of.
    fn table_of(&self, value: &Expr) -> Option<Name> {
        match value {
            Expr::Param(name) => self.0.get(name.as_str()).cloned(),
            Expr::Select(select) => self.table_of_select(select),
            Expr::Idiom(idiom) => match &*idiom.0 {
                [Part::Start(value), rest @ ..] => {
                    let rest = match rest {
                        [rest @ .., Part::Field(id)] if id.as_str() == "id" => rest,
                        rest => rest,
                    };
                    let are_elements = rest.iter().all(|part| {
                        matches!(
                            part,
                            Part::All
                                | Part::First
                                | Part::Last
                                | Part::Flatten
                                | Part::Where(_)
                                | Part::Value(_)
                        )
                    });
                    are_elements.then(|| self.table_of(value)).flatten()
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn table_of_select(&self, select: &SelectStatement) -> Option<Name> {
        let [source] = &*select.what else {
            return None;
        };
        let is_id = |expr: &Expr| matches!(expr, Expr::Idiom(idiom) if matches!(&*idiom.0, [Part::Field(name)] if name.as_str() == "id"));
        let has_id = match &select.fields {
            Fields::Value(value) => is_id(&value.expr),
            Fields::Select(fields) => fields.iter().any(|field| match field {
                Field::All => true,
                Field::Single(field) => field.alias.is_none() && is_id(&field.expr),
            }),
        };
        if !has_id || select.group.is_some() || select.split.is_some() {
            return None;
        }
        let table = whole_table(source);
        let table = table.or_else(|| target(source).map(|target| target.table));
        table.or_else(|| self.table_of(source))
    }
}
