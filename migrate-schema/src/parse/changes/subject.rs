//! What a definition, an alteration or a removal is about.

use surrealdb_sql::module::{ModuleExecutable, ModuleName};
use surrealdb_sql::statements::define::DefineModuleStatement;
use surrealdb_sql::statements::define::config::ConfigInner;
use surrealdb_sql::statements::remove::RemoveConfigKind;
use surrealdb_sql::statements::{AlterStatement, DefineStatement, RemoveStatement};
use surrealdb_sql::{Base, Expr, Part};

use super::api_path::kept;
use crate::effect::Name;
use crate::model::Object;
use crate::parse::effects::{name, owned, push_element, push_field};

/// What a definition, an alteration or a removal is about.
pub enum Subject {
    Object(Object),
    /// One of those that the model has, but the text does not say which one.
    Unknown,
    /// Something that the model does not have.
    Elsewhere,
}

impl Subject {
    pub fn of(expr: &Expr) -> Self {
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

    /// That of all databases belongs to none.
    fn config(config: &ConfigInner) -> Self {
        match config {
            ConfigInner::GraphQL(_) => Self::Object(Object::Config(GRAPHQL.into())),
            ConfigInner::Api(_) => Self::Object(Object::Config(API.into())),
            ConfigInner::Default(_) => Self::Elsewhere,
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
            Define::Bucket(it) => Self::named(name(&it.name), Object::Bucket),
            Define::Config(it) => Self::config(&it.inner),
            Define::Api(it) => {
                let path = name(&it.path).and_then(|path| kept(&path));
                Self::named(path.map(Name::from), Object::Api)
            }
            Define::Module(it) => Self::named(defined_module(it), Object::Module),
            Define::Namespace(_) | Define::Database(_) | Define::Model(_) => Self::Elsewhere,
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
            Alter::Bucket(it) => Self::named(name(&it.name), Object::Bucket),
            Alter::Config(it) => Self::config(&it.inner),
            Alter::Api(it) => Self::named(name(&it.path), Object::Api),
            Alter::Module(it) => Self::Object(Object::Module(module(&it.name))),
            Alter::System(_) | Alter::Namespace(_) | Alter::Database(_) => Self::Elsewhere,
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
            Remove::Bucket(it) => Self::named(name(&it.name), Object::Bucket),
            Remove::Config(it) => match it.kind {
                RemoveConfigKind::GraphQL => Self::Object(Object::Config(GRAPHQL.into())),
                RemoveConfigKind::Api => Self::Object(Object::Config(API.into())),
                RemoveConfigKind::Default => Self::Elsewhere,
            },
            Remove::Api(it) => Self::named(name(&it.name), Object::Api),
            Remove::Module(it) => Self::Object(Object::Module(module(&it.name))),
            // The selected database, or all of them.
            Remove::Namespace(_) | Remove::Database(_) => Self::Unknown,
            Remove::Model(_) => Self::Elsewhere,
        }
    }
}

const GRAPHQL: &str = "GRAPHQL";
const API: &str = "API";

/// The name of a module, without the `mod::`.
fn defined_module(module: &DefineModuleStatement) -> Option<Name> {
    match (&module.name, &module.executable) {
        (Some(name), _) => Some(owned(name.as_str())),
        (None, ModuleExecutable::Silo(it)) => Some(silo(
            &it.organisation,
            &it.package,
            [it.major, it.minor, it.patch],
        )),
        (None, ModuleExecutable::Surrealism(_)) => None,
    }
}

fn module(name: &ModuleName) -> Name {
    match name {
        ModuleName::Module(name) => owned(name),
        ModuleName::Silo(organisation, package, major, minor, patch) => {
            silo(organisation, package, [*major, *minor, *patch])
        }
    }
}

fn silo(organisation: &str, package: &str, [major, minor, patch]: [u32; 3]) -> Name {
    format!("silo::{organisation}::{package}::<{major}.{minor}.{patch}>").into()
}

/// A field's path as the engine tells fields apart, where it consists of names and `*` alone.
pub fn field(expr: &Expr) -> Option<Name> {
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

pub fn alters_if_exists(alteration: &AlterStatement) -> bool {
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
        Alter::Bucket(it) => it.if_exists,
        Alter::Config(it) => it.if_exists,
        Alter::Api(it) => it.if_exists,
        Alter::Module(it) => it.if_exists,
        Alter::System(_) | Alter::Namespace(_) | Alter::Database(_) => true,
    }
}

pub fn removes_if_exists(removal: &RemoveStatement) -> bool {
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
        Remove::Bucket(it) => it.if_exists,
        Remove::Config(it) => it.if_exists,
        Remove::Api(it) => it.if_exists,
        Remove::Module(it) => it.if_exists,
        Remove::Namespace(_) | Remove::Database(_) | Remove::Model(_) => true,
    }
}
