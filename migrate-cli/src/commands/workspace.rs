//! What a command on files works with: a directory, the files in it, and what they come to with others.

use std::path::Path;

use migrate_files::authoring::{
    DownScript, FileError, MigrationNames, NextNames, create_files, down_script, fill_file,
    has_migrations, is_irreversible,
};
use migrate_files::{Directory, File, Problem, Problems, Set, list_directory, read_files};

use crate::arguments::DirectoryArguments;
use crate::exit::Exit;
use crate::failure::Failure;

/// A directory of migrations, which may still be empty or not be there.
pub struct Workspace {
    pub directory: Directory,
    pub files: Vec<File>,
}

impl Workspace {
    /// Lists the directory.
    pub fn open(arguments: &DirectoryArguments) -> Result<Self, Failure> {
        let directory = arguments.directory();
        let files = match directory.path().exists() {
            true => list_directory(&directory),
            false => Ok(Vec::new()),
        };
        let files = files.map_err(|problems| refused(&directory, &problems))?;
        Ok(Self { directory, files })
    }

    /// Whether there is no migration yet.
    pub fn is_new(&self) -> bool {
        !has_migrations(&self.files)
    }

    /// The migrations, checked.
    pub fn set(&self) -> Result<Set, Failure> {
        read_files(&self.directory, &self.files)
            .map_err(|problems| refused(&self.directory, &problems))
    }

    /// The names of the next migration, if the directory is sound.
    pub fn next_names(&self, name: &str) -> Result<MigrationNames, Failure> {
        let mut names = NextNames::behind(&self.files);
        let names = names.next(&self.directory, name);
        let names = names.map_err(|problem| refused(&self.directory, &problem.into()))?;
        if !self.is_new() {
            self.set()?;
        }
        Ok(names)
    }

    /// The text of a file, if it is there.
    pub fn text(&self, name: &str) -> Option<String> {
        let file = self.files.iter().find(|file| file.name == name)?;
        let bytes = file.bytes.as_ref().ok()?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    /// Writes the down script of an up script that is there, or is about to be: with it, the directory
    /// has to be sound.
    pub fn write_down(&self, names: &MigrationNames, up: Option<&str>) -> Result<Written, Failure> {
        let directory = self.directory.clone().before_down_script(names.version);
        let up = up.map(|text| File::new(&*names.up, text));
        let files = self.files.iter().chain(&up).cloned();
        let mut files: Vec<File> = files.collect();
        let set = read_files(&directory, &files).map_err(|it| refused(&directory, &it))?;
        let migration = set.migrations.iter().find(|it| it.version == names.version);
        let is_irreversible = migration.is_some_and(is_irreversible);
        let down = match is_irreversible {
            true => None,
            false => down_script(&set, names.version),
        };
        files.extend(down.iter().map(|down| File::new(&*names.down, &*down.text)));
        match read_files(&self.directory, &files) {
            Ok(set) => Ok(Written { down, set }),
            Err(problems) => Err(unsound(&self.directory, &problems, down.as_ref())),
        }
    }

    /// Creates files, and returns what messages call them.
    pub fn create(&self, files: &[(&str, &str)]) -> Result<Vec<String>, Failure> {
        create_files(self.directory.path(), files).map_err(|error| file_failure(&error))?;
        let names = files
            .iter()
            .map(|(name, _)| self.directory.shown_file(name));
        Ok(names.collect())
    }

    /// Writes the text of a file that is still empty, and returns what messages call it.
    pub fn fill(&self, name: &str, text: &str) -> Result<Vec<String>, Failure> {
        fill_file(self.directory.path(), name, text).map_err(|error| file_failure(&error))?;
        Ok(vec![self.directory.shown_file(name)])
    }
}

/// The warnings about some files.
pub fn warnings<'s>(set: &'s Set, files: &[String]) -> Vec<&'s Problem> {
    let warnings = set.warnings.iter();
    warnings.filter(|it| files.contains(&it.file)).collect()
}

/// What was written, and the set that it is part of.
pub struct Written {
    /// `None` where the up script is marked as irreversible.
    pub down: Option<DownScript>,
    pub set: Set,
}

/// What is wrong with the migrations, or with what was given for one: nothing was done.
pub fn refused(directory: &Directory, problems: &Problems) -> Failure {
    Failure::refused("directory", problems.report(directory.shown()))
}

/// A down script that was written, but that the reader does not accept: nobody's fault but ours.
fn unsound(directory: &Directory, problems: &Problems, down: Option<&DownScript>) -> Failure {
    let failure = Failure::new(
        Exit::Failed,
        "down_script",
        "the model cannot write this down script: no file was created",
    );
    let failure = failure.note(problems.report(directory.shown()));
    match down {
        Some(down) => failure.note(format_args!("it came to this:\n{}", down.text)),
        None => failure,
    }
    .help("write it by hand, or split the up script")
}

/// A file that could not be written.
pub fn file_failure(error: &FileError) -> Failure {
    let failure = Failure::new(Exit::Failed, "file", error);
    match error.left.is_empty() {
        true => failure.note("nothing was changed"),
        false => failure,
    }
}

/// A file of the user's, read.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    use std::io::Read as _;

    let read = match path.to_str() {
        Some("-") => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map(|_| text)
        }
        _ => std::fs::read_to_string(path),
    };
    read.map_err(|error| {
        let path = path.display();
        Failure::refused(
            "file",
            format_args!("{path}: the file cannot be read: {error}"),
        )
    })
}
