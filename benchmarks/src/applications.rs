//! Applications that embed the same texts in different ways. They are a workspace of their own in
//! the target directory, so that what they are compared with is no dependency of this one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::stopwatch::Stopwatch;
use crate::{Result, texts};

/// One way to embed a directory.
#[derive(Clone, Copy)]
pub enum Application {
    /// Not at all: what every build costs.
    Empty,
    Ours,
    Sqlx,
    IncludeDir,
}

impl Application {
    /// Those that embed something.
    pub const MEASURED: [Self; 3] = [Self::Ours, Self::Sqlx, Self::IncludeDir];

    const ALL: [Self; 4] = [Self::Empty, Self::Ours, Self::Sqlx, Self::IncludeDir];

    const fn name(self) -> &'static str {
        match self {
            Self::Empty => "with-nothing",
            Self::Ours => "with-embed-migrations",
            Self::Sqlx => "with-sqlx",
            Self::IncludeDir => "with-include-dir",
        }
    }

    /// The crate with the macro. Ours stands on the stand-in of the compile tests, which is the
    /// real macro without the database behind it.
    fn dependency(self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Ours => format!(
                "migrate-runtime = {{ package = \"compile-tests\", path = '{}' }}",
                workspace().join("tests/compile").display()
            ),
            Self::Sqlx => "sqlx = { version = \"0.9\", default-features = false, features = [\"macros\", \"migrate\"] }".to_owned(),
            Self::IncludeDir => "include_dir = \"0.7\"".to_owned(),
        }
    }

    const fn embed(self) -> &'static str {
        match self {
            Self::Empty => "",
            Self::Ours => "migrate_runtime::embed_migrations!(\"../migrations\");",
            Self::Sqlx => {
                "pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!(\"../sql\");"
            }
            Self::IncludeDir => {
                "pub static MIGRATIONS: include_dir::Dir = include_dir::include_dir!(\"$CARGO_MANIFEST_DIR/../sql\");"
            }
        }
    }
}

/// The workspace of all applications.
pub struct Applications {
    folder: PathBuf,
}

impl Applications {
    /// Writes the workspace, and builds what its members depend on.
    pub fn create(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let applications = Self {
            folder: folder.canonicalize()?,
        };
        let members = Application::ALL.map(Application::name);
        let manifest = format!("[workspace]\nmembers = {members:?}\nresolver = \"3\"\n");
        fs::write(folder.join("Cargo.toml"), manifest)?;
        if !folder.join("Cargo.lock").exists() {
            fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock"))?;
        }
        for application in Application::ALL {
            let member = folder.join(application.name());
            fs::create_dir_all(member.join("src"))?;
            let manifest = format!(
                "[package]\nname = {:?}\nedition = \"2024\"\n\n[dependencies]\n{}\n",
                application.name(),
                application.dependency()
            );
            fs::write(member.join("Cargo.toml"), manifest)?;
            applications.touch(application)?;
        }
        applications.write_texts(1)?;
        for application in Application::ALL {
            eprintln!("building what `{}` depends on", application.name());
            applications.cargo_check(application, &[])?;
        }
        Ok(applications)
    }

    /// Where the texts are under the names of migrations.
    pub fn migrations(&self) -> PathBuf {
        self.folder.join("migrations")
    }

    /// Writes a set of so many pairs, once under our names and once under sqlx's. Returns the size
    /// of one of them.
    pub fn write_texts(&self, pairs: usize) -> Result<usize> {
        let mut bytes = 0;
        for (folder, extension) in [("migrations", "surql"), ("sql", "sql")] {
            let folder = self.folder.join(folder);
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            fs::create_dir_all(&folder)?;
            bytes = 0;
            for version in 1..=pairs {
                let scripts = [("up", texts::up(version)), ("down", texts::down(version))];
                for (direction, text) in scripts {
                    let name = format!("{version:05}_entity_{version}.{direction}.{extension}");
                    bytes += text.len();
                    fs::write(folder.join(name), text)?;
                }
            }
        }
        Ok(bytes)
    }

    /// How long `cargo check` takes after the application's source was touched, so that its macro
    /// is expanded again and nothing else is built.
    pub fn check(&self, application: Application) -> Result<Duration> {
        self.touch(application)?;
        let start = Stopwatch::start();
        self.cargo_check(application, &["--offline"])?;
        Ok(start.elapsed())
    }

    fn touch(&self, application: Application) -> Result<()> {
        let source = format!(
            "//! Written by the benchmark.\n{}\n\nfn main() {{}}\n",
            application.embed()
        );
        let member = self.folder.join(application.name());
        Ok(fs::write(member.join("src/main.rs"), source)?)
    }

    fn cargo_check(&self, application: Application, arguments: &[&str]) -> Result<()> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["check", "--quiet", "--package", application.name()])
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            // Nothing that was compiled for the last round may be used in this one.
            .env("CARGO_INCREMENTAL", "0")
            .output()?;
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).into()),
        }
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
