//! What a schema consists of.

use std::borrow::Cow;
use std::fmt;

use crate::effect::Name;

/// A definition's kind and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Object {
    /// `TABLE t`
    Table(Name),
    /// `FIELD f ON t`: the table, and the field's path.
    Field(Name, Name),
    /// `INDEX i ON t`: the table, and the name.
    Index(Name, Name),
    /// `EVENT e ON t`: the table, and the name.
    Event(Name, Name),
    /// `FUNCTION fn::f`, without the `fn::`
    Function(Name),
    /// `PARAM $p`, without the `$`
    Param(Name),
    /// `ANALYZER a`
    Analyzer(Name),
    /// `ACCESS a ON DATABASE`
    Access(Name),
    /// `USER u ON DATABASE`
    User(Name),
    /// `SEQUENCE s`
    Sequence(Name),
    /// `API "/path"`: the path
    Api(Name),
    /// `BUCKET b`
    Bucket(Name),
    /// `CONFIG GRAPHQL`
    Config(Name),
    /// `MODEL ml::m<1.0.0>`, without the `ml::`. What scripts do to it is not told.
    Model(Name),
    /// `MODULE mod::m`, without the `mod::`, or `silo::a::m::<1.0.0>`
    Module(Name),
}

impl Object {
    /// The table that it belongs to, unless it is one or belongs to none.
    #[must_use]
    pub const fn table(&self) -> Option<&Name> {
        match self {
            Self::Field(table, _) | Self::Index(table, _) | Self::Event(table, _) => Some(table),
            _ => None,
        }
    }

    /// Whether this is the table that another one belongs to.
    pub(super) fn is_table_of(&self, other: &Self) -> bool {
        matches!(self, Self::Table(table) if other.table() == Some(table))
    }

    /// Whether another one comes and goes with it.
    pub(super) fn has_part(&self, other: &Self) -> bool {
        self.is_table_of(other) || self.has_elements(other)
    }

    /// Whether scripts say what becomes of it.
    pub(super) const fn is_modelled(&self) -> bool {
        !matches!(self, Self::Model(_))
    }

    pub(super) fn is_elements(&self) -> bool {
        matches!(self, Self::Field(_, path) if path.ends_with(".*"))
    }

    /// Whether another one is the elements of this field.
    pub(super) fn has_elements(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Field(table, array), Self::Field(same, elements)) => {
                table == same && elements.strip_prefix(&**array) == Some(".*")
            }
            _ => false,
        }
    }

    /// Whether another field is in this one.
    pub(super) fn is_around(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Field(table, path), Self::Field(same, inner)) => {
                let inside = inner.strip_prefix(&**path);
                table == same && inside.is_some_and(|inside| inside.starts_with('.'))
            }
            _ => false,
        }
    }

    /// Its name, without that of its table.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Field(_, name)
            | Self::Index(_, name)
            | Self::Event(_, name)
            | Self::Table(name)
            | Self::Function(name)
            | Self::Param(name)
            | Self::Analyzer(name)
            | Self::Access(name)
            | Self::User(name)
            | Self::Sequence(name)
            | Self::Api(name)
            | Self::Bucket(name)
            | Self::Config(name)
            | Self::Model(name)
            | Self::Module(name) => name,
        }
    }

    /// The words of a statement about it, with other words before its name:
    /// `FIELD IF EXISTS f ON t`.
    #[must_use]
    pub fn words(&self, before_name: &str) -> String {
        let kind = match self {
            Self::Table(_) => "TABLE",
            Self::Field(..) => "FIELD",
            Self::Index(..) => "INDEX",
            Self::Event(..) => "EVENT",
            Self::Function(_) => "FUNCTION",
            Self::Param(_) => "PARAM",
            Self::Analyzer(_) => "ANALYZER",
            Self::Access(_) => "ACCESS",
            Self::User(_) => "USER",
            Self::Sequence(_) => "SEQUENCE",
            Self::Api(_) => "API",
            Self::Bucket(_) => "BUCKET",
            Self::Config(_) => "CONFIG",
            Self::Model(_) => "MODEL",
            Self::Module(_) => "MODULE",
        };
        let on = match self {
            Self::Access(_) | Self::User(_) => " ON DATABASE".to_owned(),
            _ => self
                .table()
                .map_or_else(String::new, |table| format!(" ON {}", quoted(table))),
        };
        let name = self.written_name();
        match before_name {
            "" => format!("{kind} {name}{on}"),
            words => format!("{kind} {words} {name}{on}"),
        }
    }

    /// What it is, in a word.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Table(_) => "table",
            Self::Field(..) => "field",
            Self::Index(..) => "index",
            Self::Event(..) => "event",
            Self::Function(_) => "function",
            Self::Param(_) => "parameter",
            Self::Analyzer(_) => "analyzer",
            Self::Access(_) => "access method",
            Self::User(_) => "user",
            Self::Sequence(_) => "sequence",
            Self::Api(_) => "API",
            Self::Bucket(_) => "bucket",
            Self::Config(_) => "configuration",
            Self::Model(_) => "model",
            Self::Module(_) => "module",
        }
    }

    /// Its name as SurrealQL writes it.
    pub(crate) fn written_name(&self) -> String {
        match self {
            Self::Function(name) => format!("fn::{name}"),
            Self::Param(name) => format!("${name}"),
            Self::Api(path) => format!("{path:?}"),
            Self::Config(name) => name.to_string(),
            Self::Model(name) => format!("ml::{name}"),
            Self::Module(name) if name.starts_with("silo::") => name.to_string(),
            Self::Module(name) => format!("mod::{name}"),
            // A path is written as it is.
            Self::Field(_, path) => path.to_string(),
            _ => quoted(self.name()).into_owned(),
        }
    }
}

/// A name as SurrealQL writes it: in backticks where it has to be.
pub(crate) fn quoted(name: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_number = name.starts_with(|c: char| c.is_ascii_digit());
    if !name.is_empty() && !is_number && name.chars().all(is_plain) {
        return Cow::Borrowed(name);
    }
    let name = name.replace('\\', r"\\").replace('`', r"\`");
    Cow::Owned(format!("`{name}`"))
}

/// As messages name it: ``field `f` of table `t` ``.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind();
        let name = match self {
            Self::Function(_) | Self::Param(_) => self.written_name(),
            _ => self.name().to_owned(),
        };
        write!(f, "{kind} `{name}`")?;
        match self.table() {
            Some(table) => write!(f, " of table `{table}`"),
            None => Ok(()),
        }
    }
}
