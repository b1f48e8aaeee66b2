//! What happens in one transaction, in order: the statements of a script, or several scripts.

use std::collections::BTreeMap;

use super::conflict::{Conflict, Reason, Replacement};
use super::table::{Definition, Found, Point, Table};
use crate::effect::{Effect, Effects, Name};

/// The first two of several scripts that must not be in one transaction: what the later one does is
/// lost, wrong or refused by the engine because of what the earlier one did. What is wrong within one
/// script is not looked for.
pub fn conflicts<'a>(scripts: impl IntoIterator<Item = &'a [Effect]>) -> Option<Conflict> {
    let mut transaction = Transaction::default();
    let found = scripts
        .into_iter()
        .flat_map(|effects| transaction.follow(effects));
    let mut found = found.filter(|conflict| conflict.earlier != conflict.later);
    found.next()
}

/// A transaction so far.
#[derive(Debug, Default)]
pub struct Transaction<'a> {
    state: State<'a>,
    next: usize,
    block: usize,
    blocks: usize,
}

#[derive(Debug, Clone, Default)]
struct State<'a> {
    tables: BTreeMap<&'a str, Table<'a>>,
    sequences: BTreeMap<&'a str, Sequence>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sequence {
    is_own: bool,
    taken_from: Option<Point>,
}

impl<'a> Transaction<'a> {
    /// Adds the next script or statement, and returns what conflicts with it.
    pub fn follow(&mut self, effects: &'a [Effect]) -> Vec<Conflict> {
        let mut found = Vec::new();
        self.add_all(effects, &mut found);
        self.next += 1;
        found
    }

    fn add_all(&mut self, effects: &'a [Effect], found: &mut Vec<Conflict>) {
        for effect in effects {
            match effect {
                Effect::Either(branches) => self.branch(branches, found),
                _ => found.extend(self.add(effect)),
            }
        }
    }

    /// Each branch begins with what was the case before, and none of them is certain.
    fn branch(&mut self, branches: &'a [Effects], found: &mut Vec<Conflict>) {
        let block = self.block;
        let before = self.state.clone();
        for branch in branches {
            let joined = std::mem::replace(&mut self.state, before.clone());
            self.blocks += 1;
            self.block = self.blocks;
            self.add_all(branch, found);
            let branch = std::mem::replace(&mut self.state, joined);
            self.state.join(branch);
        }
        self.block = block;
    }

    fn add(&mut self, effect: &'a Effect) -> Option<Conflict> {
        let here = Point {
            at: self.next,
            block: self.block,
        };
        let (earlier, reason) = self.state.add(here, effect)?;
        Some(Conflict::new(earlier.at, here.at, reason))
    }
}

impl<'a> State<'a> {
    fn add(&mut self, here: Point, effect: &'a Effect) -> Found {
        match effect {
            Effect::CreatesTable { table } => self.table(table).create(),
            Effect::FillsView { table, sources } => {
                let is_empty = sources.iter().all(|source| self.table(source).is_empty());
                if !is_empty {
                    self.table(table).fill(here);
                }
            }
            Effect::AddsComputed { table, field } => self.table(table).add_computed(field),
            Effect::RebuildsIndex { table, index } => self.table(table).rebuild_index(here, index),
            Effect::Creates { target, or_updates } => {
                let table = self.table(&target.table);
                table.create_records(here, target, *or_updates);
            }
            Effect::RemovesTable { table, if_exists } => {
                return self.table(table).remove(here, *if_exists);
            }
            Effect::DefinesIndex {
                table,
                index,
                mode,
                kind,
                fields,
            } => {
                let definition = Definition {
                    table,
                    index,
                    mode: *mode,
                    kind: *kind,
                    fields,
                };
                return self.table(table).define_index(here, definition);
            }
            Effect::RemovesIndex { table, index } => {
                return self.table(table).remove_index(here, index);
            }
            Effect::Updates { target, fields } => {
                return self
                    .table(&target.table)
                    .update_records(here, target, fields);
            }
            Effect::Deletes { target } => {
                return self.table(&target.table).delete_records(here, target);
            }
            Effect::Reads { table, by } => return self.table(table).read(table, by),
            Effect::TakesFromSequence { sequence } => self.sequence(sequence).take(here),
            Effect::DefinesSequence {
                sequence,
                overwrite,
            } => {
                let by = Replacement::Overwrite;
                let found = self.sequence(sequence).replace(here, sequence, by);
                self.sequence(sequence).is_own = true;
                return found.filter(|_| *overwrite);
            }
            Effect::RemovesSequence { sequence } => {
                let by = Replacement::Removal;
                return self.sequence(sequence).replace(here, sequence, by);
            }
            // Handled where the branches are followed.
            Effect::Either(_) => {}
        }
        None
    }

    fn table(&mut self, name: &'a Name) -> &mut Table<'a> {
        self.tables.entry(name).or_default()
    }

    fn sequence(&mut self, name: &'a Name) -> &mut Sequence {
        self.sequences.entry(name).or_default()
    }

    /// What is the case where a branch may have happened, or not.
    fn join(&mut self, branch: Self) {
        for (name, table) in branch.tables {
            self.tables.entry(name).or_default().join(table);
        }
        for (name, sequence) in branch.sequences {
            self.sequences.entry(name).or_default().join(sequence);
        }
    }
}

impl Sequence {
    fn take(&mut self, here: Point) {
        if !self.is_own {
            self.taken_from = Some(here);
        }
    }

    /// Whether a value was taken from it, for certain.
    fn replace(&mut self, here: Point, name: &Name, by: Replacement) -> Found {
        let taken = self.taken_from.take()?;
        let reason = Reason::TakesBackSequence {
            sequence: name.clone(),
            by,
        };
        (taken.block == here.block).then_some((taken, reason))
    }

    fn join(&mut self, branch: Self) {
        self.is_own |= branch.is_own;
        self.taken_from = self.taken_from.or(branch.taken_from);
    }
}
