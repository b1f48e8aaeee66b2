//! What the project costs, beside what people would pick instead. README.md says how to run it and
//! how to read what it writes.

#![recursion_limit = "256"]

mod applications;
mod applying;
mod building;
mod chart;
mod contender;
mod dependencies;
mod expansion;
mod machine;
mod measure;
mod network;
mod place;
mod programs;
mod replicas;
mod results;
mod start_up;
mod stopwatch;
mod tenants;
mod texts;

use std::path::Path;
use std::process::ExitCode;

use measure::Effort;
use results::Section;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "benchmarks [--quick] [SECTION]...

Sections: start-up, applying, reverting, replicas, tenants, programs, expansion, dependencies.
Without any, all of them are measured. What was measured is written to benchmarks/RESULTS.md, in place
of what is there. --quick measures less, and prints it instead.";

#[tokio::main]
async fn main() -> ExitCode {
    let (options, names): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|it| it.starts_with('-'));
    let effort = match &*options {
        [] => Effort::Full,
        [quick] if quick == "--quick" => Effort::Quick,
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(effort, &names).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(effort: Effort, names: &[String]) -> Result<()> {
    building::build_programs()?;
    let all = SECTIONS.map(str::to_owned);
    let names = if names.is_empty() { &all } else { names };
    for name in names {
        let section = measure(name, effort).await?;
        match effort {
            Effort::Quick => print!("{section}"),
            // What was measured stays, whatever becomes of the rest.
            Effort::Full => results::write(Path::new(env!("CARGO_MANIFEST_DIR")), &section)?,
        }
    }
    Ok(())
}

const SECTIONS: [&str; 8] = [
    "start-up",
    "applying",
    "reverting",
    "replicas",
    "tenants",
    "programs",
    "expansion",
    "dependencies",
];

async fn measure(name: &str, effort: Effort) -> Result<Section> {
    eprintln!("measuring {name}");
    match name {
        "start-up" => Ok(start_up::measure(effort).await),
        "applying" => Ok(applying::applying(effort).await),
        "reverting" => Ok(applying::reverting(effort).await),
        "replicas" => Ok(replicas::measure(effort).await),
        "tenants" => Ok(tenants::measure(effort).await),
        "expansion" => expansion::measure(effort),
        "dependencies" => dependencies::measure(),
        "programs" => programs::measure(),
        unknown => Err(format!("there is no section {unknown:?}\n\n{USAGE}").into()),
    }
}
