//! Embedding a large set: what it adds to a build.

use crate::Result;
use crate::applications::{Application, Applications, BUILDS};
use crate::building;
use crate::chart;
use crate::machine;
use crate::measure::{Effort, Samples};
use crate::results::{Section, Table};

pub fn measure(effort: Effort) -> Result<Section> {
    let applications = Applications::create(&building::folder("applications"))?;
    let lock = applications.lock()?;
    let mut section = Section::new(
        "Embedding",
        format!(
            "`cargo check` of an application that embeds so many pairs of scripts, 750 bytes each, after \
             its source was touched, less the same of one that embeds nothing: processor time in an \
             unoptimised build, as while developing. `embed_migrations!` parses every statement and checks \
             it against the schema that the scripts before it make; the others embed texts unread. Where \
             it has no parser, it still checks names, numbers and pairs. refinery has no down scripts: it \
             gets twice as many migrations. Cargo builds macros without optimisation unless it is told \
             otherwise: the last column is with `opt-level = 3` in `[profile.dev.build-override]`, for \
             both. With {}.",
            ["sqlx", "refinery", "include_dir"]
                .map(|name| machine::version(&lock, name))
                .join(", ")
        ),
    );
    let mut table = Table::new(
        "",
        &[
            "pairs",
            "to sqlx::migrate!",
            "to refinery",
            "to include_dir!",
            "without the parser to sqlx::migrate!",
            "optimised, to sqlx::migrate!",
        ],
    );
    let mut edits = Table::new(
        "After one script was edited",
        &["pairs", "what", "is built again", "to touching its source"],
    );
    let mut curves = [const { vec![] }; 5];
    for pairs in effort.pick(&[100, 1000, 10_000][..], &[100, 1000]) {
        applications.write_texts(*pairs)?;
        let samples = rounds(&applications, *pairs, effort)?;
        let [
            empty,
            ours,
            unchecked,
            sqlx,
            refinery,
            include_dir,
            ours_optimised,
            sqlx_optimised,
        ] = &samples;
        table.row(&[
            pairs,
            &ours.to_beyond(sqlx, empty),
            &ours.to_beyond(refinery, empty),
            &ours.to_beyond(include_dir, empty),
            &unchecked.to_beyond(sqlx, empty),
            &ours_optimised.to_beyond(sqlx_optimised, empty),
        ]);
        for (curve, samples) in curves.iter_mut().zip(&samples[1..]) {
            curve.push((*pairs as f64, samples.to(empty).median));
        }
        if *pairs == 1000 {
            after_edit(&applications, *pairs, effort, &samples, &mut edits)?;
        }
    }
    let names = Application::ALL.map(Application::title);
    let lines: Vec<_> = names.into_iter().skip(1).zip(curves).collect();
    section.charts.push((
        "build.svg",
        chart::draw(
            "Building an application that embeds migrations",
            "pairs of scripts",
            "times the build of an empty application",
            &lines,
        ),
    ));
    section.tables = vec![table, edits];
    Ok(section)
}

fn rounds(applications: &Applications, pairs: usize, effort: Effort) -> Result<[Samples; 8]> {
    let mut samples: [Samples; 8] = std::array::from_fn(|_| Samples::default());
    let rounds = effort.pick(if pairs > 1000 { 3 } else { 7 }, 3);
    // The first round only warms up what the operating system keeps in memory.
    for round in 0..=rounds {
        for (build, samples) in BUILDS.into_iter().zip(&mut samples) {
            let time = applications.check(build)?;
            if round > 0 {
                samples.push(time);
            }
        }
    }
    Ok(samples)
}

fn after_edit(
    applications: &Applications,
    pairs: usize,
    effort: Effort,
    touched: &[Samples; 8],
    table: &mut Table,
) -> Result<()> {
    for (application, touched) in Application::ALL.into_iter().zip(touched).skip(1) {
        let mut samples = Samples::default();
        let mut is_built = true;
        for _ in 0..effort.pick(7, 3) {
            match applications.check_after_edit(application, pairs)? {
                Some(time) => samples.push(time),
                None => is_built = false,
            }
        }
        let ratio = match is_built {
            true => samples.to(touched).to_string(),
            false => String::new(),
        };
        let answer = if is_built { "yes" } else { "no" };
        table.row(&[&pairs, &application.title(), &answer, &ratio]);
    }
    Ok(())
}
