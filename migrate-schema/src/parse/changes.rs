//! What a statement does to the schema.

use std::collections::HashSet;

use surrealdb_sql::statements::define::DefineKind;
use surrealdb_sql::statements::{AlterStatement, DefineStatement, RemoveStatement};
use surrealdb_sql::{Base, Expr, Function, Kind, Part, TableType, TopLevelExpr};
use surrealdb_types::ToSql as _;

use super::effects::{name, push_element, push_field, target};
use super::nested::{Depth, all, all_in};
use crate::effect::Name;
use crate::model::{Change, Definition, Mode, Object};

/// How deep the fields are looked for that the engine adds to one of arrays in arrays.
const MAX_NESTING: usize = 4;

/// What a statement does to the schema, in the order that it does it; `runs` are the expressions of
/// it that are evaluated. Only a definition that stands by itself certainly happens; of everything
/// inside of something else it is enough that it may.
pub fn changes(statement: &TopLevelExpr, runs: &[&Expr]) -> Vec<Change> {
    let mut changes = Vec::new();
    let itself = match statement {
        TopLevelExpr::Expr(expr) => Some(expr),
        _ => None,
    };
    if let Some(expr) = itself {
        certain(expr, runs, &mut changes);
    }
    let is_itself = |expr: &Expr| itself.is_some_and(|itself| std::ptr::eq(itself, expr));
    let others = runs.iter();
    let others = others.filter(|expr| !(is_itself(expr) && is_definition(expr)));
    changes.extend(others.flat_map(|expr| possible(expr)));
    if runs.iter().any(|expr| keeps(expr)) {
        changes.extend(kept_by(statement, runs));
    }
    changes
}

/// Whether an expression may hold others that are kept for later.
const fn keeps(expr: &Expr) -> bool {
    matches!(expr, Expr::Define(_) | Expr::Alter(_) | Expr::Closure(_))
}

/// What may happen later by what a statement keeps.
fn kept_by(statement: &TopLevelExpr, runs: &[&Expr]) -> Vec<Change> {
    let everything = all(statement, Depth::Everything);
    if everything.len() == runs.len() {
        return Vec::new();
    }
    let runs: HashSet<*const Expr> = runs.iter().map(|expr| std::ptr::from_ref(*expr)).collect();
    let kept = everything.into_iter();
    let kept = kept.filter(|expr| !runs.contains(&std::ptr::from_ref(*expr)));
    kept.flat_map(possible).filter_map(later).collect()
}

const fn is_definition(expr: &Expr) -> bool {
    matches!(expr, Expr::Define(_) | Expr::Alter(_) | Expr::Remove(_))
}

fn certain(expr: &Expr, runs: &[&Expr], changes: &mut Vec<Change>) {
    let subject = Subject::of(expr);
    let change = match (expr, &subject) {
        (Expr::Define(define), Subject::Object(object)) => Change::Defines {
            object: object.clone(),
            mode: mode(define),
            definition: is_fixed(expr, runs).then(|| definition(define)),
            implied: implied_by(define, object),
        },
        (Expr::Remove(removal), Subject::Object(object)) => Change::Removes {
            object: object.clone(),
            if_exists: removes_if_exists(removal),
        },
        (Expr::Alter(alteration), Subject::Object(object)) => Change::Alters {
            object: object.clone(),
            if_exists: alters_if_exists(alteration),
        },
        (_, Subject::Unknown) => Change::MayChangeAnything,
        // The script is not applied, whatever it does besides.
        (Expr::Throw(_), _) => Change::MayChangeAnything,
        _ => return,
    };
    changes.push(change);
    if let Subject::Object(object) = subject {
        changes.extend(perhaps_implied(expr, &object));
    }
}

/// What a definition says.
fn definition(define: &DefineStatement) -> Definition {
    let mut plain = define.clone();
    *kind_mut(&mut plain) = DefineKind::Default;
    if let DefineStatement::Index(index) = &mut plain {
        // How it was built is not part of it.
        index.concurrently = false;
    }
    Definition::new(&plain.to_sql())
}

/// Whether it is in the text what a definition says. What is evaluated to make it, such as the value
/// of a parameter, is kept as its result, and a secret is another one each time that it is printed.
fn is_fixed(definition: &Expr, runs: &[&Expr]) -> bool {
    let is_constant = |expr: &&Expr| {
        matches!(
            expr,
            Expr::Define(_) | Expr::Literal(_) | Expr::Table(_) | Expr::Idiom(_)
        )
    };
    let has_secret = |expr: &&Expr| match expr {
        Expr::Define(define) => matches!(
            **define,
            DefineStatement::Access(_) | DefineStatement::User(_)
        ),
        _ => false,
    };
    runs.iter().all(is_constant) && !all_in(definition).iter().any(has_secret)
}

/// What the engine defines by itself with a definition.
fn implied_by(define: &DefineStatement, object: &Object) -> Vec<Object> {
    match (define, object) {
        (DefineStatement::Field(field), Object::Field(table, path)) => {
            let mut path = path.to_string();
            let elements = field.field_kind.as_ref().map_or(0, nesting);
            let elements = (0..elements).map(|_| {
                push_element(&mut path);
                Object::Field(table.clone(), path.clone().into())
            });
            elements.collect()
        }
        (DefineStatement::Table(it), Object::Table(table)) => match it.table_type {
            TableType::Relation(_) => ["in", "out"]
                .map(|end| Object::Field(table.clone(), end.into()))
                .into(),
            TableType::Normal | TableType::Any => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// For how many levels of arrays and sets in each other the engine defines elements. A plain `array`
/// has none, an `option<array>` has.
fn nesting(kind: &Kind) -> usize {
    match elements(kind) {
        None | Some(Kind::Any) => 0,
        Some(elements) => 1 + nesting(&elements),
    }
}

fn elements(kind: &Kind) -> Option<Kind> {
    match kind {
        Kind::Array(of, _) | Kind::Set(of, _) => Some((**of).clone()),
        Kind::Either(kinds) => {
            let of: Vec<Kind> = kinds.iter().filter_map(elements).collect();
            (!of.is_empty()).then_some(Kind::Either(of))
        }
        _ => None,
    }
}

/// What the engine may add to something, or take from it, by itself.
fn perhaps_implied(expr: &Expr, object: &Object) -> Vec<Change> {
    let is_altered = matches!(expr, Expr::Alter(_));
    match object {
        Object::Field(table, path) if is_altered => {
            let mut path = path.to_string();
            let deeper = (0..MAX_NESTING).map(|_| {
                push_element(&mut path);
                Change::MayChange(Object::Field(table.clone(), path.clone().into()))
            });
            deeper.collect()
        }
        Object::Table(table) if is_altered => ["in", "out"]
            .map(|field| Change::MayChange(Object::Field(table.clone(), field.into())))
            .into(),
        Object::Table(table) if is_view(expr) => vec![Change::MayChangeAllOf(table.clone())],
        _ => Vec::new(),
    }
}

/// A table that becomes a view loses what was defined on it.
fn is_view(expr: &Expr) -> bool {
    match expr {
        Expr::Define(definition) => matches!(
            &**definition,
            DefineStatement::Table(table) if table.view.is_some()
        ),
        _ => false,
    }
}

/// What an expression may do to the schema, if it is evaluated.
fn possible(expr: &Expr) -> Vec<Change> {
    let written: Vec<&Expr> = match expr {
        Expr::Define(_) | Expr::Alter(_) | Expr::Remove(_) => {
            return match Subject::of(expr) {
                Subject::Object(object) => {
                    let mut changes = perhaps_implied(expr, &object);
                    if let Expr::Define(define) = expr {
                        let implied = implied_by(define, &object);
                        changes.extend(implied.into_iter().map(Change::MayChange));
                    }
                    changes.push(Change::MayChange(object));
                    changes
                }
                Subject::Unknown => vec![Change::MayChangeAnything],
                Subject::Elsewhere => Vec::new(),
            };
        }
        Expr::FunctionCall(call) => {
            return match &call.receiver {
                Function::Custom(name) => vec![Change::Calls(name.clone().into())],
                Function::Script(_) | Function::Module(..) | Function::Silo { .. } => {
                    vec![Change::MayChangeAnything]
                }
                Function::Normal(name) if name.starts_with("eval::") => {
                    vec![Change::MayChangeAnything]
                }
                Function::Normal(_) | Function::Model(_) => Vec::new(),
            };
        }
        Expr::Create(create) => create.what.iter().collect(),
        Expr::Upsert(upsert) => upsert.what.iter().collect(),
        Expr::Relate(relate) => vec![&relate.through],
        Expr::Insert(insert) => match &insert.into {
            Some(into) => vec![into],
            None => return vec![Change::MayWrite(None)],
        },
        _ => return Vec::new(),
    };
    let written = written.into_iter();
    written
        .map(|expr| Change::MayWrite(target(expr).map(|target| target.table)))
        .collect()
}

/// The same for an expression that is kept for later.
fn later(change: Change) -> Option<Change> {
    match change {
        Change::MayChange(object) => Some(Change::Keeps(object)),
        Change::MayChangeAllOf(table) => Some(Change::Keeps(Object::Table(table))),
        Change::MayChangeAnything => Some(Change::KeepsAnything),
        Change::MayWrite(table) => Some(Change::KeepsWrite(table)),
        _ => None,
    }
}

/// What a definition, an alteration or a removal is about.
enum Subject {
    Object(Object),
    /// One of those that the model has, but the text does not say which one.
    Unknown,
    /// Something that the model does not have.
    Elsewhere,
}

impl Subject {
    fn of(expr: &Expr) -> Self {
        match expr {
            Expr::Define(definition) => Self::defined(definition),
            Expr::Alter(alteration) => Self::altered(alteration),
            Expr::Remove(removal) => Self::removed(removal),
            _ => Self::Elsewhere,
        }
    }

    fn named(name: Option<Name>, object: impl FnOnce(Name) -> Object) -> Self {
        name.map_or(Self::Unknown, |name| Self::Object(object(name)))
    }

    fn on_table(
        table: &Expr,
        name: Option<Name>,
        object: impl FnOnce(Name, Name) -> Object,
    ) -> Self {
        match (self::name(table), name) {
            (Some(table), Some(name)) => Self::Object(object(table, name)),
            _ => Self::Unknown,
        }
    }

    fn in_database(base: &Base, expr: &Expr, object: impl FnOnce(Name) -> Object) -> Self {
        match base {
            Base::Db => Self::named(name(expr), object),
            Base::Root | Base::Ns => Self::Elsewhere,
        }
    }

    fn defined(definition: &DefineStatement) -> Self {
        use DefineStatement as Define;
        match definition {
            Define::Table(it) => Self::named(name(&it.name), Object::Table),
            Define::Field(it) => Self::on_table(&it.what, field(&it.name), Object::Field),
            Define::Index(it) => Self::on_table(&it.what, name(&it.name), Object::Index),
            Define::Event(it) => Self::on_table(&it.target_table, name(&it.name), Object::Event),
            Define::Function(it) => Self::Object(Object::Function(owned(&it.name))),
            Define::Param(it) => Self::Object(Object::Param(owned(it.name.as_str()))),
            Define::Analyzer(it) => Self::named(name(&it.name), Object::Analyzer),
            Define::Access(it) => Self::in_database(&it.base, &it.name, Object::Access),
            Define::User(it) => Self::in_database(&it.base, &it.name, Object::User),
            Define::Sequence(it) => Self::named(name(&it.name), Object::Sequence),
            Define::Namespace(_)
            | Define::Database(_)
            | Define::Bucket(_)
            | Define::Model(_)
            | Define::Config(_)
            | Define::Api(_)
            | Define::Module(_) => Self::Elsewhere,
        }
    }

    fn altered(alteration: &AlterStatement) -> Self {
        use AlterStatement as Alter;
        match alteration {
            Alter::Table(it) => Self::named(name(&it.name), Object::Table),
            Alter::Field(it) => Self::on_table(&it.what, field(&it.name), Object::Field),
            Alter::Index(it) => Self::on_table(&it.table, name(&it.name), Object::Index),
            Alter::Event(it) => Self::on_table(&it.what, name(&it.name), Object::Event),
            Alter::Function(it) => Self::Object(Object::Function(owned(&it.name))),
            Alter::Param(it) => Self::Object(Object::Param(owned(&it.name))),
            Alter::Analyzer(it) => Self::named(name(&it.name), Object::Analyzer),
            Alter::Access(it) => Self::in_database(&it.base, &it.name, Object::Access),
            Alter::User(it) => Self::in_database(&it.base, &it.name, Object::User),
            Alter::Sequence(it) => Self::named(name(&it.name), Object::Sequence),
            Alter::System(_)
            | Alter::Namespace(_)
            | Alter::Database(_)
            | Alter::Bucket(_)
            | Alter::Config(_)
            | Alter::Api(_)
            | Alter::Module(_) => Self::Elsewhere,
        }
    }

    fn removed(removal: &RemoveStatement) -> Self {
        use RemoveStatement as Remove;
        match removal {
            Remove::Table(it) => Self::named(name(&it.name), Object::Table),
            Remove::Field(it) => Self::on_table(&it.what, field(&it.name), Object::Field),
            Remove::Index(it) => Self::on_table(&it.what, name(&it.name), Object::Index),
            Remove::Event(it) => Self::on_table(&it.what, name(&it.name), Object::Event),
            Remove::Function(it) => Self::Object(Object::Function(owned(&it.name))),
            Remove::Param(it) => Self::Object(Object::Param(owned(it.name.as_str()))),
            Remove::Analyzer(it) => Self::named(name(&it.name), Object::Analyzer),
            Remove::Access(it) => Self::in_database(&it.base, &it.name, Object::Access),
            Remove::User(it) => Self::in_database(&it.base, &it.name, Object::User),
            Remove::Sequence(it) => Self::named(name(&it.name), Object::Sequence),
            // The selected database, or all of them.
            Remove::Namespace(_) | Remove::Database(_) => Self::Unknown,
            Remove::Bucket(_)
            | Remove::Model(_)
            | Remove::Config(_)
            | Remove::Api(_)
            | Remove::Module(_) => Self::Elsewhere,
        }
    }
}

fn owned(name: &str) -> Name {
    name.to_owned().into()
}

/// A field's path as the engine tells fields apart, where it consists of names and `*` alone.
fn field(expr: &Expr) -> Option<Name> {
    let Expr::Idiom(idiom) = expr else {
        return name(expr);
    };
    let mut path = String::new();
    for part in &idiom.0 {
        match part {
            Part::Field(name) => push_field(&mut path, name.as_str()),
            Part::All => push_element(&mut path),
            _ => return None,
        }
    }
    Some(path.into())
}

fn mode(define: &DefineStatement) -> Mode {
    match kind_mut(&mut define.clone()) {
        DefineKind::Default => Mode::Plain,
        DefineKind::Overwrite => Mode::Overwrite,
        DefineKind::IfNotExists => Mode::IfNotExists,
    }
}

fn kind_mut(define: &mut DefineStatement) -> &mut DefineKind {
    use DefineStatement as Define;
    match define {
        Define::Table(it) => &mut it.kind,
        Define::Field(it) => &mut it.kind,
        Define::Index(it) => &mut it.kind,
        Define::Event(it) => &mut it.kind,
        Define::Function(it) => &mut it.kind,
        Define::Param(it) => &mut it.kind,
        Define::Analyzer(it) => &mut it.kind,
        Define::Access(it) => &mut it.kind,
        Define::User(it) => &mut it.kind,
        Define::Sequence(it) => &mut it.kind,
        Define::Bucket(it) => &mut it.kind,
        Define::Namespace(it) => &mut it.kind,
        Define::Database(it) => &mut it.kind,
        Define::Model(it) => &mut it.kind,
        Define::Config(it) => &mut it.kind,
        Define::Api(it) => &mut it.kind,
        Define::Module(it) => &mut it.kind,
    }
}

fn alters_if_exists(alteration: &AlterStatement) -> bool {
    use AlterStatement as Alter;
    match alteration {
        Alter::Table(it) => it.if_exists,
        Alter::Field(it) => it.if_exists,
        Alter::Index(it) => it.if_exists,
        Alter::Event(it) => it.if_exists,
        Alter::Function(it) => it.if_exists,
        Alter::Param(it) => it.if_exists,
        Alter::Analyzer(it) => it.if_exists,
        Alter::Access(it) => it.if_exists,
        Alter::User(it) => it.if_exists,
        Alter::Sequence(it) => it.if_exists,
        _ => true,
    }
}

fn removes_if_exists(removal: &RemoveStatement) -> bool {
    use RemoveStatement as Remove;
    match removal {
        Remove::Table(it) => it.if_exists,
        Remove::Field(it) => it.if_exists,
        Remove::Index(it) => it.if_exists,
        Remove::Event(it) => it.if_exists,
        Remove::Function(it) => it.if_exists,
        Remove::Param(it) => it.if_exists,
        Remove::Analyzer(it) => it.if_exists,
        Remove::Access(it) => it.if_exists,
        Remove::User(it) => it.if_exists,
        Remove::Sequence(it) => it.if_exists,
        _ => true,
    }
}
