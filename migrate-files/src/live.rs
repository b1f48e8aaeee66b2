//! A database's schema beside what it was, or beside what migrations make of it.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeBounds;

use migrate_schema::model::{Change, Difference, DifferenceKind, Drift, DriftKind, Object, Schema};
use migrate_schema::parse::{parse, parse_object};
use migrate_schema::rules::history_tables;
use serde::Serialize;

use crate::migration::{Migration, Version};
use crate::place::Place;
use crate::script::Script;
use crate::text::Directives;

pub use migrate_schema::model::LiveSchema;
pub use migrate_schema::parse::listed;

/// A definition of a database that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SchemaDifference {
    /// Which one, in words: ``field `name` of table `person` ``.
    pub object: String,
    /// How it differs.
    pub kind: SchemaDifferenceKind,
    /// The statement that makes what should be there, where that is known; `None` if nothing should
    /// be there.
    pub expected: Option<String>,
    /// The statement that makes what is there, where that is known; `None` if nothing is there.
    pub found: Option<String>,
    /// The statement of a migration that has made the difference, or else the definition:
    /// `migrations/003_notes.up.surql:4`. `None` if no migration has to do with it.
    pub origin: Option<String>,
    /// The statement that makes it as it should be, without a semicolon. It ends in `…` where it is
    /// not known what that is.
    pub remedy: String,
}

/// How a definition differs from what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SchemaDifferenceKind {
    /// It is there, and should not be.
    Unexpected,
    /// It is not there, and should be.
    Missing,
    /// It is there, and says something else.
    Different,
}

/// The parameters whose value is what an expression gives when they are defined, which may be another
/// one each time: `DEFINE PARAM $installed VALUE time::now()`.
#[derive(Debug, Default)]
pub struct OpenParams(BTreeSet<Object>);

impl OpenParams {
    /// Those of some scripts.
    pub fn of<'s>(scripts: impl IntoIterator<Item = &'s Script>) -> Self {
        let statements = scripts.into_iter().flat_map(|it| Statements::of(it).0);
        let changes = statements.flat_map(|(_, changes)| changes);
        let open = changes.filter_map(|change| match change {
            Change::Defines {
                object,
                definition: None,
                ..
            }
            | Change::Alters {
                object,
                alteration: None,
                ..
            }
            | Change::MayChange(object) => Some(object),
            _ => None,
        });
        Self(open.filter(|it| matches!(it, Object::Param(_))).collect())
    }
}

/// What a migration has left behind, lost or changed after it was applied and reverted, from what a
/// database had before and what it has now.
#[must_use]
pub fn not_undone(
    migration: &Migration,
    before: &LiveSchema,
    now: &LiveSchema,
    open: &OpenParams,
) -> Vec<SchemaDifference> {
    let up = Statements::of(&migration.up);
    let down = migration.down.as_ref().map(Statements::of);
    let differences = now.differences(before).into_iter();
    let differences = differences.filter(|it| !(it.is_changed() && open.0.contains(&it.object)));
    let differences = differences.map(|difference| {
        let remedy = difference.remedy();
        let Difference { object, kind } = difference;
        let last = up.last_about(&object);
        let last = last.or_else(|| down.as_ref()?.last_about(&object));
        let definition = |schema: &LiveSchema| schema.definition(&object).map(ToString::to_string);
        SchemaDifference {
            kind: match kind {
                DifferenceKind::Left(()) => SchemaDifferenceKind::Unexpected,
                DifferenceKind::Lost { .. } => SchemaDifferenceKind::Missing,
                _ => SchemaDifferenceKind::Different,
            },
            expected: definition(before),
            found: definition(now),
            origin: last.map(ToString::to_string),
            remedy,
            object: object.to_string(),
        }
    });
    differences.collect()
}

/// What of a database is not what migrations up to the current version make of an empty one, or of one
/// with the `assumed` definitions, and how many definitions could not be compared, since the
/// migrations' text leaves open what they make. The runner's own tables and users are left out.
#[must_use]
pub fn drift<'s>(
    migrations: impl IntoIterator<Item = &'s Migration>,
    current: Version,
    assumed: Option<&'s Script>,
    table: &str,
    live: &LiveSchema,
) -> (Vec<SchemaDifference>, usize) {
    let mut schema = before(assumed, table);
    for migration in migrations {
        // What one assumes that is pending is there already.
        assume_all(&mut schema, &assumed_by_scripts(migration));
        if migration.version <= current {
            Statements::of(&migration.up).apply(&mut schema);
        }
    }
    differences(live, &schema, live.drift(&schema))
}

/// The same for each of some versions, 0 among them, as far as the migrations have to do with it: a
/// database that another program has set up holds tables of that program as well.
pub fn drift_by_version<'s>(
    migrations: impl IntoIterator<Item = &'s Migration>,
    assumed: Option<&'s Script>,
    table: &str,
    live: &LiveSchema,
    compared: impl RangeBounds<Version>,
    mut found: impl FnMut(Version, Vec<SchemaDifference>, usize),
) {
    let migrations: Vec<&Migration> = migrations.into_iter().collect();
    let statements = migrations.iter().map(|it| Statements::of(&it.up));
    let statements: Vec<Statements> = statements.collect();
    let assumptions = migrations.iter().map(|it| assumed_by_scripts(it));
    let assumptions: Vec<Vec<Object>> = assumptions.collect();
    let defined: BTreeSet<&Object> = statements.iter().flat_map(Statements::defined).collect();
    let has_to_do = |drift: &Drift<Origin>| {
        let table = drift.object.table().cloned().map(Object::Table);
        let is_new = matches!(drift.kind, DriftKind::Unexpected { removed: None });
        !is_new
            || defined.contains(&drift.object)
            || table.is_some_and(|table| defined.contains(&table))
    };
    let mut schema = before(assumed, table);
    let versions = migrations.iter().map(|migration| migration.version);
    for (index, version) in std::iter::once(0).chain(versions).enumerate() {
        if let Some(last) = index.checked_sub(1) {
            assume_all(&mut schema, &assumptions[last]);
            statements[last].apply(&mut schema);
        }
        if !compared.contains(&version) {
            continue;
        }
        let mut now = schema.branch();
        for pending in &assumptions[index..] {
            assume_all(&mut now, pending);
        }
        let mut drift = live.drift(&now);
        drift.retain(has_to_do);
        let (differences, not_compared) = differences(live, &now, drift);
        found(version, differences, not_compared);
    }
}

/// What is there before the first migration.
fn before(assumed: Option<&Script>, table: &str) -> Schema<'static, Origin> {
    let mut schema = Schema::empty();
    for table in history_tables(table) {
        schema.assume(&Object::Table(table));
    }
    if let Some(assumed) = assumed {
        Statements::of(assumed).apply(&mut schema);
    }
    schema
}

fn assume_all(schema: &mut Schema<'_, Origin>, objects: &[Object]) {
    for object in objects {
        schema.assume(object);
    }
}

fn assumed_by_scripts(migration: &Migration) -> Vec<Object> {
    let scripts = [Some(&migration.up), migration.down.as_ref()];
    scripts.into_iter().flatten().flat_map(assumed_by).collect()
}

/// In words, with how many definitions could not be compared.
fn differences(
    live: &LiveSchema,
    schema: &Schema<'_, Origin>,
    drift: Vec<Drift<Origin>>,
) -> (Vec<SchemaDifference>, usize) {
    let drift = drift.into_iter().map(|drift| {
        let remedy = drift.remedy();
        let Drift { object, kind } = drift;
        let (kind, at, expected) = match kind {
            DriftKind::Unexpected { removed } => (SchemaDifferenceKind::Unexpected, removed, None),
            DriftKind::Missing { at, expected } => {
                (SchemaDifferenceKind::Missing, Some(at), expected)
            }
            DriftKind::Differs { at, expected } => {
                (SchemaDifferenceKind::Different, Some(at), Some(expected))
            }
            _ => (SchemaDifferenceKind::Different, None, None),
        };
        SchemaDifference {
            kind,
            expected: expected.map(|expected| expected.to_string()),
            found: live.definition(&object).map(ToString::to_string),
            origin: at.map(|at| at.to_string()),
            remedy,
            object: object.to_string(),
        }
    });
    let not_compared = live.not_compared(schema);
    let not_compared = not_compared.filter(|object| !matches!(object, Object::User(_)));
    (drift.collect(), not_compared.count())
}

/// What a database holds, in words, apart from who may sign in to it.
#[must_use]
pub fn contents(schema: &LiveSchema) -> Vec<String> {
    let objects = schema.iter().map(|(object, _)| object);
    let objects = objects.filter(|it| !matches!(it, Object::User(_) | Object::Access(_)));
    let tables = objects.filter(|it| it.table().is_none());
    tables.map(ToString::to_string).collect()
}

/// Why a down script does not undo everything, where it says so.
#[must_use]
pub fn lossy(down: &Script) -> Option<String> {
    Directives::of(&down.text).lossy().map(str::to_owned)
}

fn assumed_by(script: &Script) -> Vec<Object> {
    let directives = Directives::of(&script.text);
    let assumed = directives.assumed();
    let objects = assumed.filter_map(|(text, _)| parse_object(text));
    objects.collect()
}

/// Where a statement is.
#[derive(Debug, Clone)]
struct Origin {
    file: String,
    place: Place,
}

/// Its file and line.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.place.line)
    }
}

/// What a script does to the schema, with where.
struct Statements(Vec<(Origin, Vec<Change>)>);

impl Statements {
    fn of(script: &Script) -> Self {
        let statements = parse(&script.text).statements.into_iter();
        let statements = statements.map(|statement| {
            let file = script.file.to_string();
            let place = script.place(statement.span.start as usize);
            (Origin { file, place }, statement.changes)
        });
        Self(statements.collect())
    }

    /// What fails here has failed on the database as well, and is not applied there.
    fn apply(&self, schema: &mut Schema<'_, Origin>) {
        for (origin, changes) in &self.0 {
            for change in changes {
                let _ = schema.apply(change, origin);
            }
        }
    }

    /// What they define.
    fn defined(&self) -> impl Iterator<Item = &Object> {
        let changes = self.0.iter().flat_map(|(_, changes)| changes);
        changes.filter_map(|change| match change {
            Change::Defines { object, .. } => Some(object),
            _ => None,
        })
    }

    /// The last statement that defines, alters or removes something.
    fn last_about(&self, object: &Object) -> Option<&Origin> {
        let is_about = |change: &Change| change.is_about(object);
        let mut statements = self.0.iter().rev();
        let last = statements.find(|(_, changes)| changes.iter().any(is_about));
        last.map(|(origin, _)| origin)
    }
}
