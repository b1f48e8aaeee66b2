//! How a database differs from what its migrations make.

use std::fmt;

use crate::report::format::count;
use migrate_files::Version;
use migrate_files::live::{SchemaDifference, SchemaDifferenceKind};
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

/// What [`Migrations::drift`](crate::Migrations::drift) found. Prints as a list.
///
/// As JSON it has the fields below, `message` (its last line) and `rendered` (the whole list).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drift {
    /// The database's version.
    pub version: Version,
    /// Every definition that is not what the migrations up to this version make.
    pub schema: Vec<SchemaDifference>,
    /// How many definitions were not compared, since the migrations' text leaves open what they make:
    /// those in a loop, for example, or of what they assume.
    pub not_compared: usize,
}

impl Drift {
    /// Whether there is no difference.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.schema.is_empty()
    }

    pub(crate) fn message(&self) -> String {
        let version = self.version;
        let message = match self.schema.len() {
            0 => format!("the schema is what the migrations make of it, at version {version}"),
            1 => {
                format!("1 definition is not what the migrations make of it, at version {version}")
            }
            more => format!(
                "{more} definitions are not what the migrations make of them, at version {version}"
            ),
        };
        match self.not_compared {
            0 => message,
            some => format!(
                "{message}, apart from {} of which their text does not say what they make",
                count(some, "definition")
            ),
        }
    }

    /// A line for each, and what it says and should say below.
    pub(crate) fn findings(&self) -> Vec<String> {
        self.schema.iter().flat_map(lines).collect()
    }
}

fn lines(difference: &SchemaDifference) -> Vec<String> {
    let SchemaDifference {
        object,
        kind,
        expected,
        found,
        origin,
        ..
    } = difference;
    let (what, verb) = match kind {
        SchemaDifferenceKind::Unexpected => ("no migration defines", "removed in"),
        SchemaDifferenceKind::Missing => ("missing:", "defined in"),
        _ => ("different:", "defined in"),
    };
    let origin = origin.as_ref();
    let origin = origin.map_or_else(String::new, |origin| format!(", {verb} {origin}"));
    let mut lines = vec![format!("{what} {object}{origin}")];
    lines.extend(expected.iter().map(|text| format!("  should be: {text}")));
    lines.extend(found.iter().map(|text| format!("  is:        {text}")));
    lines
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.findings() {
            writeln!(f, "{line}")?;
        }
        f.write_str(&self.message())
    }
}

impl Serialize for Drift {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Drift", 5)?;
        fields.serialize_field("version", &self.version)?;
        fields.serialize_field("schema", &self.schema)?;
        fields.serialize_field("not_compared", &self.not_compared)?;
        fields.serialize_field("message", &self.message())?;
        fields.serialize_field("rendered", &self.to_string())?;
        fields.end()
    }
}
