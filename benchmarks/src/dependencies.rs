//! What the project adds to the build of an application that has SurrealDB already.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::Result;
use crate::building::{self, cargo, repository};
use crate::results::{Section, Table};
use crate::stopwatch::Stopwatch;

pub fn measure() -> Result<Section> {
    let mut section = Section::new(
        "What it adds to a build",
        "A clean, unoptimised build of an application with SurrealDB alone, and one with this project \
         beside it: how many crates more, and the processor time of the second build to that of the first. \
         Once each: a build of some minutes differs little.",
    );
    let mut table = Table::new(
        "",
        &[
            "SurrealDB",
            "crates",
            "crates more",
            "time, to SurrealDB alone",
        ],
    );
    for (title, feature) in [
        ("embedded, in memory", "kv-mem"),
        ("the WebSocket client alone", "protocol-ws"),
    ] {
        let folder = building::folder("dependencies").join(feature);
        let ours = format!(
            "migrate-runtime = {{ path = '{}' }}",
            repository().join("migrate-runtime").display()
        );
        write(&folder, feature, "")?;
        let alone = crates(&folder)?;
        let first = build(&folder)?;
        write(&folder, feature, &ours)?;
        let more = crates(&folder)?.difference(&alone).count();
        let ratio = format!("{:.2}", build(&folder)?.as_secs_f64() / first.as_secs_f64());
        table.row(&[&title, &alone.len(), &more, &ratio]);
    }
    section.tables = vec![table];
    Ok(section)
}

fn write(folder: &Path, feature: &str, dependency: &str) -> Result<()> {
    fs::create_dir_all(folder.join("src"))?;
    let lock = folder.join("Cargo.lock");
    if !lock.exists() {
        fs::copy(repository().join("Cargo.lock"), lock)?;
    }
    fs::create_dir_all(folder.join("migrations"))?;
    fs::write(folder.join("migrations/1.up.surql"), "DEFINE TABLE t;")?;
    fs::write(folder.join("migrations/1.down.surql"), "REMOVE TABLE t;")?;
    let embed = match dependency {
        "" => "",
        _ => "migrate_runtime::embed_migrations!();\n\n",
    };
    fs::write(
        folder.join("src/main.rs"),
        format!("{embed}fn main() {{}}\n"),
    )?;
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"application\"\nedition = \"2024\"\n\n[dependencies]\n\
         surrealdb = {{ version = \"3.3.5\", default-features = false, features = [{feature:?}] }}\n{dependency}\n"
    );
    Ok(fs::write(folder.join("Cargo.toml"), manifest)?)
}

/// How long a clean build takes.
fn build(folder: &Path) -> Result<Duration> {
    let target = folder.join("target");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let start = Stopwatch::start();
    cargo(&["build", "--quiet"], folder, Some(&target))?;
    Ok(start.elapsed())
}

/// Names and versions of all that an application is built from.
fn crates(folder: &Path) -> Result<BTreeSet<String>> {
    let arguments = [
        "tree",
        "--prefix",
        "none",
        "--edges",
        "normal,build",
        "--format",
        "{p}",
    ];
    let output = cargo(&arguments, folder, None)?;
    let text = String::from_utf8(output.stdout)?;
    let crates = text.lines().map(|line| line.trim_end_matches(" (*)"));
    Ok(crates
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect())
}
