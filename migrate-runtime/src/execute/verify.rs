//! Each migration up, down and up again on a scratch database, and then all of them down and up.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use migrate_files::live::{LiveSchema, SchemaDifference, contents, lossy, not_undone};
use migrate_files::{Migration, Version};
use surrealdb::{Connection, Surreal};

use crate::error::{ErrorKind, Result};
use crate::execute::context::Context;
use crate::execute::down::revert_to;
use crate::execute::up::{Target, up};
use crate::inspect::{Records, compare, read_records, read_schema};
use crate::report::{IndexBuild, Verification, VerifiedMigration};
use crate::set::Migrations;

/// Indexes of a few test records are built in a moment; one that is not by then is stuck.
const INDEX_WAIT: Duration = Duration::from_mins(1);

const ADD_RECORDS: &str = "add the records for the verification";

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
        schemas: Vec::new(),
        verified: Vec::new(),
    };
    if let Some(assumed) = set.assumed() {
        proof.add(&assumed.text).await?;
    }
    proof.each().await?;
    if proof.verified.iter().all(|it| it.not_reapplied.is_none()) {
        proof.all_down_and_up().await?;
    }
    let migrations = proof.verified;
    let verification = Verification { migrations };
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
    let latest = context.set.latest_version();
    match prepared.keys().find(|version| **version > latest) {
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
    /// The schema at each version, from 0.
    schemas: Vec<LiveSchema>,
    verified: Vec<VerifiedMigration>,
}

impl<C: Connection> Proof<'_, C> {
    /// Each migration up, down and up again, on what those before it made.
    async fn each(&mut self) -> Result<()> {
        self.add_prepared(0).await?;
        let mut before = self.contents().await?;
        self.schemas.push(before.schema.clone());
        for migration in self.context.set {
            let (verified, after) = self.one(migration, &before).await?;
            let is_at_end = verified.not_reapplied.is_some();
            self.verified.push(verified);
            self.schemas.push(after);
            if is_at_end {
                return Ok(());
            }
            self.add_prepared(migration.version).await?;
            before = self.contents().await?;
        }
        Ok(())
    }

    /// One migration up, down and up again, and the schema that it makes.
    async fn one(
        &self,
        migration: &Migration,
        before: &Contents,
    ) -> Result<(VerifiedMigration, LiveSchema)> {
        let version = migration.version;
        let mut verified = VerifiedMigration {
            version,
            name: migration.name.to_string(),
            is_irreversible: migration.down.is_none(),
            lossy: migration.down.as_ref().and_then(lossy),
            schema: Vec::new(),
            records: Vec::new(),
            reapplied: Vec::new(),
            not_reapplied: None,
            failed_indexes: self.up_to(version).await?,
        };
        let after = self.context.schema().await?;
        if migration.down.is_none() {
            return Ok((verified, after));
        }
        revert_to(&self.context, version - 1).await?;
        let now = self.contents().await?;
        verified.schema = not_undone(migration, &before.schema, &now.schema);
        verified.records = compare(
            (&before.records, &before.schema),
            (&now.records, &now.schema),
        );
        match self.up_to(version).await {
            Ok(_) => {
                let again = self.context.schema().await?;
                verified.reapplied = not_undone(migration, &after, &again);
            }
            // What it left explains why.
            Err(error) if !verified.schema.is_empty() || !verified.records.is_empty() => {
                verified.not_reapplied = Some(error.to_string());
            }
            Err(error) => return Err(error),
        }
        Ok((verified, after))
    }

    /// From the top down to the first version, or the last that is irreversible, and up once more.
    async fn all_down_and_up(&mut self) -> Result<()> {
        let set = self.context.set;
        let reversible = set.iter().rev().take_while(|it| it.down.is_some());
        let reversible: Vec<&Migration> = reversible.collect();
        // What one migration loses is not there for those below it, either.
        let mut known: BTreeSet<String> = BTreeSet::new();
        for migration in &reversible {
            revert_to(&self.context, migration.version - 1).await?;
            let now = self.context.schema().await?;
            let verified = &mut self.verified[index(migration)];
            known.extend(verified.schema.iter().map(|it| it.object.clone()));
            let new = not_undone(migration, &self.schemas[index(migration)], &now);
            verified.schema.extend(unknown(new, &mut known));
        }
        for migration in reversible.into_iter().rev() {
            self.up_to(migration.version).await?;
            let now = self.context.schema().await?;
            let new = not_undone(migration, &self.schemas[index(migration) + 1], &now);
            let verified = &mut self.verified[index(migration)];
            verified.reapplied.extend(unknown(new, &mut known));
        }
        Ok(())
    }

    /// Applies what is pending up to a version, and returns the indexes that could not be built.
    async fn up_to(&self, version: Version) -> Result<Vec<IndexBuild>> {
        match up(&self.context, Target::Version(version)).await {
            Ok(_) => Ok(Vec::new()),
            Err(error) => match error.kind() {
                ErrorKind::FailedIndexes { indexes } => Ok(indexes.clone()),
                _ => Err(error),
            },
        }
    }

    async fn contents(&self) -> Result<Contents> {
        let schema = self.context.schema().await?;
        let timeout = self.context.options.request_timeout;
        let records = read_records(self.context.db, &schema, timeout).await?;
        Ok(Contents { schema, records })
    }

    async fn add_prepared(&self, version: Version) -> Result<()> {
        for text in self.prepared.get(&version).into_iter().flatten() {
            self.add(text).await?;
        }
        Ok(())
    }

    async fn add(&self, text: &str) -> Result<()> {
        let failed = |error| ErrorKind::engine_error(ADD_RECORDS, error);
        let response = self.context.db.query(text).await.map_err(failed)?;
        response.check().map_err(failed)?;
        Ok(())
    }
}

/// A migration's place in its set, which is also where the version before it is among the schemas.
fn index(migration: &Migration) -> usize {
    migration.version as usize - 1
}

/// Those that are about something else than all before.
fn unknown(found: Vec<SchemaDifference>, known: &mut BTreeSet<String>) -> Vec<SchemaDifference> {
    let found = found.into_iter();
    found.filter(|it| known.insert(it.object.clone())).collect()
}

impl<C: Connection> Context<'_, C> {
    /// The definitions of the database, apart from the runner's own tables.
    pub(super) async fn schema(&self) -> Result<LiveSchema> {
        read_schema(self.db, &self.tables, self.options.request_timeout).await
    }
}
