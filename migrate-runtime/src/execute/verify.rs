//! Each migration up, down and up again on a scratch database, and then all of them down and up.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use migrate_files::live::{LiveSchema, OpenParams, SchemaDifference, contents, lossy, not_undone};
use migrate_files::{Migration, Version};
use surrealdb::{Connection, IndexedResults, Surreal};

use crate::error::{EngineError, Error, ErrorKind, Result};
use crate::execute::context::Context;
use crate::execute::down::revert_to;
use crate::execute::up::{Target, up};
use crate::inspect::{Records, compare, read_records};
use crate::report::{IndexBuild, Report, Verification, VerifiedMigration};
use crate::set::Migrations;

/// Indexes of a few test records are built in a moment; one that is not by then is stuck.
const INDEX_WAIT: Duration = Duration::from_mins(1);

/// How many characters of a text a message quotes.
const MAX_SHOWN: usize = 60;

/// SurrealQL that is run once a version is applied, before the next one is.
pub(crate) type Prepared = BTreeMap<Version, Vec<String>>;

/// Proves each migration on an empty database.
pub(crate) async fn verify<C: Connection>(
    set: &Migrations,
    db: &Surreal<C>,
    prepared: &Prepared,
) -> Result<Verification> {
    let mut context = Context::new(set, db);
    context.options.index_wait = Some(INDEX_WAIT);
    context.options.lease_term = None;
    // What was prepared for the first migration may be what it is made for.
    context.options.allows_existing_tables = true;
    check_empty(&context).await?;
    check_versions(&context, prepared)?;
    let mut proof = Proof {
        context,
        prepared,
        open: OpenParams::of(set.scripts()),
        schemas: Vec::new(),
        verified: Vec::new(),
        failed_indexes: Vec::new(),
    };
    if let Some(assumed) = set.assumed() {
        let what = format!("the definitions in {}", assumed.file);
        proof.add(&assumed.text, what).await?;
    }
    if proof.each().await? {
        proof.all_down_and_up().await?;
    }
    let verification = Verification {
        not_tried: set.len() - proof.verified.len(),
        migrations: proof.verified,
    };
    match verification.is_sound() {
        true => Ok(verification),
        false => Err(ErrorKind::NotUndone { verification }.into()),
    }
}

/// A database that holds anything is not one to try migrations on. Who may sign in is no part of that.
async fn check_empty<C: Connection>(context: &Context<'_, C>) -> Result<()> {
    let history = context.read().await?;
    let schema = context.schema().await?;
    let own = context.tables.own_names();
    let own = own
        .into_iter()
        .filter(|name| history.all_tables.contains(name));
    let own = own.map(|name| format!("table `{name}`"));
    let found: Vec<String> = own.chain(contents(&schema)).collect();
    match found.is_empty() {
        true => Ok(()),
        false => Err(ErrorKind::NotEmpty { found }.into()),
    }
}

fn check_versions<C: Connection>(context: &Context<'_, C>, prepared: &Prepared) -> Result<()> {
    let is_missing = |version: &&Version| **version > 0 && context.set.get(**version).is_none();
    match prepared.keys().find(is_missing) {
        Some(version) => Err(context.no_such_version(*version)),
        None => Ok(()),
    }
}

/// What a database holds.
struct Contents {
    schema: LiveSchema,
    records: Records,
}

/// The way through a set.
struct Proof<'a, C: Connection> {
    context: Context<'a, C>,
    prepared: &'a Prepared,
    /// Parameters whose values are not compared.
    open: OpenParams,
    /// The schema at each version, from 0.
    schemas: Vec<LiveSchema>,
    verified: Vec<VerifiedMigration>,
    /// All that could not be built so far.
    failed_indexes: Vec<IndexBuild>,
}

impl<C: Connection> Proof<'_, C> {
    /// Each migration up, down and up again, on what those before it made. Whether that reached the
    /// last one.
    async fn each(&mut self) -> Result<bool> {
        self.add_prepared(0).await?;
        let mut before = self.contents().await?;
        self.schemas.push(before.schema.clone());
        for migration in self.context.set {
            let mut verified = VerifiedMigration {
                version: migration.version,
                name: migration.name.to_string(),
                is_irreversible: migration.down.is_none(),
                lossy: migration.down.as_ref().and_then(lossy),
                schema: Vec::new(),
                records: Vec::new(),
                reapplied: Vec::new(),
                failed: None,
                failed_indexes: Vec::new(),
            };
            let tried = self.one(migration, &before, &mut verified).await;
            self.verified.push(verified);
            if let Err(error) = tried {
                self.note(migration, error)?;
                return Ok(false);
            }
            self.add_prepared(migration.version).await?;
            before = self.contents().await?;
        }
        Ok(true)
    }

    /// One migration up, down and up again.
    async fn one(
        &mut self,
        migration: &Migration,
        before: &Contents,
        verified: &mut VerifiedMigration,
    ) -> Result<()> {
        let version = migration.version;
        verified.failed_indexes = self.up_to(version).await?;
        let after = self.context.schema().await?;
        self.schemas.push(after.clone());
        if migration.down.is_none() {
            return Ok(());
        }
        self.down_to(version_before(migration)).await?;
        let now = self.contents().await?;
        verified.schema = not_undone(migration, &before.schema, &now.schema, &self.open);
        verified.records = compare(
            (&before.records, &before.schema),
            (&now.records, &now.schema),
        );
        self.up_to(version).await?;
        let again = self.context.schema().await?;
        verified.reapplied = not_undone(migration, &after, &again, &self.open);
        Ok(())
    }

    /// From the top down to the first version, or the last that is irreversible, and up once more.
    async fn all_down_and_up(&mut self) -> Result<()> {
        let set = self.context.set;
        let reversible = set.iter().rev().take_while(|it| it.down.is_some());
        let reversible: Vec<&Migration> = reversible.collect();
        // What one migration loses is not there for those below it, either.
        let mut known: BTreeSet<String> = BTreeSet::new();
        for migration in &reversible {
            if let Err(error) = self.down_to(version_before(migration)).await {
                return self.note(migration, error);
            }
            let now = self.context.schema().await?;
            let before = &self.schemas[self.index(migration)];
            let new = not_undone(migration, before, &now, &self.open);
            let index = self.index(migration);
            let verified = &mut self.verified[index];
            known.extend(verified.schema.iter().map(|it| it.object.clone()));
            verified.schema.extend(unknown(new, &mut known));
        }
        for migration in reversible.into_iter().rev() {
            if let Err(error) = self.up_to(migration.version).await {
                return self.note(migration, error);
            }
            let now = self.context.schema().await?;
            let index = self.index(migration);
            let after = &self.schemas[index + 1];
            let new = not_undone(migration, after, &now, &self.open);
            let verified = &mut self.verified[index];
            verified.reapplied.extend(unknown(new, &mut known));
        }
        Ok(())
    }

    /// Keeps a failure with what was found before, which may explain it.
    ///
    /// # Errors
    /// The failure, if it is all that is wrong.
    fn note(&mut self, migration: &Migration, error: Error) -> Result<()> {
        let has_findings = self.verified.iter().any(VerifiedMigration::has_findings);
        if !has_findings {
            return Err(error);
        }
        let index = self.index(migration);
        self.verified[index].failed = Some(error.to_string());
        Ok(())
    }

    /// A migration's place in its set, which is also where the version before it is among the schemas.
    fn index(&self, migration: &Migration) -> usize {
        let mut set = self.context.set.iter();
        let index = set.position(|it| it.version == migration.version);
        index.unwrap_or_default()
    }

    /// Applies what is pending up to a version, and returns the indexes that could not be built.
    async fn up_to(&mut self, version: Version) -> Result<Vec<IndexBuild>> {
        let outcome = up(&self.context, Target::Version(version)).await;
        self.newly_failed(outcome)
    }

    async fn down_to(&mut self, version: Version) -> Result<()> {
        let outcome = revert_to(&self.context, version).await;
        self.newly_failed(outcome).map(drop)
    }

    /// The indexes that a call reports as failed and no call before it did. It is asked for those of
    /// all scripts.
    fn newly_failed(&mut self, outcome: Result<Report>) -> Result<Vec<IndexBuild>> {
        let Err(error) = outcome else {
            return Ok(Vec::new());
        };
        let ErrorKind::FailedIndexes { indexes } = error.kind() else {
            return Err(error);
        };
        let is_new = |build: &&IndexBuild| !self.failed_indexes.contains(build);
        let new: Vec<IndexBuild> = indexes.iter().filter(is_new).cloned().collect();
        self.failed_indexes.extend(new.iter().cloned());
        Ok(new)
    }

    async fn contents(&self) -> Result<Contents> {
        let schema = self.context.schema().await?;
        let timeout = self.context.options.request_timeout;
        let records = read_records(self.context.db, &schema, timeout).await?;
        Ok(Contents { schema, records })
    }

    async fn add_prepared(&self, version: Version) -> Result<()> {
        for text in self.prepared.get(&version).into_iter().flatten() {
            let start: String = text.chars().take(MAX_SHOWN).collect();
            let what = format!("what is given for version {version}, `{start}`,");
            self.add(text, what).await?;
        }
        Ok(())
    }

    async fn add(&self, text: &str, what: String) -> Result<()> {
        let response = self.context.db.query(text).await;
        match response.and_then(IndexedResults::check) {
            Ok(_) => Ok(()),
            Err(error) => {
                let engine = EngineError::from(&error);
                Err(ErrorKind::NotPrepared { what, engine }.into())
            }
        }
    }
}

/// The version that is current before a migration; 0 before the first one.
fn version_before(migration: &Migration) -> Version {
    migration.versions().start() - 1
}

/// Those that are about something else than all before.
fn unknown(found: Vec<SchemaDifference>, known: &mut BTreeSet<String>) -> Vec<SchemaDifference> {
    let found = found.into_iter();
    found.filter(|it| known.insert(it.object.clone())).collect()
}
