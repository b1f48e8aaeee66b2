//! Tables in Markdown, and the file that they are written to.

use std::fmt::{self, Display};
use std::fs;
use std::path::Path;

use crate::Result;
use crate::machine;

/// One kind of measurement.
pub struct Section {
    pub title: &'static str,
    /// What was measured, and what the columns mean.
    pub text: String,
    pub tables: Vec<Table>,
    /// Pictures: names of files and what is in them.
    pub charts: Vec<(&'static str, String)>,
}

impl Section {
    pub fn new(title: &'static str, text: impl Into<String>) -> Self {
        Self {
            title,
            text: text.into(),
            tables: vec![],
            charts: vec![],
        }
    }
}

/// A table with a heading for each column.
#[derive(Debug, Clone)]
pub struct Table {
    title: String,
    headings: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(title: impl Into<String>, headings: &[&'static str]) -> Self {
        Self {
            title: title.into(),
            headings: headings.to_vec(),
            rows: vec![],
        }
    }

    /// Adds a row, and says on standard error how far the work has come.
    pub fn row(&mut self, cells: &[&dyn Display]) {
        let cells: Vec<String> = cells.iter().map(ToString::to_string).collect();
        eprintln!("  {}", cells.join(" | "));
        self.rows.push(cells);
    }
}

impl Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        if !self.title.is_empty() {
            writeln!(formatter, "### {}\n", self.title)?;
        }
        writeln!(formatter, "| {} |", self.headings.join(" | "))?;
        writeln!(
            formatter,
            "| {} |",
            vec!["---:"; self.headings.len()].join(" | ")
        )?;
        for row in &self.rows {
            writeln!(formatter, "| {} |", row.join(" | "))?;
        }
        Ok(())
    }
}

impl Display for Section {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        writeln!(formatter, "## {}\n\n{}", self.title, self.text.trim())?;
        for (name, _) in &self.charts {
            writeln!(formatter, "\n![{}]({name})", self.title)?;
        }
        for table in &self.tables {
            write!(formatter, "\n{table}")?;
        }
        Ok(())
    }
}

const HEAD: &str = "# Results
Written by `cargo run --release --manifest-path benchmarks/Cargo.toml`; not to be edited by hand. \
Each figure is a ratio to something measured in the same round, `median (lower quartile–upper quartile)` \
of all rounds: 1.00 is as long as the other one took, and less is faster. `~` marks a spread of more \
than a quarter of the median: noise. README.md says what is measured and how.";

/// Writes a section: in place of the one with its title, or behind the others.
pub fn write(folder: &Path, section: &Section) -> Result<()> {
    for (name, chart) in &section.charts {
        fs::write(folder.join(name), chart)?;
    }
    let file = folder.join("RESULTS.md");
    let before = fs::read_to_string(&file).unwrap_or_default();
    let mut sections: Vec<String> = before.split("\n## ").skip(1).map(str::to_owned).collect();
    let text = section.to_string();
    let text = text.trim_start_matches("## ").to_owned();
    let is_same = |it: &String| it.lines().next() == text.lines().next();
    match sections.iter().position(is_same) {
        Some(index) => sections[index] = text,
        None => sections.push(text),
    }
    let mut all = format!("{HEAD}\n\n{}\n", machine::describe());
    for section in sections {
        all.push_str("\n## ");
        all.push_str(section.trim_end());
        all.push('\n');
    }
    Ok(fs::write(file, all)?)
}
