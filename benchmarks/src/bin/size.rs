//! What the library adds to a program that talks to a server: the sizes of optimised, stripped
//! binaries. README.md says how to run it.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A program and what it uses.
struct Program {
    name: &'static str,
    /// The library's features; `None` without the library.
    features: Option<&'static [&'static str]>,
    /// What it does once it is connected.
    body: &'static str,
}

const PROGRAMS: [Program; 3] = [
    Program {
        name: "client",
        features: None,
        body: "db.query(\"RETURN 1\").await?;",
    },
    Program {
        name: "run",
        features: Some(&["surrealql"]),
        body: "println!(\"{}\", MIGRATIONS.run(&db).await?);",
    },
    Program {
        name: "drift",
        features: Some(&["surrealql", "schema"]),
        body: "println!(\"{}\", MIGRATIONS.run(&db).await?);\n    println!(\"{}\", MIGRATIONS.drift(&db).await?);",
    },
];

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = root.join("target/benchmarks/size");
    let mut first = None;
    println!("| program | MB | to the client |");
    println!("| --- | ---: | ---: |");
    for program in &PROGRAMS {
        let bytes = build(&root, &folder, program)?;
        let first = *first.get_or_insert(bytes);
        #[expect(clippy::cast_precision_loss, reason = "three digits are printed")]
        let (megabytes, ratio) = (bytes as f64 / 1e6, bytes as f64 / first as f64);
        println!("| {} | {megabytes:.1} | {ratio:.2} |", program.name);
    }
    Ok(())
}

/// Builds a program, and returns its size in bytes.
fn build(root: &Path, folder: &Path, program: &Program) -> Result<u64> {
    let crate_folder = folder.join(program.name);
    fs::create_dir_all(crate_folder.join("src"))?;
    fs::write(crate_folder.join("Cargo.toml"), manifest(root, program)?)?;
    fs::write(crate_folder.join("src/main.rs"), source(program))?;
    fs::copy(root.join("Cargo.lock"), crate_folder.join("Cargo.lock"))?;
    let migrations = crate_folder.join("migrations");
    fs::create_dir_all(&migrations)?;
    fs::write(migrations.join("1.up.surql"), "DEFINE TABLE t;")?;
    fs::write(migrations.join("1.down.surql"), "REMOVE TABLE t;")?;
    let target = folder.join("target");
    let mut cargo = Command::new(env!("CARGO"));
    let built = cargo
        .args(["build", "--release", "--quiet"])
        .current_dir(&crate_folder)
        .env("CARGO_TARGET_DIR", &target)
        .status()?;
    if !built.success() {
        return Err(format!("`{}` does not build", program.name).into());
    }
    let binary = target.join("release").join(program.name);
    Ok(fs::metadata(binary.with_extension(std::env::consts::EXE_EXTENSION))?.len())
}

fn manifest(root: &Path, program: &Program) -> Result<String> {
    let library: PathBuf = root.join("migrate-runtime").canonicalize()?;
    let library = program.features.map_or_else(String::new, |features| {
        format!(
            "migrate-runtime = {{ path = '{}', default-features = false, features = {features:?} }}\n",
            library.display()
        )
    });
    Ok(format!(
        "[package]\nname = {:?}\nedition = \"2024\"\n\n[dependencies]\n\
         surrealdb = {{ version = \"3.3.5\", default-features = false, features = [\"protocol-ws\"] }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n{library}\n\
         [profile.release]\nstrip = true\n\n[workspace]\n",
        program.name
    ))
}

fn source(program: &Program) -> String {
    let embed = match program.features {
        Some(_) => "migrate_runtime::embed_migrations!();\n\n",
        None => "",
    };
    format!(
        "{embed}#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
         let db = surrealdb::engine::any::connect(\"ws://127.0.0.1:8000\").await?;\n    {}\n    Ok(())\n}}\n",
        program.body
    )
}
