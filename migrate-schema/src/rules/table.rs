//! What a transaction has done to one table so far, and what must not follow.

use std::collections::{BTreeMap, BTreeSet};

use super::conflict::{Reason, Replacement};
use crate::effect::{IndexKind, IndexMode, Lookup, Name, Target};

/// Where in a transaction something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// In which script or statement.
    pub at: usize,
    /// In which block of statements: of those in one block, all happen or none.
    pub block: usize,
}

/// A reason, and the earlier one of the two that it is about.
pub type Found = Option<(Point, Reason)>;

/// A table, as far as a transaction is concerned with it.
#[derive(Debug, Clone, Default)]
pub struct Table<'a> {
    /// Whether it certainly has no records and no indexes from before the transaction: it was not there,
    /// or it was removed.
    is_fresh: bool,
    /// Where it was removed, with records from before for all that the text says.
    removed: Option<Point>,
    created: Vec<Creation<'a>>,
    updated: Vec<(Point, &'a [Name])>,
    deleted: Option<Point>,
    /// Fields that change with each update.
    computed: Vec<&'a Name>,
    /// The keys of records that certainly were not there before.
    own: BTreeSet<&'a str>,
    indexes: BTreeMap<&'a str, Vec<Index<'a>>>,
    rebuilt: BTreeMap<&'a str, Point>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Creation<'a> {
    point: Point,
    record: Option<&'a str>,
    kind: Write,
}

/// A write that an index lacks which is defined behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Write {
    /// Of a record that was not there. An index that is defined before has it.
    Insert,
    /// Of one that may have been there.
    Change,
    /// Of a view's records, together with the view.
    View,
}

/// An index that the transaction defines.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Index<'a> {
    point: Point,
    kind: IndexKind,
    fields: &'a [Name],
    /// Whether it may have been there before, and is not built.
    may_be_old: bool,
    /// Whether it may have records from before the transaction.
    has_committed: bool,
}

/// What a statement says about an index that it defines.
#[derive(Clone, Copy)]
pub struct Definition<'a> {
    pub table: &'a Name,
    pub index: &'a Name,
    pub mode: IndexMode,
    pub kind: IndexKind,
    pub fields: &'a [Name],
}

impl<'a> Table<'a> {
    pub const fn create(&mut self) {
        self.is_fresh = true;
    }

    /// Whether it certainly has no records.
    pub const fn is_empty(&self) -> bool {
        self.is_fresh && self.created.is_empty()
    }

    pub fn fill(&mut self, here: Point) {
        self.created.push(Creation {
            point: here,
            record: None,
            kind: Write::View,
        });
    }

    pub fn add_computed(&mut self, field: &'a Name) {
        self.computed.push(field);
    }

    pub fn remove(&mut self, here: Point, if_exists: bool) -> Found {
        let by = Replacement::TableRemoval;
        let names: BTreeSet<&str> = self
            .indexes
            .keys()
            .chain(self.rebuilt.keys())
            .copied()
            .collect();
        let found = names
            .into_iter()
            .find_map(|index| self.taken_back(here, index, by));
        let may_have_had_records = !if_exists && !self.is_fresh;
        *self = Self {
            is_fresh: true,
            removed: self.removed.or(may_have_had_records.then_some(here)),
            ..Self::default()
        };
        found
    }

    pub fn define_index(&mut self, here: Point, definition: Definition<'a>) -> Found {
        let Definition {
            index,
            mode,
            kind,
            fields,
            ..
        } = definition;
        if mode == IndexMode::IfNotExists && self.indexes.contains_key(&**index) {
            return None;
        }
        let replaced = match mode {
            IndexMode::Overwrite => self.taken_back(here, index, Replacement::Overwrite),
            IndexMode::Plain | IndexMode::IfNotExists => None,
        };
        let found = replaced
            .or_else(|| self.holds_removed(definition))
            .or_else(|| self.lacks_records(definition));
        let defined = Index {
            point: here,
            kind,
            fields,
            may_be_old: mode == IndexMode::IfNotExists && !self.is_fresh,
            has_committed: !self.is_fresh,
        };
        self.rebuilt.remove(&**index);
        self.indexes.insert(index, vec![defined]);
        found
    }

    pub fn remove_index(&mut self, here: Point, index: &'a Name) -> Found {
        let found = self.taken_back(here, index, Replacement::Removal);
        self.indexes.remove(&**index);
        self.rebuilt.remove(&**index);
        found
    }

    pub fn rebuild_index(&mut self, here: Point, index: &'a Name) {
        self.rebuilt.insert(index, here);
    }

    /// Whether an index was defined or rebuilt, for certain, where it is now taken back.
    fn taken_back(&self, here: Point, index: &str, by: Replacement) -> Found {
        let name = || Name::from(index.to_owned());
        let mut defined = self.indexes.get(index).into_iter().flatten();
        let defined =
            defined.find(|defined| defined.point.block == here.block && !defined.may_be_old);
        if let Some(defined) = defined {
            return Some((defined.point, Reason::TakesBack { index: name(), by }));
        }
        let rebuilt = self.rebuilt.get(index);
        let rebuilt = rebuilt.filter(|rebuilt| rebuilt.block == here.block);
        rebuilt.map(|point| (*point, Reason::RebuiltForNothing { index: name(), by }))
    }

    fn holds_removed(&self, definition: Definition) -> Found {
        self.removed.map(|point| {
            let reason = Reason::HoldsRemoved {
                table: definition.table.clone(),
                index: definition.index.clone(),
            };
            (point, reason)
        })
    }

    fn lacks_records(&self, definition: Definition) -> Found {
        let created = self
            .created
            .iter()
            .map(|created| (created.point, created.kind));
        let deleted = self.deleted.iter().map(|point| (*point, Write::Change));
        let updated = self
            .updated
            .iter()
            .filter(|(_, fields)| self.changed(fields, definition.fields).is_some());
        let updated = updated.map(|(point, _)| (*point, Write::Change));
        let writes: Vec<(Point, Write)> = created.chain(deleted).chain(updated).collect();
        let (point, _) = writes.iter().min_by_key(|(point, _)| point.at)?;
        let reason = Reason::LacksRecords {
            table: definition.table.clone(),
            index: definition.index.clone(),
            may_come_first: writes.iter().all(|(_, kind)| match kind {
                Write::Insert => true,
                Write::Change => self.is_fresh,
                Write::View => false,
            }),
        };
        Some((*point, reason))
    }

    pub fn create_records(&mut self, here: Point, target: &'a Target, or_updates: bool) {
        let record = match or_updates {
            true => None,
            false => target.record.as_deref(),
        };
        self.own.extend(record);
        self.created.push(Creation {
            point: here,
            record,
            kind: match or_updates {
                true => Write::Change,
                false => Write::Insert,
            },
        });
    }

    pub fn update_records(&mut self, here: Point, target: &'a Target, fields: &'a [Name]) -> Found {
        if self.is_own(target) {
            return None;
        }
        if !self.is_fresh {
            self.updated.push((here, fields));
        }
        let mut indexes = self.indexes_of_committed();
        indexes.find_map(|(name, index)| {
            let field = self.changed(fields, index.fields)?;
            let reason = Reason::Changes {
                table: target.table.clone(),
                index: name.to_owned().into(),
                field: field.clone(),
            };
            Some((index.point, reason))
        })
    }

    pub fn delete_records(&mut self, here: Point, target: &'a Target) -> Found {
        if self.is_own(target) {
            self.created
                .retain(|created| created.record != target.record.as_deref());
            return None;
        }
        if !self.is_fresh {
            self.deleted = self.deleted.or(Some(here));
        }
        let mut indexes = self.indexes_of_committed();
        let (name, index) = indexes.find(|(_, index)| !is_count(index.kind))?;
        let reason = Reason::Deletes {
            table: target.table.clone(),
            index: name.to_owned().into(),
        };
        Some((index.point, reason))
    }

    pub fn read(&self, table: &Name, by: &Lookup) -> Found {
        let mut indexes = self.indexes_of_committed();
        indexes.find_map(|(name, index)| {
            let table = table.clone();
            let index_name = Name::from(name.to_owned());
            let first = index.fields.first();
            let reason = match (by, index.kind) {
                (Lookup::Value(field), IndexKind::Values) if Some(field) == first => {
                    Reason::ReadsValues {
                        table,
                        index: index_name,
                        field: field.clone(),
                    }
                }
                (Lookup::Words(field), IndexKind::FullText)
                | (Lookup::Neighbours(field), IndexKind::Vector)
                    if Some(field) == first =>
                {
                    Reason::Searches {
                        table,
                        index: index_name,
                    }
                }
                (Lookup::Count, IndexKind::Count) => Reason::Counts {
                    table,
                    index: index_name,
                },
                _ => return None,
            };
            Some((index.point, reason))
        })
    }

    fn is_own(&self, target: &Target) -> bool {
        let record = target.record.as_deref();
        record.is_some_and(|record| self.own.contains(record))
    }

    fn indexes_of_committed(&self) -> impl Iterator<Item = (&'a str, &Index<'a>)> {
        let indexes = self.indexes.iter();
        let indexes = indexes.flat_map(|(name, all)| all.iter().map(|index| (*name, index)));
        indexes.filter(|(_, index)| index.has_committed)
    }

    /// The first of an index's fields that a write of these ones changes. `COUNT` has none. What may be
    /// the end of an edge is not changed, whatever is written to it.
    fn changed<'f>(&self, written: &[Name], fields: &'f [Name]) -> Option<&'f Name> {
        let is_end = |field: &&Name| matches!(&***field, "in" | "out");
        fields.iter().filter(|field| !is_end(field)).find(|field| {
            let mut written = written.iter().chain(self.computed.iter().copied());
            written.any(|written| overlap(written, field))
        })
    }

    /// What is the case where a branch may have happened, or not.
    pub fn join(&mut self, branch: Self) {
        add_new(&mut self.created, branch.created);
        add_new(&mut self.updated, branch.updated);
        self.deleted = self.deleted.or(branch.deleted);
        for (name, indexes) in branch.indexes {
            add_new(self.indexes.entry(name).or_default(), indexes);
        }
        for (name, point) in branch.rebuilt {
            self.rebuilt.entry(name).or_insert(point);
        }
    }
}

const fn is_count(kind: IndexKind) -> bool {
    matches!(kind, IndexKind::Count | IndexKind::CountSome)
}

fn add_new<T: PartialEq>(all: &mut Vec<T>, others: Vec<T>) {
    for other in others {
        if !all.contains(&other) {
            all.push(other);
        }
    }
}

/// Whether one path is the other, or contains it.
fn overlap(a: &str, b: &str) -> bool {
    contains(a, b) || contains(b, a)
}

fn contains(path: &str, inner: &str) -> bool {
    let rest = inner.strip_prefix(path);
    path.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
