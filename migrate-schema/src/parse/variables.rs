//! Which variables a statement reads that its script has not set.

use std::collections::BTreeSet;

use surrealdb_sql::Expr;

use crate::effect::Name;
use crate::model::Change;

/// Those that the engine sets by itself, wherever it does.
pub const OF_THE_ENGINE: &[&str] = &[
    "access",
    "action",
    "after",
    "auth",
    "before",
    "event",
    "input",
    "parent",
    "reference",
    "request",
    "session",
    "this",
    "token",
    "value",
];

/// The variables that a script has set so far, in whatever block: one that was set somewhere is not
/// called missing elsewhere.
#[derive(Debug, Default)]
pub struct Variables(BTreeSet<Name>);

impl Variables {
    /// What the next statement reads without having it; `runs` are the expressions of it that are
    /// evaluated.
    pub fn read(&mut self, runs: &[&Expr]) -> Vec<Change> {
        self.0.extend(runs.iter().filter_map(|expr| set_by(expr)));
        let read = runs.iter().filter_map(|expr| match expr {
            Expr::Param(name) => Some(Name::from(name.as_str().to_owned())),
            _ => None,
        });
        let missing = |name: &Name| !self.0.contains(name) && !OF_THE_ENGINE.contains(&&**name);
        let missing: BTreeSet<Name> = read.filter(missing).collect();
        let missing = missing.into_iter();
        let changes = missing.map(|variable| Change::Reads {
            variable,
            set: self.0.iter().cloned().collect(),
        });
        changes.collect()
    }
}

fn set_by(expr: &Expr) -> Option<Name> {
    let name = match expr {
        Expr::Let(assigned) => assigned.name.as_str(),
        Expr::Foreach(each) => each.param.as_str(),
        _ => return None,
    };
    Some(name.trim_start_matches('$').to_owned().into())
}
