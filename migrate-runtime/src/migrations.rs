//! The set itself, and the calls that bring a database to one of its versions.

use std::borrow::Cow;

use migrate_files::table_name;
use surrealdb::{Connection, Surreal};

use crate::error::{Error, Result};
use crate::report::{Plan, Report};
use crate::runner::Runner;
use crate::status::Status;
use crate::{Migration, Version};

/// An ordered set of migrations with the history table that it is recorded in:
/// what [`embed_migrations!`](crate::embed_migrations) makes.
///
/// Every call that takes a database uses the namespace and database that the connection has
/// selected, and needs a user who may change the schema there: an owner or editor of the database,
/// or of what it is in.
///
/// Each call is short for one on the [`Runner`], which takes options.
#[derive(Debug, Clone)]
pub struct Migrations {
    table: Cow<'static, str>,
    /// In order, from version 1, without gaps.
    set: Cow<'static, [Migration]>,
    /// Where the set was read from, to notice new files; none in release builds.
    directory: Option<&'static str>,
}

/// The macro's constructor: it has checked the order and the table's name.
#[doc(hidden)]
#[must_use]
pub const fn embedded(
    table: &'static str,
    migrations: &'static [Migration],
    directory: Option<&'static str>,
) -> Migrations {
    assert!(table_name::is_valid(table));
    Migrations {
        table: Cow::Borrowed(table),
        set: Cow::Borrowed(migrations),
        directory,
    }
}

impl Migrations {
    /// Reads a directory now, with the very reader of the macro, for tools and tests. An
    /// application embeds its migrations instead, so that what is wrong with them is found when it
    /// is built.
    ///
    /// # Errors
    /// [`Error::Directory`] with every problem of the directory.
    #[cfg(feature = "directory")]
    pub fn read(directory: impl AsRef<std::path::Path>) -> Result<Self> {
        let directory = migrate_files::Directory::at(directory.as_ref());
        let migrations =
            migrate_files::read_directory(&directory).map_err(|problems| Error::Directory {
                problems: problems.iter().map(ToString::to_string).collect(),
            })?;
        Ok(Self {
            table: Cow::Borrowed(table_name::DEFAULT),
            set: Cow::Owned(migrations),
            directory: None,
        })
    }

    /// Applies everything that is pending.
    ///
    /// Each migration is applied wholly and once, or not at all, whoever else is starting at the
    /// same moment. A database that is up to date costs one request, and nothing is written.
    ///
    /// # Errors
    /// [`Error`] lists them; where a migration failed, those before it stay applied.
    pub async fn run<C: Connection>(&self, db: &Surreal<C>) -> Result<Report> {
        self.runner(db).run().await
    }

    /// Applies what is pending up to and including `version`.
    ///
    /// # Errors
    /// Those of [`run`](Self::run); [`Error::NoSuchVersion`] and [`Error::WrongDirection`], with
    /// nothing done, where `version` is not in the set or below the current one.
    pub async fn run_to<C: Connection>(&self, db: &Surreal<C>, version: Version) -> Result<Report> {
        self.runner(db).run_to(version).await
    }

    /// Applies the next pending migration alone.
    ///
    /// # Errors
    /// Those of [`run`](Self::run).
    pub async fn run_one<C: Connection>(&self, db: &Surreal<C>) -> Result<Report> {
        self.runner(db).run_one().await
    }

    /// Reverts the last migration that is applied; nothing where none is.
    ///
    /// # Errors
    /// [`Error::Irreversible`] and [`Error::NoDownScript`], with nothing done; [`Error::Script`]
    /// where the down script failed.
    pub async fn revert<C: Connection>(&self, db: &Surreal<C>) -> Result<Report> {
        self.runner(db).revert().await
    }

    /// Reverts the last one, and the one before it, until `version` is the current one; 0 for
    /// none. Whether each of them can be reverted is checked before the first one is.
    ///
    /// What a newer build has applied is reverted with the down script that it left in the history.
    ///
    /// # Errors
    /// Those of [`revert`](Self::revert); [`Error::NoSuchVersion`] and [`Error::WrongDirection`],
    /// with nothing done, where there is no such version or it is above the current one.
    pub async fn revert_to<C: Connection>(
        &self,
        db: &Surreal<C>,
        version: Version,
    ) -> Result<Report> {
        self.runner(db).revert_to(version).await
    }

    /// Reverts the last migration and applies it again: for work on a script that is not released.
    ///
    /// # Errors
    /// Those of [`revert`](Self::revert) and [`run`](Self::run).
    pub async fn redo<C: Connection>(&self, db: &Surreal<C>) -> Result<Report> {
        self.runner(db).redo().await
    }

    /// Every migration with its state, embedded and recorded, in order.
    ///
    /// # Errors
    /// Where the history cannot be read. What `run` would refuse is told as a state, not as an
    /// error.
    pub async fn status<C: Connection>(&self, db: &Surreal<C>) -> Result<Status> {
        self.runner(db).status().await
    }

    /// What [`run`](Self::run) would do, without doing it.
    ///
    /// # Errors
    /// What `run` would refuse.
    pub async fn plan<C: Connection>(&self, db: &Surreal<C>) -> Result<Plan> {
        self.runner(db).plan().await
    }

    /// The highest version that is applied; 0 where nothing is.
    ///
    /// # Errors
    /// Where the history cannot be read: only a history table that does not exist counts as 0.
    pub async fn current_version<C: Connection>(&self, db: &Surreal<C>) -> Result<Version> {
        self.runner(db).current_version().await
    }

    /// Whether a migration of this set is not applied yet.
    ///
    /// # Errors
    /// Where the history cannot be read.
    pub async fn needs_migration<C: Connection>(&self, db: &Surreal<C>) -> Result<bool> {
        self.runner(db).needs_migration().await
    }

    /// The calls above with options.
    pub fn runner<'a, C: Connection>(&'a self, db: &'a Surreal<C>) -> Runner<'a, C> {
        Runner::new(self, db)
    }

    /// The highest version of the set; 0 for an empty one.
    #[must_use]
    pub fn latest_version(&self) -> Version {
        self.set.last().map_or(0, |last| last.version)
    }

    /// How many migrations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.set.len()
    }

    /// Whether there is no migration; never true of an embedded set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// The migrations in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Migration> {
        self.set.iter()
    }

    /// A migration by its version.
    #[must_use]
    pub fn get(&self, version: Version) -> Option<&Migration> {
        let index = usize::try_from(version).ok()?.checked_sub(1)?;
        self.set.get(index)
    }

    /// The history table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The same set with its history in another table, where its name is known at run time only;
    /// otherwise the macro takes it as `table = "…"`.
    ///
    /// # Errors
    /// [`Error::TableName`] where the name is not a letter or `_` and then letters, digits and
    /// `_`, at most 64 in all. The engine takes no parameter where a table is defined, so the name
    /// becomes part of the text.
    pub fn with_table(&self, name: &str) -> Result<Self> {
        if !table_name::is_valid(name) {
            return Err(Error::TableName {
                name: name.to_owned(),
            });
        }
        Ok(Self {
            table: Cow::Owned(name.to_owned()),
            ..self.clone()
        })
    }

    pub(crate) fn directory(&self) -> Option<&'static str> {
        self.directory
    }
}

impl<'a> IntoIterator for &'a Migrations {
    type Item = &'a Migration;
    type IntoIter = std::slice::Iter<'a, Migration>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
