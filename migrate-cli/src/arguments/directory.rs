//! Which migrations.

use std::path::PathBuf;

use clap::Args;
use migrate_files::{Directory, File, Set, read_directory, table_name};
use migrate_runtime::Migrations;

use crate::failure::Failure;

/// Which migrations a command is about.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Migrations")]
pub struct DirectoryArguments {
    /// The directory of the migrations
    #[arg(long, value_name = "DIR", default_value = "migrations", global = true)]
    pub dir: PathBuf,
    /// The history table of the set
    #[arg(
        long,
        value_name = "NAME",
        default_value = table_name::DEFAULT,
        value_parser = table_name::parse,
        global = true
    )]
    pub table: String,
    /// A file of definitions that are there before the first migration
    #[arg(long, value_name = "FILE", global = true)]
    pub assumes: Option<PathBuf>,
}

impl DirectoryArguments {
    /// The directory, for whoever reads it in another way than [`Self::read`].
    pub fn directory(&self) -> Directory {
        let directory = Directory::at(&self.dir).with_table(&self.table);
        match &self.assumes {
            Some(file) => directory.with_assumed(File::read(file)),
            None => directory,
        }
    }

    /// Reads and checks the migrations.
    pub fn read(&self) -> Result<Set, Failure> {
        let directory = self.directory();
        read_directory(&directory).map_err(|problems| {
            let problems = problems.report(directory.shown());
            Failure::refused("directory", problems)
        })
    }

    /// The same for whoever brings them to a database.
    pub fn migrations(&self) -> Result<Migrations, Failure> {
        Ok(Migrations::of_set(self.read()?, &self.table)?)
    }
}
