//! The proof that down scripts undo their up scripts, with records.

use migrate_files::Version;
use surrealdb::{Connection, Surreal};

use crate::error::Result;
use crate::execute::{self, Prepared};
use crate::report::Verification;
use crate::set::Migrations;

/// [`Migrations::verify`] with records: a migration that changes records is tried on some.
///
/// ```
/// use migrate_runtime::embed_migrations;
///
/// embed_migrations!("migrations");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = surrealdb::engine::any::connect("mem://").await?;
/// db.use_ns("test").use_db("test").await?;
/// let ada = "CREATE source:ada SET title = 'Notes', kind = 'article', authors = 'Ada Lovelace'";
/// let verification = MIGRATIONS.verifier(&db).records(1, ada).verify().await?;
/// assert!(verification.is_sound());
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[must_use = "a verifier does nothing until `verify` is awaited"]
pub struct Verifier<'a, C: Connection> {
    set: &'a Migrations,
    db: &'a Surreal<C>,
    prepared: Prepared,
}

impl<C: Connection> Verifier<'_, C> {
    /// Runs SurrealQL once `version` is applied, and before the next one is; 0 is before the first
    /// one, for what scripts assume. What it creates has to survive that each later migration is
    /// applied and reverted, and is still there when all are reverted from the top: a script that
    /// fails on it fails the verification.
    pub fn records(mut self, version: Version, surrealql: impl Into<String>) -> Self {
        let texts = self.prepared.entry(version).or_default();
        texts.push(surrealql.into());
        self
    }

    /// [`Migrations::verify`].
    ///
    /// # Errors
    /// Those of [`Migrations::verify`];
    /// [`ErrorKind::NoSuchVersion`](crate::ErrorKind::NoSuchVersion) where records are given for a
    /// version that there is not, and [`ErrorKind::NotPrepared`](crate::ErrorKind::NotPrepared) if
    /// they cannot be added.
    pub async fn verify(self) -> Result<Verification> {
        execute::verify(self.set, self.db, &self.prepared).await
    }
}

/// Tests of a set, on a database that holds nothing else.
impl Migrations {
    /// Proves on a scratch database that each down script undoes its up script.
    ///
    /// Each migration is applied, reverted and applied again, and what the database then holds is
    /// compared: its definitions, as it lists them itself, and the records in tables that were there
    /// before. Then all are reverted from the top and applied once more, down to the last migration
    /// that is irreversible. Fields with `VALUE` or `COMPUTED` are the engine's to fill, and not
    /// compared in records.
    ///
    /// `-- migrate: lossy: REASON` in a down script accepts what it leaves, loses or changes, unless
    /// the up script cannot run again.
    ///
    /// ```
    /// # use migrate_runtime::embed_migrations;
    /// # embed_migrations!("migrations");
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let db = surrealdb::engine::any::connect("mem://").await?;
    /// db.use_ns("test").use_db("test").await?;
    /// MIGRATIONS.verify(&db).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotUndone`](crate::ErrorKind::NotUndone) with everything that was found;
    /// [`ErrorKind::NotEmpty`](crate::ErrorKind::NotEmpty), with nothing done, if the database holds
    /// anything but users and access methods; those of [`run`](Self::run) and
    /// [`revert`](Self::revert) if a script fails.
    pub async fn verify<C: Connection>(&self, db: &Surreal<C>) -> Result<Verification> {
        self.verifier(db).verify().await
    }

    /// The same with records to try the migrations on.
    pub fn verifier<'a, C: Connection>(&'a self, db: &'a Surreal<C>) -> Verifier<'a, C> {
        Verifier {
            set: self,
            db,
            prepared: Prepared::new(),
        }
    }
}
