//! What a schema consists of.

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
            | Self::Sequence(name) => name,
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
        };
        let on = match self {
            Self::Access(_) | Self::User(_) => " ON DATABASE".to_owned(),
            _ => self
                .table()
                .map_or_else(String::new, |table| format!(" ON {table}")),
        };
        let name = self.written_name();
        match before_name {
            "" => format!("{kind} {name}{on}"),
            words => format!("{kind} {words} {name}{on}"),
        }
    }

    /// Its name as SurrealQL writes it.
    fn written_name(&self) -> String {
        match self {
            Self::Function(name) => format!("fn::{name}"),
            Self::Param(name) => format!("${name}"),
            _ => self.name().to_owned(),
        }
    }
}

/// As messages name it: ``field `f` of table `t` ``.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
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
        };
        write!(f, "{kind} `{}`", self.written_name())?;
        match self.table() {
            Some(table) => write!(f, " of table `{table}`"),
            None => Ok(()),
        }
    }
}
