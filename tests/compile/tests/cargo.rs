//! The macro under Cargo: what makes it build a crate again, and what a crate may look like.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A workspace in a directory of its own that uses the macro as applications do.
struct Workspace {
    root: PathBuf,
    /// The application's package. It has the workspace's name because all of them are built into
    /// one directory, where Cargo distinguishes packages by their names.
    app: String,
}

impl Workspace {
    /// A library with a public set, and an application with one of its own that prints both. They
    /// depend on the crate that has the macro under two names.
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if root.exists() {
            fs::remove_dir_all(&root).expect("an old one can be removed");
        }
        let (app, billing) = (format!("{name}-app"), format!("{name}-billing"));
        let workspace = Self { root, app };
        workspace.write(
            "Cargo.toml",
            "[workspace]\nmembers = [\"app\", \"billing\"]\nresolver = \"3\"\n",
        );
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
        fs::copy(lock, workspace.root.join("Cargo.lock")).expect("the lock file can be copied");

        let package = |name: &str, dependency: &str| {
            let stand_in = env!("CARGO_MANIFEST_DIR");
            format!(
                "[package]\nname = {name:?}\nedition = \"2024\"\n\
                 [dependencies]\n{dependency} = {{ package = \"compile-tests\", path = {stand_in:?} }}\n"
            )
        };
        workspace.write("billing/Cargo.toml", &package(&billing, "schema"));
        workspace.write(
            "billing/src/lib.rs",
            "//! Invoices.\n#![deny(warnings, missing_docs, unreachable_pub)]\n\
             schema::embed_migrations!(pub static BILLING = \"sql/billing\", table = \"_billing\");\n",
        );
        workspace.write("billing/sql/billing/1.surql", "DEFINE TABLE invoice;\n");
        workspace.write(
            "billing/sql/billing/1_down.surql",
            "REMOVE TABLE invoice;\n",
        );

        let library = format!("billing = {{ package = {billing:?}, path = \"../billing\" }}\n");
        let manifest = package(&workspace.app, "db-steps") + &library;
        workspace.write("app/Cargo.toml", &manifest);
        workspace.write(
            "app/src/main.rs",
            "#![deny(warnings)]\nmod schema;\n\
             fn main() {\n    for each in schema::MIGRATIONS.iter().chain(&billing::BILLING) {\n        \
             println!(\"{} {}\", each.up.file, each.up.text.trim());\n    }\n}\n",
        );
        workspace.write("app/src/schema.rs", "db_steps::embed_migrations!();\n");
        workspace.write("app/migrations/001_user.up.surql", "DEFINE TABLE user;\n");
        workspace.write("app/migrations/001_user.down.surql", "REMOVE TABLE user;\n");
        workspace
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.root.join(file);
        let parent = path.parent().expect("a file is in a directory");
        fs::create_dir_all(parent).expect("a directory can be made");
        fs::write(path, text).expect("a file can be written");
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.root.join(from), self.root.join(to)).expect("a file can be renamed");
    }

    fn remove(&self, file: &str) {
        fs::remove_file(self.root.join(file)).expect("a file can be removed");
    }

    /// Builds and runs the application. The parser is taken from where `trybuild` has built it.
    fn run(&self) -> Run {
        let output = Command::new(env!("CARGO"))
            .args(["run", "--offline", "--verbose", "--color=never"])
            // As `trybuild` does it: this is what makes the parser's build the same.
            .args(["--target", &host()])
            .args(["--package", &self.app])
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", support::trybuild_directory())
            .output()
            .expect("cargo runs");
        Run {
            output,
            app: self.app.clone(),
        }
    }
}

fn host() -> String {
    let output = Command::new(env!("CARGO")).arg("-vV").output();
    let text = String::from_utf8(output.expect("cargo runs").stdout).expect("it prints UTF-8");
    let mut lines = text.lines();
    let host = lines.find_map(|line| line.strip_prefix("host: "));
    host.expect("cargo names its host").to_owned()
}

struct Run {
    output: Output,
    app: String,
}

impl Run {
    fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// What the application printed.
    fn prints(&self) -> String {
        assert!(self.output.status.success(), "{}", self.stderr());
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    /// Whether there was nothing for Cargo to build.
    fn is_fresh(&self) -> bool {
        assert!(self.output.status.success(), "{}", self.stderr());
        self.stderr().contains(&format!("Fresh {} v", self.app))
    }

    /// The compiler's output where the application does not build.
    fn error(&self) -> String {
        assert!(
            !self.output.status.success(),
            "this should not build:\n{}",
            self.stderr()
        );
        self.stderr()
    }
}

#[test]
fn the_dependency_may_be_renamed_and_a_library_may_share_its_set() {
    let output = Workspace::new("renamed").run().prints();
    assert_eq!(
        output,
        "migrations/001_user.up.surql DEFINE TABLE user;\n\
         sql/billing/1.surql DEFINE TABLE invoice;\n"
    );
}

#[test]
fn an_edited_renamed_or_removed_file_is_noticed() {
    let app = Workspace::new("noticed");
    assert!(!app.run().is_fresh());
    assert!(app.run().is_fresh(), "nothing has changed");

    let down = "app/migrations/001_user.down.surql";
    app.write("app/migrations/001_user.up.surql", "DEFINE TABLE person;\n");
    app.write(down, "REMOVE TABLE person;\n");
    assert!(app.run().prints().contains("up.surql DEFINE TABLE person;"));

    app.write(down, "REMOVE TABEL person;\n");
    let error = app.run().error();
    assert!(
        error.contains("migrations/001_user.down.surql:1:8: "),
        "{error}"
    );
    app.write(down, "REMOVE TABLE person;\n");
    assert!(!app.run().is_fresh());

    app.rename(
        "app/migrations/001_user.up.surql",
        "app/migrations/001_person.up.surql",
    );
    let error = app.run().error();
    assert!(
        error.contains("the name differs from that of the up script"),
        "{error}"
    );
    app.rename(down, "app/migrations/001_person.down.surql");
    assert!(
        app.run()
            .prints()
            .contains("001_person.up.surql DEFINE TABLE person;")
    );
    assert!(app.run().is_fresh(), "nothing has changed");

    app.remove("app/migrations/001_person.down.surql");
    let error = app.run().error();
    assert!(
        error.contains("this up script has no down script"),
        "{error}"
    );
}

/// A failed build does not leave Cargo believing that everything is built.
#[test]
fn an_error_stays_until_it_is_fixed() {
    let app = Workspace::new("fixed");
    app.write("app/migrations/001_user.up.surql", "DEFINE TABEL user;\n");
    assert!(
        app.run()
            .error()
            .contains("migrations/001_user.up.surql:1:8: ")
    );
    assert!(
        app.run()
            .error()
            .contains("migrations/001_user.up.surql:1:8: ")
    );
    app.write("app/migrations/001_user.up.surql", "DEFINE TABLE user;\n");
    assert!(app.run().prints().contains("DEFINE TABLE user;"));
}
