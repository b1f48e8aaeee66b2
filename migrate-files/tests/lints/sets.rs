//! Sets that are written on the spot, and the rules that they break.

use std::collections::BTreeMap;
use std::path::Path;

use migrate_files::{Directory, File, Lint, Lints, Set, read_files};

/// Scripts by the names of their files.
pub type Files = BTreeMap<String, String>;

/// Up scripts, one after the other, as files.
pub fn numbered(scripts: &[&str]) -> Files {
    let files = (1..).zip(scripts).map(|(version, script)| {
        let script = format!("-- migrate: irreversible\n{script};\n");
        (format!("{version:03}.up.surql"), script)
    });
    files.collect()
}

/// Reads scripts as the macro does.
pub fn read(files: &Files, lints: Lints) -> Result<Set, String> {
    let files = files.iter().map(|(name, text)| File::new(name, &**text));
    let directory = Directory::new(Path::new("/nowhere"), "migrations").with_lints(lints);
    read_files(&directory, &files.collect::<Vec<_>>()).map_err(|problems| problems.to_string())
}

/// The rules that a set breaks.
pub fn broken(set: &Set) -> Vec<Lint> {
    let warnings = set.warnings.iter();
    warnings.map(|it| it.lint.expect("a rule")).collect()
}

/// The rules that up scripts break, one after the other.
pub fn broken_by(scripts: &[&str]) -> Vec<Lint> {
    let set = read(&numbered(scripts), Lints::default());
    broken(&set.unwrap_or_else(|problems| panic!("{problems}")))
}
