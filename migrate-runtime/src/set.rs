//! A set of migrations, without the calls that take a database.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use migrate_files::{Migration, Script, Version, table_name};

use crate::error::{ErrorKind, Result};

/// An ordered set of migrations with the history table that it is recorded in:
/// what [`embed_migrations!`](crate::embed_migrations) makes.
#[derive(Debug, Clone)]
pub struct Migrations {
    table: Cow<'static, str>,
    /// In order, from version 1 or the baseline, without gaps.
    set: Cow<'static, [Migration]>,
    /// The definitions that are there before the first of them.
    assumed: Option<Script>,
    /// Where the set was read from, to notice new files; none in release builds.
    directory: Option<&'static str>,
}

/// The macro's constructor: it has checked the order and the table's name.
#[doc(hidden)]
#[must_use]
pub const fn embedded(
    table: &'static str,
    migrations: &'static [Migration],
    assumed: Option<Script>,
    directory: Option<&'static str>,
) -> Migrations {
    assert!(table_name::is_valid(table));
    Migrations {
        table: Cow::Borrowed(table),
        set: Cow::Borrowed(migrations),
        assumed,
        directory,
    }
}

impl Migrations {
    /// Puts migrations together at run time, such as those of several crates, in any order. Their
    /// versions have to be 1, 2, 3, … in the end, or go on like that from a
    /// [baseline](Migration::is_baseline); `version` is a public field of [`Migration`].
    ///
    /// ```
    /// use migrate_runtime::{Migration, Migrations, embed_migrations};
    ///
    /// embed_migrations!("migrations");
    ///
    /// # fn main() -> migrate_runtime::Result<()> {
    /// let first_three: Vec<Migration> = MIGRATIONS.iter().take(3).cloned().collect();
    /// let set = Migrations::new(first_three)?;
    /// assert_eq!(set.latest_version(), 3);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Numbering`] if a version is missing or there twice, or has a baseline above it.
    pub fn new(mut migrations: Vec<Migration>) -> Result<Self> {
        migrations.sort_by_key(|migration| migration.version);
        let is_baseline = |it: &&Migration| it.is_baseline();
        let baseline = migrations.iter().rfind(is_baseline);
        let first = baseline.map_or(1, |baseline| baseline.version);
        for (migration, expected) in migrations.iter().zip(first..) {
            let found = migration.version;
            if found != expected {
                return Err(ErrorKind::Numbering { expected, found }.into());
            }
        }
        Ok(Self {
            table: Cow::Borrowed(table_name::DEFAULT),
            set: Cow::Owned(migrations),
            assumed: None,
            directory: None,
        })
    }

    /// Reads a directory now, as the macro does, for tools and tests. An application embeds its
    /// migrations instead, so that problems are found when it is built. What the compiler would [warn
    /// about](crate::lints) is not told here.
    ///
    /// # Errors
    /// [`ErrorKind::Directory`] with every problem of the directory.
    #[cfg(feature = "directory")]
    pub fn read(directory: impl AsRef<std::path::Path>) -> Result<Self> {
        Self::read_checked(&migrate_files::Directory::at(directory.as_ref()))
    }

    /// The same for a set that begins on the definitions in a file, as
    /// `embed_migrations!("…", assumes = "…")` does.
    ///
    /// # Errors
    /// [`ErrorKind::Directory`] with every problem of the directory and the file.
    #[cfg(feature = "directory")]
    pub fn read_assuming(
        directory: impl AsRef<std::path::Path>,
        definitions: impl AsRef<std::path::Path>,
    ) -> Result<Self> {
        let definitions = migrate_files::File::read(definitions.as_ref());
        let directory = migrate_files::Directory::at(directory.as_ref());
        Self::read_checked(&directory.with_assumed(definitions))
    }

    /// What has been read from a directory already, with its history in a table of that name: for
    /// whoever looks at the warnings of the set as well.
    ///
    /// # Errors
    /// [`ErrorKind::TableName`], as of [`with_table`](Self::with_table).
    #[cfg(feature = "directory")]
    #[doc(hidden)]
    pub fn of_set(set: migrate_files::Set, table: &str) -> Result<Self> {
        let set = Self {
            assumed: set.assumed,
            ..Self::new(set.migrations)?
        };
        set.with_table(table)
    }

    #[cfg(feature = "directory")]
    fn read_checked(directory: &migrate_files::Directory) -> Result<Self> {
        let set = migrate_files::read_directory(directory);
        let set = set.map_err(|problems| ErrorKind::Directory {
            problems: problems.iter().map(ToString::to_string).collect(),
        })?;
        Self::of_set(set, directory.table())
    }

    /// The highest version of the set; 0 if it is empty.
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

    /// A migration by its version; `None` as well for one that the [`baseline`](Self::baseline) stands
    /// for.
    #[must_use]
    pub fn get(&self, version: Version) -> Option<&Migration> {
        let index = version.checked_sub(self.set.first()?.version)?;
        self.set.get(usize::try_from(index).ok()?)
    }

    /// The first migration, if it is a [baseline](Migration::is_baseline).
    #[must_use]
    pub fn baseline(&self) -> Option<&Migration> {
        self.set.first().filter(|first| first.is_baseline())
    }

    /// The migration that stands for a version: the one with that version, or the baseline.
    pub(crate) fn standing_for(&self, version: Version) -> Option<&Migration> {
        let baseline = self.baseline();
        let baseline = baseline.filter(|baseline| baseline.versions().contains(&version));
        baseline.or_else(|| self.get(version))
    }

    /// The versions that are applied and reverted with one: those that its migration stands for.
    pub(crate) fn versions_with(&self, version: Version) -> RangeInclusive<Version> {
        let migration = self.get(version);
        migration.map_or(version..=version, Migration::versions)
    }

    /// What is applied next to a database at a version; 0 for none.
    pub(crate) fn next(&self, current: Version) -> Option<&Migration> {
        match current {
            0 => self.set.first(),
            _ => self.get(current.checked_add(1)?),
        }
    }

    /// The history table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The definitions that are there before the first migration, if the set was embedded or read
    /// with a file of them.
    #[must_use]
    pub fn assumed(&self) -> Option<&Script> {
        self.assumed.as_ref()
    }

    /// The same set with its history in another table, for a name that is known only at run time;
    /// otherwise the macro takes it as `table = "…"`.
    ///
    /// # Errors
    /// [`ErrorKind::TableName`] unless the name is a letter or `_`, followed by letters, digits and
    /// `_`, at most 64 in all. The engine takes no parameter where a table is defined, so the name
    /// becomes part of the text.
    pub fn with_table(&self, name: &str) -> Result<Self> {
        if !table_name::is_valid(name) {
            let name = name.to_owned();
            return Err(ErrorKind::TableName { name }.into());
        }
        Ok(Self {
            table: Cow::Owned(name.to_owned()),
            ..self.clone()
        })
    }

    pub(crate) fn directory(&self) -> Option<&'static str> {
        self.directory
    }

    /// All scripts, each down script behind its up script.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = &Script> {
        let migrations = self.iter();
        let scripts = migrations.flat_map(|it| [Some(&it.up), it.down.as_ref()]);
        scripts.flatten()
    }
}

impl<'a> IntoIterator for &'a Migrations {
    type Item = &'a Migration;
    type IntoIter = std::slice::Iter<'a, Migration>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
