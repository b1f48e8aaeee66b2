//! What a script does that matters to an index or a sequence, without the parser's types: plain data
//! that can stand in a constant, so that a program without a parser has it as well.

use std::borrow::Cow;
use std::collections::BTreeSet;

/// The name of a table, an index or a sequence; or the path of a field:
/// `a`, `a.b`, ``a.`b c` ``, `a.*` for the elements of an array. The empty path is the whole record.
pub type Name = Cow<'static, str>;

/// Several names.
pub type Names = Cow<'static, [Name]>;

/// Effects in the order that they happen.
pub type Effects = Cow<'static, [Effect]>;

/// What a statement does to the records and indexes of a table, as far as its text says. What the
/// text leaves open (a parameter for a table, what a function or an event does) is left out.
///
/// Exhaustive on purpose: the macro prints each of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Effect {
    /// `DEFINE TABLE t`, which fails where the table is there already.
    CreatesTable {
        /// Which table.
        table: Name,
    },
    /// `DEFINE TABLE t AS SELECT … FROM …`: a view holds records from the moment it is defined.
    FillsView {
        /// The view.
        table: Name,
        /// What it selects from.
        sources: Names,
    },
    /// `REMOVE TABLE t`
    RemovesTable {
        /// Which table.
        table: Name,
        /// With `IF EXISTS`: the table may not have been there.
        if_exists: bool,
    },
    /// `DEFINE FIELD f ON t` of a new field, whose value the engine computes with each write.
    AddsComputed {
        /// Whose field.
        table: Name,
        /// Its path.
        field: Name,
    },
    /// `DEFINE INDEX i ON t …`
    DefinesIndex {
        /// Of which table.
        table: Name,
        /// Its name.
        index: Name,
        /// What happens where it is there already.
        mode: IndexMode,
        /// What it is for.
        kind: IndexKind,
        /// The paths of its fields. Empty where the text does not say.
        fields: Names,
    },
    /// `REMOVE INDEX i ON t`
    RemovesIndex {
        /// Of which table.
        table: Name,
        /// Its name.
        index: Name,
    },
    /// `REBUILD INDEX i ON t`, without `IF EXISTS`.
    RebuildsIndex {
        /// Of which table.
        table: Name,
        /// Its name.
        index: Name,
    },
    /// Adds records.
    Creates {
        /// Where.
        target: Target,
        /// Whether they may have been there already: `UPSERT`.
        or_updates: bool,
    },
    /// Changes records, if only by having the engine compute their fields again.
    Updates {
        /// Where.
        target: Target,
        /// The paths that are written, as far as the text says.
        fields: Names,
    },
    /// Deletes records.
    Deletes {
        /// Where.
        target: Target,
    },
    /// Selects records of a table by what an index of it could answer, and uses what it finds.
    Reads {
        /// Which table.
        table: Name,
        /// By what.
        by: Lookup,
    },
    /// `DEFINE SEQUENCE s`
    DefinesSequence {
        /// Its name.
        sequence: Name,
        /// With `OVERWRITE`.
        overwrite: bool,
    },
    /// `REMOVE SEQUENCE s`
    RemovesSequence {
        /// Its name.
        sequence: Name,
    },
    /// `sequence::nextval('s')`
    TakesFromSequence {
        /// Its name.
        sequence: Name,
    },
    /// What only may happen: at most one of these, once or more often. The branches of an `IF`, the
    /// body of a loop.
    Either(Cow<'static, [Effects]>),
}

/// Each of some effects, with those in branches in place of these.
#[must_use]
pub fn with_branches(effects: &[Effect]) -> Vec<&Effect> {
    let mut flat = Vec::new();
    add_with_branches(effects, &mut flat);
    flat
}

fn add_with_branches<'e>(effects: &'e [Effect], flat: &mut Vec<&'e Effect>) {
    for effect in effects {
        match effect {
            Effect::Either(branches) => {
                for branch in &**branches {
                    add_with_branches(branch, flat);
                }
            }
            effect => flat.push(effect),
        }
    }
}

/// Which records of a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// The table.
    pub table: Name,
    /// The key of the one record that it is, where the text has it.
    pub record: Option<Name>,
}

/// What `DEFINE INDEX` does where the index is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IndexMode {
    /// It fails.
    Plain,
    /// It replaces the index.
    Overwrite,
    /// Nothing.
    IfNotExists,
}

/// What an index is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IndexKind {
    /// The values of fields, `UNIQUE` or not.
    Values,
    /// `COUNT`
    Count,
    /// `COUNT WHERE …`
    CountSome,
    /// `FULLTEXT`
    FullText,
    /// `HNSW` and the like.
    Vector,
}

/// By what records are selected.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// This field's value, compared or sorted by.
    Value(Name),
    /// The words in this field: `@@`.
    Words(Name),
    /// This field's neighbours: `<|k, ef|>`.
    Neighbours(Name),
    /// None of them, only how many there are: `count() … GROUP ALL`.
    Count,
}

/// What the statements of a script do together, for a comparison with other scripts: shorter, since
/// what is done again and again is there once, and a record's key only where it is used again.
pub fn summary(effects: impl IntoIterator<Item = Effect>) -> Vec<Effect> {
    let all: Vec<Effect> = effects.into_iter().collect();
    let mut used = BTreeSet::new();
    add_used(&all, &mut used);
    let mut summary: Vec<Effect> = Vec::new();
    let mut since = 0;
    for mut effect in all.iter().cloned() {
        if let Effect::Creates { target, .. } = &mut effect {
            let key = (&target.table, target.record.as_ref());
            if !used.contains(&key) {
                target.record = None;
            }
        }
        match &effect {
            Effect::Creates { target, .. }
            | Effect::Updates { target, .. }
            | Effect::Deletes { target }
                if target.record.is_some() => {}
            Effect::Creates { .. }
            | Effect::Updates { .. }
            | Effect::Deletes { .. }
            | Effect::Reads { .. } => {
                if summary[since..].contains(&effect) {
                    continue;
                }
            }
            // What came before may mean something else from here on.
            _ => since = summary.len(),
        }
        summary.push(effect);
    }
    summary
}

/// Adds the records that are changed or deleted by their keys.
fn add_used<'a>(effects: &'a [Effect], used: &mut BTreeSet<(&'a Name, Option<&'a Name>)>) {
    for effect in effects {
        match effect {
            Effect::Updates { target, .. } | Effect::Deletes { target } => {
                used.insert((&target.table, target.record.as_ref()));
            }
            Effect::Either(branches) => {
                for branch in &**branches {
                    add_used(branch, used);
                }
            }
            _ => {}
        }
    }
}
