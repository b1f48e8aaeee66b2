//! Whole programs that talk to a server: how large they are, and how much memory they take.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tests::connection::unused_namespace;
use tests::server::{PASSWORD, Server, USER};

use crate::Result;
use crate::building::{self, cargo, repository};
use crate::contender::Sets;
use crate::measure::{Ratio, Samples};
use crate::results::{Section, Table};

/// A program and what it embeds.
struct Program {
    name: &'static str,
    /// The library's features; `None` without the library.
    features: Option<&'static [&'static str]>,
    migrations: u32,
    /// What it does once it is connected.
    body: &'static str,
}

const RUN: &str = "MIGRATIONS.run(&db).await?;";

const PROGRAMS: [Program; 4] = [
    Program {
        name: "client",
        features: None,
        migrations: 0,
        body: "db.query(\"RETURN 1\").await?;",
    },
    Program {
        name: "run",
        features: Some(&["surrealql"]),
        migrations: 1,
        body: RUN,
    },
    Program {
        name: "run-1000",
        features: Some(&["surrealql"]),
        migrations: 1000,
        body: RUN,
    },
    Program {
        name: "drift",
        features: Some(&["surrealql", "schema"]),
        migrations: 1,
        body: "MIGRATIONS.run(&db).await?;\n        MIGRATIONS.drift(&db).await?;",
    },
];

pub fn measure() -> Result<Section> {
    let mut section = Section::new(
        "Programs",
        "Optimised, stripped programs that talk to a server over WebSocket: one with SurrealDB's client \
         alone, some that call `run`, and one that calls `drift` as well, with the feature `schema`, which \
         brings the parser.",
    );
    let [client, run, run_1000, drift] = PROGRAMS.each_ref().map(build);
    let [client, run, run_1000, drift] = [client?, run?, run_1000?, drift?];
    let size = |program: &Path| fs::metadata(program).map(|it| it.len() as f64);
    let mut sizes = Table::new("Size", &["program", "to what", "ratio"]);
    for (name, program) in [("run", &run), ("drift", &drift)] {
        let ratio = format!("{:.2}", size(program)? / size(&client)?);
        sizes.row(&[&name, &"the client alone", &ratio]);
    }
    let texts = bytes(1000) - bytes(1);
    let ratio = format!("{:.2}", (size(&run_1000)? - size(&run)?) / texts);
    sizes.row(&[
        &"999 migrations more",
        &"the bytes of their scripts",
        &ratio,
    ]);

    let mut memory = Table::new("Peak of resident memory", &["program", "to what", "ratio"]);
    let mut samples = [const { Peaks(vec![]) }; 4];
    for _ in 0..7 {
        let namespace = unused_namespace();
        let peaks = [
            peak(&client, "connect", &namespace)?,
            peak(&run_1000, "connect", &namespace)?,
            peak(&run_1000, "work", &namespace)?,
            peak(&run_1000, "work", &namespace)?,
        ];
        for (samples, peak) in samples.iter_mut().zip(peaks) {
            samples.0.push(peak);
        }
    }
    let [client, connected, applied, again] = samples.map(Peaks::samples);
    let rows: [(&str, &str, Ratio); 3] = [
        (
            "connecting, 1,000 migrations embedded",
            "the client alone",
            connected.to(&client),
        ),
        (
            "applying 1,000 migrations",
            "connecting alone",
            applied.to(&connected),
        ),
        (
            "run again, nothing pending",
            "connecting alone",
            again.to(&connected),
        ),
    ];
    for (name, base, ratio) in rows {
        memory.row(&[&name, &base, &ratio]);
    }
    section.tables = vec![sizes, memory];
    Ok(section)
}

/// Kibibytes, one a round.
struct Peaks(Vec<u32>);

impl Peaks {
    fn samples(self) -> Samples {
        self.0.into_iter().map(f64::from).collect()
    }
}

/// The bytes of all scripts of a set.
fn bytes(migrations: u32) -> f64 {
    let files = Sets::new(migrations, 200).files();
    files.iter().map(|(_, text)| text.len()).sum::<usize>() as f64
}

/// What a program's memory was at most, in kibibytes.
fn peak(program: &Path, what: &str, namespace: &str) -> Result<u32> {
    let endpoint = format!("ws://{}", Server::shared().address());
    let output = Command::new(program)
        .args([what, &endpoint, namespace, USER, PASSWORD])
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    match said.trim().parse() {
        Ok(peak) => Ok(peak),
        Err(_) => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

/// Builds a program, and returns where it is.
fn build(program: &Program) -> Result<PathBuf> {
    let folder = building::folder("programs").join(program.name);
    let migrations = folder.join("migrations");
    fs::create_dir_all(folder.join("src"))?;
    fs::create_dir_all(&migrations)?;
    fs::write(folder.join("Cargo.toml"), manifest(program))?;
    fs::write(folder.join("src/main.rs"), source(program))?;
    let lock = folder.join("Cargo.lock");
    if !lock.exists() {
        fs::copy(repository().join("Cargo.lock"), lock)?;
    }
    for (name, text) in Sets::new(program.migrations, 200).files() {
        fs::write(migrations.join(name), text)?;
    }
    eprintln!("building `{}`", program.name);
    let target = building::folder("programs").join("target");
    cargo(&["build", "--release", "--quiet"], &folder, Some(&target))?;
    let name = Path::new(program.name).with_extension(std::env::consts::EXE_EXTENSION);
    Ok(target.join("release").join(name))
}

fn manifest(program: &Program) -> String {
    let library = program.features.map_or(String::new(), |features| {
        format!(
            "migrate-runtime = {{ path = '{}', default-features = false, features = {features:?} }}",
            repository().join("migrate-runtime").display()
        )
    });
    format!(
        "[package]\nname = {:?}\nedition = \"2024\"\n\n[dependencies]\n\
         surrealdb = {{ version = \"3.3.5\", default-features = false, features = [\"protocol-ws\"] }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n{library}\n\
         [profile.release]\nstrip = true\n\n[workspace]\n",
        program.name
    )
}

fn source(program: &Program) -> String {
    let embed = match program.features {
        Some(_) => "migrate_runtime::embed_migrations!();\n\n",
        None => "",
    };
    format!(
        r#"{embed}#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let arguments: Vec<String> = std::env::args().collect();
    let [_, what, endpoint, namespace, user, password] = &*arguments else {{
        return Err("WHAT ENDPOINT NAMESPACE USER PASSWORD".into());
    }};
    let db = surrealdb::engine::any::connect(endpoint).await?;
    let root = surrealdb::opt::auth::Root {{
        username: user.clone(),
        password: password.clone(),
    }};
    db.signin(root).await?;
    db.use_ns(namespace).use_db("app").await?;
    if what == "work" {{
        {}
    }}
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("{{}}", peak.unwrap_or("0").trim().trim_end_matches(" kB"));
    Ok(())
}}
"#,
        program.body
    )
}
