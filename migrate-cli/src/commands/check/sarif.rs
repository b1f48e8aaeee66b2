//! SARIF 2.1.0, which code scanning and editors read.

use std::collections::BTreeSet;

use migrate_files::Lint;
use serde_json::{Value, json};

use super::findings::{Finding, Findings, Level};

/// The rule of what is no rule's: an error that cannot be allowed.
const INVALID: &str = "invalid";

/// A log of one run.
pub fn log(found: &Findings) -> Value {
    let rules: BTreeSet<&str> = found.iter().map(rule).collect();
    let rules = rules.into_iter().map(|id| json!({ "id": id }));
    let results = found.iter().map(result);
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "migrate",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    })
}

fn rule(finding: &Finding) -> &'static str {
    finding.problem.lint.map_or(INVALID, Lint::name)
}

fn result(finding: &Finding) -> Value {
    let problem = &finding.problem;
    let mut location = json!({ "artifactLocation": { "uri": problem.file } });
    if let Some(snippet) = &problem.snippet {
        location["region"] = json!({
            "startLine": snippet.place.line,
            "startColumn": snippet.place.column,
            "endColumn": snippet.place.column + snippet.width,
        });
    }
    let notes = problem.notes.iter().cloned();
    let help = problem.help.iter().map(|help| format!("help: {help}"));
    let lines: Vec<String> = [problem.message.clone()]
        .into_iter()
        .chain(notes)
        .chain(help)
        .collect();
    let level = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    json!({
        "ruleId": rule(finding),
        "level": level,
        "message": { "text": lines.join("\n") },
        "locations": [{ "physicalLocation": location }],
    })
}
