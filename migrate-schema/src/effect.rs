//! What a script does that matters to an index or a sequence, without the parser's types, so that a
//! program without a parser has it as well.

use std::borrow::Cow;
use std::collections::BTreeSet;

/// The name of a table, an index or a sequence; or the path of a field:
/// `a`, `a.b`, ``a.`b c` ``, `a.*` for the elements of an array. The empty path is the whole record.
pub type Name = Cow<'static, str>;

/// Several names.
pub type Names = Vec<Name>;

/// Effects in the order that they happen.
pub type Effects = Vec<Effect>;

/// What a statement does to the records and indexes of a table, as far as its text says. What the
/// text leaves open (a parameter for a table, what a function or an event does) is left out.
///
/// As JSON its names are short: a program holds it for each of its scripts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub enum Effect {
    /// `DEFINE TABLE t`, which fails where the table is there already.
    #[cfg_attr(feature = "serde", serde(rename = "+t"))]
    CreatesTable {
        /// Which table.
        #[cfg_attr(feature = "serde", serde(rename = "t"))]
        table: Name,
    },
    /// `DEFINE TABLE t AS SELECT … FROM …`: a view holds records from the moment it is defined.
    #[cfg_attr(feature = "serde", serde(rename = "+v"))]
    FillsView {
        /// The view.
        #[cfg_attr(feature = "serde", serde(rename = "t"))]
        table: Name,
        /// What it selects from.
        #[cfg_attr(feature = "serde", serde(rename = "v"))]
        sources: Names,
    },
    /// `REMOVE TABLE t`
    #[cfg_attr(feature = "serde", serde(rename = "-t"))]
    RemovesTable {
        /// Which table.
        #[cfg_attr(feature = "serde", serde(rename = "t"))]
        table: Name,
        /// With `IF EXISTS`: the table may not have been there.
        #[cfg_attr(feature = "serde", serde(rename = "x"))]
        if_exists: bool,
    },
    /// `DEFINE FIELD f ON t` of a new field, whose value the engine computes with each write.
    #[cfg_attr(feature = "serde", serde(rename = "+f"))]
    AddsComputed {
        /// Whose field.
        #[cfg_attr(feature = "serde", serde(rename = "t"))]
        table: Name,
        /// Its path.
        #[cfg_attr(feature = "serde", serde(rename = "f"))]
        field: Name,
    },
    /// `DEFINE INDEX i ON t …`
    #[cfg_attr(feature = "serde", serde(rename = "+i"))]
    DefinesIndex {
        /// Of which table.
        #[cfg_attr(feature = "serde", serde(rename = "t"))]
        table: Name,
        /// Its name.
        #[cfg_attr(feature = "serde", serde(rename = "i"))]
        index: Name,
        /// What happens where it is there already.
        #[cfg_attr(feature = "serde", serde(rename = "m"))]
        mode: IndexMode,
        /// What it is for.
        #[cfg_attr(feature = "serde", serde(rename = "k"))]
        kind: IndexKind,
        /// The paths of its fields. Empty where the text does not say.
        #[cfg_attr(feature = "serde", serde(rename = "f"))]
        fields: Names,
    },
    /// `REMOVE INDEX i ON t`
    #[cfg_attr(feature = "serde", serde(rename = "-i"))]
    RemovesIndex {
        /// Of which table.
        #[cfg_attr(feature = "serde", serde(rename = "t"))]
        table: Name,
        /// Its name.
        #[cfg_attr(feature = "serde", serde(rename = "i"))]
        index: Name,
    },
    /// `REBUILD INDEX i ON t`, without `IF EXISTS`.
    #[cfg_attr(feature = "serde", serde(rename = "!i"))]
    RebuildsIndex {
        /// Of which table.
        #[cfg_attr(feature = "serde", serde(rename = "t"))]
        table: Name,
        /// Its name.
        #[cfg_attr(feature = "serde", serde(rename = "i"))]
        index: Name,
    },
    /// Adds records.
    #[cfg_attr(feature = "serde", serde(rename = "+"))]
    Creates {
        /// Where.
        #[cfg_attr(feature = "serde", serde(rename = "r"))]
        target: Target,
        /// Whether they may have been there already: `UPSERT`.
        #[cfg_attr(feature = "serde", serde(rename = "u"))]
        or_updates: bool,
    },
    /// Changes records, if only by having the engine compute their fields again.
    #[cfg_attr(feature = "serde", serde(rename = "="))]
    Updates {
        /// Where.
        #[cfg_attr(feature = "serde", serde(rename = "r"))]
        target: Target,
        /// The paths that are written, as far as the text says.
        #[cfg_attr(feature = "serde", serde(rename = "f"))]
        fields: Names,
    },
    /// Deletes records.
    #[cfg_attr(feature = "serde", serde(rename = "-"))]
    Deletes {
        /// Where.
        #[cfg_attr(feature = "serde", serde(rename = "r"))]
        target: Target,
    },
    /// Selects records of a table by what an index of it could answer, and uses what it finds.
    #[cfg_attr(feature = "serde", serde(rename = "?"))]
    Reads {
        /// Which table.
        #[cfg_attr(feature = "serde", serde(rename = "t"))]
        table: Name,
        /// By what.
        #[cfg_attr(feature = "serde", serde(rename = "b"))]
        by: Lookup,
    },
    /// `DEFINE SEQUENCE s`
    #[cfg_attr(feature = "serde", serde(rename = "+s"))]
    DefinesSequence {
        /// Its name.
        #[cfg_attr(feature = "serde", serde(rename = "s"))]
        sequence: Name,
        /// With `OVERWRITE`.
        #[cfg_attr(feature = "serde", serde(rename = "o"))]
        overwrite: bool,
    },
    /// `REMOVE SEQUENCE s`
    #[cfg_attr(feature = "serde", serde(rename = "-s"))]
    RemovesSequence {
        /// Its name.
        #[cfg_attr(feature = "serde", serde(rename = "s"))]
        sequence: Name,
    },
    /// `sequence::nextval('s')`
    #[cfg_attr(feature = "serde", serde(rename = "!s"))]
    TakesFromSequence {
        /// Its name.
        #[cfg_attr(feature = "serde", serde(rename = "s"))]
        sequence: Name,
    },
    /// What only may happen: at most one of these, once or more often. The branches of an `IF`, the
    /// body of a loop.
    #[cfg_attr(feature = "serde", serde(rename = "|"))]
    Either(Vec<Effects>),
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
                for branch in branches {
                    add_with_branches(branch, flat);
                }
            }
            effect => flat.push(effect),
        }
    }
}

/// Whether one of some effects fits, in a branch or not.
#[must_use]
pub fn includes(effects: &[Effect], fits: &dyn Fn(&Effect) -> bool) -> bool {
    effects.iter().any(|effect| match effect {
        Effect::Either(branches) => branches.iter().any(|branch| includes(branch, fits)),
        effect => fits(effect),
    })
}

/// Which records of a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
pub struct Target {
    /// The table.
    #[cfg_attr(feature = "serde", serde(rename = "t"))]
    pub table: Name,
    /// The key of the one record that it is, where the text has it.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "k", default, skip_serializing_if = "Option::is_none")
    )]
    pub record: Option<Name>,
}

/// What `DEFINE INDEX` does where the index is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
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
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
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
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
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
                for branch in branches {
                    add_used(branch, used);
                }
            }
            _ => {}
        }
    }
}
