//! What is there after some statements: for certain, not at all, or perhaps.

use std::collections::{BTreeMap, BTreeSet};

use crate::effect::Name;
use crate::model::change::{Change, Mode};
use crate::model::object::Object;

/// The schema that statements make on a database: one of which nothing is known
/// ([`Schema::default`]), or one that is empty ([`Schema::empty`]).
///
/// `P` says where a statement is. What a text leaves open is unclear, and nothing fails because of
/// what is unclear: [`Schema::apply`] returns only what certainly fails.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is known by itself")]
pub struct Schema<P> {
    objects: BTreeMap<Object, State<P>>,
    /// Whether what is not among the objects is not there, since the database was empty; tables
    /// apart, which come into being by a write as well.
    is_complete: bool,
    has_all_tables: bool,
    /// Tables of which everything is known, since they are new: what is not among the objects is not
    /// there.
    complete: BTreeSet<Name>,
    /// What a function or an event may change whenever it runs.
    volatile: BTreeSet<Object>,
    /// Whether a function or an event may change anything.
    is_volatile: bool,
    /// Tables that a function or an event writes to, and so makes whenever they are not there.
    written: BTreeSet<Name>,
    /// Whether one writes to tables that its text does not name.
    writes_anywhere: bool,
}

/// Whether a definition is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State<P> {
    /// It is, since this place.
    Present(P),
    /// It is not; removed at this place, if it was there before.
    Absent(Option<P>),
    /// The text does not tell.
    Unclear,
}

/// A statement that certainly fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure<P> {
    /// What it is about.
    pub object: Object,
    /// Why it fails.
    pub reason: Reason<P>,
}

/// Why a statement fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason<P> {
    /// It defines what is there, since this place.
    AlreadyDefined(P),
    /// It alters or removes what is not there; removed at this place, if it was there before.
    NotDefined(Option<P>),
}

impl<P> Default for Schema<P> {
    fn default() -> Self {
        Self {
            objects: BTreeMap::new(),
            is_complete: false,
            has_all_tables: false,
            complete: BTreeSet::new(),
            volatile: BTreeSet::new(),
            is_volatile: false,
            written: BTreeSet::new(),
            writes_anywhere: false,
        }
    }
}

impl<P: Clone> Schema<P> {
    /// That of an empty database.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            is_complete: true,
            has_all_tables: true,
            ..Self::default()
        }
    }

    /// Whether a definition is there.
    pub fn state(&self, object: &Object) -> State<P> {
        let table = object.table().cloned().map(Object::Table);
        let is_volatile = |object: &Object| self.volatile.contains(object);
        if self.is_volatile || is_volatile(object) || table.as_ref().is_some_and(is_volatile) {
            return State::Unclear;
        }
        let state = match (self.objects.get(object), table) {
            (Some(state), _) => state.clone(),
            (None, Some(table)) => match self.state(&table) {
                State::Absent(at) => State::Absent(at),
                _ if self.is_known(object) => State::Absent(None),
                _ => State::Unclear,
            },
            (None, None) if self.is_known(object) => State::Absent(None),
            (None, None) => State::Unclear,
        };
        match state {
            State::Absent(_) if self.may_be_written(object) => State::Unclear,
            state => state,
        }
    }

    /// Whether something that is not among the objects is not there.
    fn is_known(&self, object: &Object) -> bool {
        match (object, object.table()) {
            (_, Some(table)) => self.complete.contains(table),
            (Object::Table(_), None) => self.has_all_tables,
            _ => self.is_complete,
        }
    }

    fn may_be_written(&self, object: &Object) -> bool {
        match object {
            Object::Table(table) => self.writes_anywhere || self.written.contains(table),
            _ => false,
        }
    }

    /// All definitions that are there for certain.
    pub fn present(&self) -> impl Iterator<Item = &Object> {
        let objects = self.objects.keys();
        objects.filter(|object| matches!(self.state(object), State::Present(_)))
    }

    /// Applies what a statement does.
    ///
    /// # Errors
    /// It certainly fails. What it would have done counts as done, so that one mistake is told once.
    pub fn apply(&mut self, change: &Change, at: &P) -> Result<(), Failure<P>> {
        match change {
            Change::Defines(object, mode) => return self.define(object, *mode, at),
            Change::Removes { object, if_exists } => {
                let result = self.require(object, *if_exists);
                self.remove(object, at);
                return result;
            }
            Change::Alters { object, if_exists } => return self.require(object, *if_exists),
            Change::MayChange(object) => self.make_unclear(object),
            Change::MayChangeAllOf(table) => self.remove_children(table),
            Change::MayChangeAnything => self.forget(),
            Change::MayWrite(table) => self.write(table.as_ref()),
            Change::Calls(function) => self.call(function),
            Change::Keeps(object) => self.keep(object),
            Change::KeepsAnything => self.is_volatile = true,
            Change::KeepsWrite(Some(table)) => {
                self.written.insert(table.clone());
            }
            Change::KeepsWrite(None) => self.writes_anywhere = true,
        }
        Ok(())
    }

    fn keep(&mut self, object: &Object) {
        // A definition on a table makes the table.
        self.written.extend(object.table().cloned());
        self.volatile.insert(object.clone());
    }

    /// What a function does whose body was read is known from there.
    fn call(&mut self, function: &Name) {
        let function = Object::Function(function.clone());
        if !matches!(self.state(&function), State::Present(_)) {
            self.forget();
        }
    }

    fn define(&mut self, object: &Object, mode: Mode, at: &P) -> Result<(), Failure<P>> {
        let state = self.state(object);
        if let (State::Present(since), Mode::Plain) = (&state, mode) {
            return Err(Failure {
                object: object.clone(),
                reason: Reason::AlreadyDefined(since.clone()),
            });
        }
        if let (State::Present(_), Mode::IfNotExists) = (&state, mode) {
            return Ok(());
        }
        match object.table() {
            Some(table) => self.come_into_being(table, at),
            // That it does not fail says that the table is new.
            None if mode == Mode::Plain || matches!(state, State::Absent(_)) => {
                if let Object::Table(table) = object {
                    self.remove_children(table);
                    self.complete.insert(table.clone());
                }
            }
            None => {}
        }
        let state = State::Present(at.clone());
        self.objects.insert(object.clone(), state);
        Ok(())
    }

    /// A definition on a table makes the table where it is not there.
    fn come_into_being(&mut self, table: &Name, at: &P) {
        let object = Object::Table(table.clone());
        match self.state(&object) {
            State::Present(_) => return,
            State::Absent(_) => {
                self.remove_children(table);
                self.complete.insert(table.clone());
            }
            State::Unclear => {}
        }
        self.objects.insert(object, State::Present(at.clone()));
    }

    fn require(&self, object: &Object, if_exists: bool) -> Result<(), Failure<P>> {
        match self.state(object) {
            State::Absent(at) if !if_exists => Err(Failure {
                object: object.clone(),
                reason: Reason::NotDefined(at),
            }),
            _ => Ok(()),
        }
    }

    fn remove(&mut self, object: &Object, at: &P) {
        if matches!(self.state(object), State::Absent(_)) {
            return;
        }
        if let Object::Table(table) = object {
            self.remove_children(table);
        }
        let state = State::Absent(Some(at.clone()));
        self.objects.insert(object.clone(), state);
    }

    fn remove_children(&mut self, table: &Name) {
        self.objects
            .retain(|object, _| object.table() != Some(table));
        self.complete.remove(table);
    }

    fn make_unclear(&mut self, object: &Object) {
        if let Object::Table(table) = object {
            self.remove_children(table);
        }
        // A definition on a table may make the table.
        if let Some(table) = object.table() {
            self.write(Some(table));
        }
        self.objects.insert(object.clone(), State::Unclear);
    }

    /// A write makes a table where it is not there, and is nothing to a schema otherwise.
    fn write(&mut self, table: Option<&Name>) {
        let Some(table) = table else {
            self.has_all_tables = false;
            let is_absent_table = |(object, state): &(&Object, &mut State<P>)| {
                matches!((object, state), (Object::Table(_), State::Absent(_)))
            };
            let absent = self.objects.iter_mut().filter(is_absent_table);
            absent.for_each(|(_, state)| *state = State::Unclear);
            return;
        };
        let table = Object::Table(table.clone());
        if matches!(self.state(&table), State::Absent(_)) {
            self.objects.insert(table, State::Unclear);
        }
    }

    fn forget(&mut self) {
        self.objects.clear();
        self.complete.clear();
        (self.is_complete, self.has_all_tables) = (false, false);
    }
}
