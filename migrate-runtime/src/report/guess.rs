//! The version that a database without a history is at, as far as its schema tells.

use std::fmt;

use migrate_files::Version;
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use crate::report::drift::Drift;

/// What [`Runner::guess_version`](crate::Runner::guess_version) found. Prints as a list.
///
/// As JSON it has the fields below, `message` (its last line) and `rendered` (the whole list).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionGuess {
    /// The versions that fit best, the lowest first; 0 is before the first migration. There are
    /// several where migrations change records alone, or nothing that was compared.
    pub versions: Vec<Version>,
    /// What the schema does not have in common with the last one of them.
    pub drift: Drift,
}

impl VersionGuess {
    /// Takes a comparison with a higher version into account.
    pub(crate) fn consider(&mut self, drift: Drift) {
        let best = self.drift.schema.len();
        if self.versions.is_empty() || drift.schema.len() < best {
            self.versions = vec![drift.version];
        } else if drift.schema.len() == best {
            self.versions.push(drift.version);
        } else {
            return;
        }
        self.drift = drift;
    }

    fn message(&self) -> String {
        let versions = match &*self.versions {
            [] | [0] => "version 0 fits best, before the first migration".to_owned(),
            [only] => format!("version {only} fits best"),
            several => {
                let several: Vec<String> = several.iter().map(ToString::to_string).collect();
                format!("the versions {} fit best, and alike", several.join(", "))
            }
        };
        format!("{versions}: {}", self.drift.message())
    }
}

impl fmt::Display for VersionGuess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.drift.findings() {
            writeln!(f, "{line}")?;
        }
        f.write_str(&self.message())
    }
}

impl Serialize for VersionGuess {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("VersionGuess", 4)?;
        fields.serialize_field("versions", &self.versions)?;
        fields.serialize_field("drift", &self.drift)?;
        fields.serialize_field("message", &self.message())?;
        fields.serialize_field("rendered", &self.to_string())?;
        fields.end()
    }
}
