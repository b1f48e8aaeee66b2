//! Writing files so that nothing is lost: none is overwritten, and all of them are there in the end or
//! none.

use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::listing::File;

/// A file that could not be written or renamed. Those before it are as they were.
#[derive(Debug)]
#[non_exhaustive]
pub struct FileError {
    /// Which one.
    pub path: PathBuf,
    /// What was to happen to it: `created`.
    verb: &'static str,
    /// Why that could not be.
    pub error: io::Error,
    /// What could not be undone of what was done before.
    pub left: Vec<PathBuf>,
}

/// What happened, and what the system says.
impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match self.error.kind() {
            io::ErrorKind::AlreadyExists => write!(f, "{path} is there already")?,
            _ => write!(f, "{path} cannot be {}: {}", self.verb, self.error)?,
        }
        for path in &self.left {
            write!(f, "; {} was left behind", path.display())?;
        }
        Ok(())
    }
}

impl std::error::Error for FileError {}

/// Writes new files into a folder, which is created if only that is missing.
///
/// # Errors
/// One of them is there already, or cannot be written. Then none of them is there, nor the folder if
/// it was not.
pub fn create_files<N: AsRef<str>, T: AsRef<str>>(
    folder: &Path,
    files: &[(N, T)],
) -> Result<(), FileError> {
    let is_new = match fs::create_dir(folder) {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
        Err(error) => return Err(FileError::new("created", folder, error, Vec::new())),
    };
    let created = create_all(folder, files);
    if created.is_err() && is_new {
        let _ = fs::remove_dir(folder);
    }
    created
}

fn create_all<N: AsRef<str>, T: AsRef<str>>(
    folder: &Path,
    files: &[(N, T)],
) -> Result<(), FileError> {
    let mut written = Vec::new();
    for (name, text) in files {
        let path = folder.join(name.as_ref());
        if path.symlink_metadata().is_ok() {
            let error = io::ErrorKind::AlreadyExists.into();
            return Err(FileError::new("created", &path, error, Vec::new()));
        }
        match write_aside(folder, text.as_ref()) {
            Ok(aside) => written.push((aside, path)),
            Err(error) => return Err(FileError::new("created", &path, error, Vec::new())),
        }
    }
    let mut created: Vec<PathBuf> = Vec::new();
    for (aside, path) in written {
        match aside.persist_noclobber(&path) {
            Ok(_) => created.push(path),
            Err(failed) => {
                let left = created.into_iter();
                let left = left.filter(|path| fs::remove_file(path).is_err());
                return Err(FileError::new(
                    "created",
                    &path,
                    failed.error,
                    left.collect(),
                ));
            }
        }
    }
    Ok(())
}

/// A text in a file that is removed again unless it gets its own name. No reader takes it for a
/// migration.
fn write_aside(folder: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".migrate-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any new file has, apart from what the process's mask takes from it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    // The path in its error is not the one that was asked for.
    let file = builder.tempfile_in(folder);
    let mut file = file.map_err(|error| io::Error::from(error.kind()))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Writes a file in the place of one that holds nothing but blanks.
///
/// # Errors
/// It holds more by now, or cannot be written. Then it is as it was.
pub fn fill_file(folder: &Path, name: &str, text: &str) -> Result<(), FileError> {
    let path = folder.join(name);
    let failed = |error| FileError::new("written", &path, error, Vec::new());
    let aside = write_aside(folder, text).map_err(failed)?;
    let found = fs::read_to_string(&path).map_err(failed)?;
    if !found.trim().is_empty() {
        return Err(failed(io::ErrorKind::AlreadyExists.into()));
    }
    match aside.persist(&path) {
        Ok(_) => Ok(()),
        Err(error) => Err(failed(error.error)),
    }
}

/// Renames files of a folder. None of the new names may be taken; a folder in one is created where it
/// is missing.
///
/// # Errors
/// One of them cannot be renamed. Then all have their old names.
pub fn rename_files<N: AsRef<str>>(folder: &Path, renames: &[(N, N)]) -> Result<(), FileError> {
    let mut moved: Vec<(PathBuf, PathBuf)> = Vec::new();
    for (from, to) in renames {
        let (from, to) = (folder.join(from.as_ref()), folder.join(to.as_ref()));
        if let Err(error) = rename(&from, &to) {
            let undone = moved.into_iter().rev();
            let left = undone.filter(|(from, to)| rename(to, from).is_err());
            let left = left.map(|(_, to)| to).collect();
            return Err(FileError::new("renamed", &to, error, left));
        }
        moved.push((from, to));
    }
    Ok(())
}

/// Files as they are called after that.
#[must_use]
pub fn renamed(files: &[File], renames: &[(String, String)]) -> Vec<File> {
    let files = files.iter().cloned().map(|file| {
        match renames.iter().find(|(from, _)| *from == file.name) {
            Some((_, to)) => file.named(to.clone()),
            None => file,
        }
    });
    files.collect()
}

/// A file gets its second name only if nothing has that, and then loses its first one.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    if to.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from).inspect_err(|_| {
            let _ = fs::remove_file(to);
        }),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Not every file system has second names.
        Err(_) => fs::rename(from, to),
    }
}

impl FileError {
    fn new(verb: &'static str, path: &Path, error: io::Error, left: Vec<PathBuf>) -> Self {
        Self {
            path: path.to_owned(),
            verb,
            error,
            left,
        }
    }
}
