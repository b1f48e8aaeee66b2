//! Applications that embed the same texts in different ways. They are a workspace of their own in
//! the target directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::building::{cargo, repository};
use crate::stopwatch::Stopwatch;
use crate::{Result, texts};

/// One way to embed a directory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Application {
    /// Not at all: what every build costs.
    Empty,
    Ours,
    /// Ours without its parser, and so without every check that reads a script.
    Unchecked,
    Sqlx,
    Refinery,
    IncludeDir,
}

/// How macros are built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Macros {
    /// Without optimisation, as Cargo does unless it is told otherwise.
    Usual,
    /// With `opt-level = 3`.
    Optimised,
}

impl Macros {
    /// What Cargo is told, and where it builds: in a folder of its own, so that neither build takes the
    /// place of the other.
    const fn build(self) -> (&'static [&'static str], &'static str) {
        match self {
            Self::Usual => (&[], "target"),
            Self::Optimised => (
                &["--config", "profile.dev.build-override.opt-level = 3"],
                "optimised",
            ),
        }
    }
}

/// An application, and how its macro is built.
pub type Build = (Application, Macros);

/// Everything that is built: first each application as usual, in the order of [`Application::ALL`].
pub const BUILDS: [Build; 8] = [
    (Application::Empty, Macros::Usual),
    (Application::Ours, Macros::Usual),
    (Application::Unchecked, Macros::Usual),
    (Application::Sqlx, Macros::Usual),
    (Application::Refinery, Macros::Usual),
    (Application::IncludeDir, Macros::Usual),
    (Application::Ours, Macros::Optimised),
    (Application::Sqlx, Macros::Optimised),
];

impl Application {
    pub const ALL: [Self; 6] = [
        Self::Empty,
        Self::Ours,
        Self::Unchecked,
        Self::Sqlx,
        Self::Refinery,
        Self::IncludeDir,
    ];

    /// As its authors call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Empty => "nothing",
            Self::Ours => "this project",
            Self::Unchecked => "without the parser",
            Self::Sqlx => "sqlx::migrate!",
            Self::Refinery => "refinery",
            Self::IncludeDir => "include_dir!",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Empty => "with-nothing",
            Self::Ours => "with-embed-migrations",
            Self::Unchecked => "with-embed-migrations-unchecked",
            Self::Sqlx => "with-sqlx",
            Self::Refinery => "with-refinery",
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
                repository().join("tests/compile").display()
            ),
            Self::Unchecked => {
                "migrate-runtime = { package = \"unchecked\", path = \"../unchecked\" }".to_owned()
            }
            Self::Sqlx => "sqlx = { version = \"0.9\", default-features = false, features = [\"macros\", \"migrate\"] }".to_owned(),
            Self::Refinery => "refinery = { version = \"0.10\", default-features = false }".to_owned(),
            Self::IncludeDir => "include_dir = \"0.7\"".to_owned(),
        }
    }

    const fn embed(self) -> &'static str {
        match self {
            Self::Empty => "",
            Self::Ours | Self::Unchecked => {
                "migrate_runtime::embed_migrations!(\"../migrations\");"
            }
            Self::Sqlx => {
                "pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!(\"../sql\");"
            }
            Self::Refinery => "refinery::embed_migrations!(\"../refinery\");",
            Self::IncludeDir => {
                "pub static MIGRATIONS: include_dir::Dir = include_dir::include_dir!(\"$CARGO_MANIFEST_DIR/../sql\");"
            }
        }
    }

    /// The folder of the scripts that it embeds.
    const fn scripts(self) -> &'static str {
        match self {
            Self::Ours | Self::Unchecked => "migrations",
            Self::Refinery => "refinery",
            Self::Empty | Self::Sqlx | Self::IncludeDir => "sql",
        }
    }
}

/// How the folders of scripts name their files: ours, sqlx's, and refinery's, which knows no down
/// scripts and so gets them as migrations of their own, for the same number of bytes.
fn file_name(folder: &str, version: usize, role: &str) -> String {
    match (folder, role) {
        ("migrations", role) => format!("{version:05}_entity_{version}.{role}.surql"),
        ("refinery", "up") => format!("V{}__entity_{version}.sql", 2 * version - 1),
        ("refinery", _) => format!("V{}__entity_{version}_down.sql", 2 * version),
        (_, role) => format!("{version:05}_entity_{version}.{role}.sql"),
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
        let mut members = Application::ALL.map(Application::name).to_vec();
        members.push("unchecked");
        let manifest = format!("[workspace]\nmembers = {members:?}\nresolver = \"3\"\n");
        fs::write(folder.join("Cargo.toml"), manifest)?;
        if !folder.join("Cargo.lock").exists() {
            fs::copy(repository().join("Cargo.lock"), folder.join("Cargo.lock"))?;
        }
        applications.write_unchecked()?;
        for application in Application::ALL {
            let manifest = format!(
                "[package]\nname = {:?}\nedition = \"2024\"\n\n[dependencies]\n{}\n",
                application.name(),
                application.dependency()
            );
            applications.write_member(application.name(), &manifest)?;
            applications.touch(application)?;
        }
        applications.write_texts(1)?;
        for build in BUILDS {
            eprintln!("building what `{}` depends on", build.0.name());
            applications.cargo_check(build, &[])?;
        }
        Ok(applications)
    }

    /// The stand-in of the compile tests once more, with a macro that has no parser.
    fn write_unchecked(&self) -> Result<()> {
        let root = repository();
        let manifest = format!(
            "[package]\nname = \"unchecked\"\nedition = \"2024\"\n\n[dependencies]\n\
             migrate-files = {{ path = '{}', features = [\"serde\"] }}\n\
             migrate-macros = {{ path = '{}', default-features = false }}\n",
            root.join("migrate-files").display(),
            root.join("migrate-macros").display()
        );
        self.write_member("unchecked", &manifest)?;
        let stand_in = root.join("tests/compile/src/lib.rs");
        fs::copy(stand_in, self.folder.join("unchecked/src/lib.rs"))?;
        Ok(())
    }

    fn write_member(&self, name: &str, manifest: &str) -> Result<()> {
        let member = self.folder.join(name);
        fs::create_dir_all(member.join("src"))?;
        Ok(fs::write(member.join("Cargo.toml"), manifest)?)
    }

    /// Which version of a crate was taken.
    pub fn lock(&self) -> Result<String> {
        Ok(fs::read_to_string(self.folder.join("Cargo.lock"))?)
    }

    /// Writes a set of so many pairs under the names that each application wants.
    pub fn write_texts(&self, pairs: usize) -> Result<()> {
        for name in ["migrations", "sql", "refinery"] {
            let folder = self.folder.join(name);
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            fs::create_dir_all(&folder)?;
            for version in 1..=pairs {
                let scripts = [("up", texts::up(version)), ("down", texts::down(version))];
                for (role, text) in scripts {
                    fs::write(folder.join(file_name(name, version, role)), text)?;
                }
            }
        }
        Ok(())
    }

    /// How long `cargo check` takes after the application's source was touched, so that its macro
    /// is expanded again and nothing else is built.
    pub fn check(&self, build: Build) -> Result<Duration> {
        self.touch(build.0)?;
        let start = Stopwatch::start();
        self.cargo_check(build, &["--offline"])?;
        Ok(start.elapsed())
    }

    /// How long `cargo check` takes after one script was edited and nothing else; `None` if the
    /// application is not built again.
    pub fn check_after_edit(
        &self,
        application: Application,
        pairs: usize,
    ) -> Result<Option<Duration>> {
        let build = (application, Macros::Usual);
        self.cargo_check(build, &["--offline"])?;
        let version = pairs.div_ceil(2);
        let folder = application.scripts();
        let script = self
            .folder
            .join(folder)
            .join(file_name(folder, version, "up"));
        let text = fs::read_to_string(&script)? + "-- One more thing to say.\n";
        fs::write(&script, text)?;
        let start = Stopwatch::start();
        let said = self.cargo_check(build, &["--offline"])?;
        Ok(said.contains("Checking").then(|| start.elapsed()))
    }

    fn touch(&self, application: Application) -> Result<()> {
        let source = format!(
            "//! Written by the benchmark.\n{}\n\nfn main() {{}}\n",
            application.embed()
        );
        let member = self.folder.join(application.name());
        Ok(fs::write(member.join("src/main.rs"), source)?)
    }

    fn cargo_check(&self, (application, macros): Build, arguments: &[&str]) -> Result<String> {
        let mut all = vec!["check", "--package", application.name()];
        let (options, target) = macros.build();
        all.extend(options.iter().chain(arguments));
        let output = cargo(&all, &self.folder, Some(&self.folder.join(target)))?;
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
