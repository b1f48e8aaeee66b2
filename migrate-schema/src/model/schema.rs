//! What is there after some statements: for certain, not at all, or perhaps.

use std::collections::{BTreeMap, BTreeSet};

use crate::effect::Name;
use crate::model::alteration::Alteration;
use crate::model::change::Change;
use crate::model::clauses::Clauses;
use crate::model::definition::Definition;
use crate::model::implied::Implied;
use crate::model::mode::Mode;
use crate::model::object::Object;

/// The schema that statements make on a database: one of which nothing is known
/// ([`Schema::default`]), or one that is empty ([`Schema::empty`]).
///
/// `P` says where a statement is. What a text leaves open is unclear, and nothing fails because of
/// what is unclear: [`Schema::apply`] returns only what certainly fails.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is known by itself")]
pub struct Schema<'b, P> {
    /// What was there before, if this is a branch.
    base: Option<&'b Schema<'b, P>>,
    /// What belongs to no table, and the tables.
    objects: BTreeMap<Object, State<P>>,
    /// What belongs to a table, by the table.
    tables: BTreeMap<Name, Children<P>>,
    /// Whether what is not among the objects is not there, since the database was empty; tables
    /// apart, which come into being by a write as well.
    is_complete: bool,
    has_all_tables: bool,
    /// What a function or an event may change whenever it runs.
    volatile: BTreeSet<Object>,
    /// Whether a function or an event may change anything.
    is_volatile: bool,
    /// Tables that a function or an event writes to, and so makes whenever they are not there.
    written: BTreeSet<Name>,
    /// Whether one writes to tables that its text does not name.
    writes_anywhere: bool,
    /// Tables to which edges may have been written.
    related: BTreeSet<Name>,
    /// Whether some may have been written to tables that the text does not name.
    relates_anywhere: bool,
    /// Tables of which edges may be left although they were removed: the engine makes such a table again
    /// when it comes upon them.
    left: BTreeSet<Name>,
    /// Whether a function or an event may come upon them.
    reaches_edges: bool,
    /// What may use something, by what is used: each has been defined so at some time.
    users: BTreeMap<Object, BTreeSet<Object>>,
    /// What was unclear when this branch began, and is known by what a statement then did with it
    /// first, since that did not fail: whether it was there.
    inferred: BTreeMap<Object, bool>,
}

/// What belongs to a table.
#[derive(Debug)]
struct Children<P> {
    states: BTreeMap<Object, State<P>>,
    /// Whether everything is known of the table, since it is new: what is not among these is not
    /// there.
    is_complete: bool,
    /// Whether what the base has of the table is no longer true.
    is_anew: bool,
}

impl<P> Default for Children<P> {
    fn default() -> Self {
        Self {
            states: BTreeMap::new(),
            is_complete: false,
            is_anew: false,
        }
    }
}

/// Whether a definition is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State<P> {
    /// It is.
    Present {
        /// Since this place.
        at: P,
        /// Where it was last altered, if it was.
        altered: Option<P>,
        /// What it says, where the text tells.
        definition: Option<Definition>,
        /// Whether the engine has added it by itself to something that is defined.
        is_implied: bool,
    },
    /// It is not; removed at this place, if it was there before.
    Absent(Option<P>),
    /// The text does not tell.
    Unclear,
}

impl<P: Clone> State<P> {
    /// Whether it is there, and not only because the engine has added it by itself.
    pub(super) const fn is_defined(&self) -> bool {
        matches!(
            self,
            Self::Present {
                is_implied: false,
                ..
            }
        )
    }

    /// The engine has added it, at a place.
    fn implied(at: &P, definition: Option<Definition>) -> Self {
        Self::Present {
            at: at.clone(),
            altered: None,
            definition,
            is_implied: true,
        }
    }
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
    /// It defines what is there.
    AlreadyDefined {
        /// Since this place.
        at: P,
        /// Whether that place does not define it, but has made it all the same.
        is_implied: bool,
    },
    /// It needs, alters or removes what is not there; removed at this place, if it was there before.
    NotDefined(Option<P>),
    /// It needs a table to be `SCHEMAFULL` that is not, as this place says.
    NotSchemafull(P),
    /// It removes what something else needs.
    InUse {
        /// What needs it.
        by: Object,
        /// Since when that is there.
        at: P,
    },
}

impl<P> Default for Schema<'_, P> {
    fn default() -> Self {
        Self {
            base: None,
            objects: BTreeMap::new(),
            tables: BTreeMap::new(),
            is_complete: false,
            has_all_tables: false,
            volatile: BTreeSet::new(),
            is_volatile: false,
            written: BTreeSet::new(),
            writes_anywhere: false,
            related: BTreeSet::new(),
            relates_anywhere: false,
            left: BTreeSet::new(),
            reaches_edges: false,
            users: BTreeMap::new(),
            inferred: BTreeMap::new(),
        }
    }
}

impl<'b, P: Clone> Schema<'b, P> {
    /// That of an empty database.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            is_complete: true,
            has_all_tables: true,
            ..Self::default()
        }
    }

    /// Leaves open what there is of something that these statements have not defined.
    pub fn assume(&mut self, object: &Object) {
        if let Object::Table(table) = object {
            self.related.insert(table.clone());
        }
        if !matches!(self.state(object), State::Present { .. }) {
            self.make_unclear(object);
        }
    }

    /// A schema that begins as this one, and leaves it as it is. It costs what is changed in it.
    #[must_use]
    pub fn branch(&'b self) -> Self {
        Self {
            base: Some(self),
            is_complete: self.is_complete,
            has_all_tables: self.has_all_tables,
            is_volatile: self.is_volatile,
            writes_anywhere: self.writes_anywhere,
            relates_anywhere: self.relates_anywhere,
            reaches_edges: self.reaches_edges,
            ..Self::default()
        }
    }

    /// Whether a definition is there.
    pub fn state(&self, object: &Object) -> State<P> {
        if self.may_change_by_itself(object) {
            return State::Unclear;
        }
        let table = object.table().cloned().map(Object::Table);
        let state = match (self.get(object), table) {
            (Some(state), _) => state.clone(),
            (None, Some(table)) => match self.state(&table) {
                State::Absent(at) => State::Absent(at),
                _ if self.is_known(object) => State::Absent(None),
                _ => State::Unclear,
            },
            (None, None) if self.is_known(object) => State::Absent(None),
            (None, None) => State::Unclear,
        };
        match (&state, object) {
            (State::Absent(_), Object::Table(table)) if self.may_come_by_itself(table) => {
                State::Unclear
            }
            _ => state,
        }
    }

    #[cfg(feature = "parser")]
    /// Whether a table is not there unless a function or an event has made it by writing to it.
    pub(crate) fn is_absent_unless_written(&self, table: &Object) -> bool {
        let is_absent = match self.get(table) {
            Some(state) => matches!(state, State::Absent(_)),
            None => self.is_known(table),
        };
        is_absent && !self.may_change_by_itself(table)
    }

    fn get(&self, object: &Object) -> Option<&State<P>> {
        let in_base = || self.base.and_then(|base| base.get(object));
        let Some(table) = object.table() else {
            return self.objects.get(object).or_else(in_base);
        };
        match self.tables.get(table) {
            None => in_base(),
            Some(table) if table.is_anew => table.states.get(object),
            Some(table) => table.states.get(object).or_else(in_base),
        }
    }

    fn set(&mut self, object: Object, state: State<P>) {
        match object.table().cloned() {
            Some(table) => self.table(table).states.insert(object, state),
            None => self.objects.insert(object, state),
        };
    }

    fn table(&mut self, table: Name) -> &mut Children<P> {
        let is_complete = self.is_complete_table(&table);
        let children = self.tables.entry(table);
        children.or_insert_with(|| Children {
            is_complete,
            ..Children::default()
        })
    }

    /// Makes what belongs to a table what is told from now on.
    fn begin_table(&mut self, table: &Name, is_complete: bool) {
        let children = Children {
            states: BTreeMap::new(),
            is_complete,
            is_anew: true,
        };
        self.tables.insert(table.clone(), children);
    }

    /// Whether something that is not among the objects is not there.
    fn is_known(&self, object: &Object) -> bool {
        match (object, object.table()) {
            (_, Some(table)) => self.is_complete_table(table),
            (Object::Table(_), None) => self.has_all_tables,
            // Whoever migrates the database may be one of its users.
            (Object::User(_), None) => false,
            _ => self.is_complete && object.is_modelled(),
        }
    }

    pub(crate) fn is_complete_table(&self, table: &Name) -> bool {
        match (self.tables.get(table), self.base) {
            (Some(children), _) => children.is_complete,
            (None, Some(base)) => base.is_complete_table(table),
            (None, None) => false,
        }
    }

    /// Whether it is a user that no statement defines.
    pub(super) fn is_user_of_others(&self, object: &Object) -> bool {
        let is_user = matches!(object, Object::User(_));
        is_user && self.get(object).is_none() && !self.may_change_by_itself(object)
    }

    /// Whether a function or an event may change it whenever it runs.
    fn may_change_by_itself(&self, object: &Object) -> bool {
        let table = object.table().cloned().map(Object::Table);
        let is_volatile = |object: &Object| self.is_volatile_object(object);
        self.is_volatile || is_volatile(object) || table.as_ref().is_some_and(is_volatile)
    }

    fn is_volatile_object(&self, object: &Object) -> bool {
        let in_base = || {
            self.base
                .is_some_and(|base| base.is_volatile_object(object))
        };
        self.volatile.contains(object) || in_base()
    }

    /// Whether a function or an event may make it whenever it runs.
    fn may_come_by_itself(&self, table: &Name) -> bool {
        self.may_be_written(table) || self.reaches_edges && self.may_be_left(table)
    }

    fn may_be_written(&self, table: &Name) -> bool {
        let in_base = || self.base.is_some_and(|base| base.may_be_written(table));
        self.writes_anywhere || self.written.contains(table) || in_base()
    }

    fn may_have_edges(&self, table: &Name) -> bool {
        let in_base = || self.base.is_some_and(|base| base.may_have_edges(table));
        let is_open = self.relates_anywhere || !self.has_all_tables;
        is_open || self.related.contains(table) || in_base()
    }

    fn may_be_left(&self, table: &Name) -> bool {
        let in_base = || self.base.is_some_and(|base| base.may_be_left(table));
        self.left.contains(table) || in_base()
    }

    /// All tables of which edges may be left.
    fn all_left(&self) -> BTreeSet<Name> {
        let mut left = self.base.map(Self::all_left).unwrap_or_default();
        left.extend(self.left.iter().cloned());
        left
    }

    /// All definitions that are there for certain.
    #[must_use]
    pub fn present(&self) -> BTreeSet<&Object> {
        let mut objects = self.base.map(|base| base.present()).unwrap_or_default();
        objects.extend(self.objects.keys());
        objects.extend(self.tables.values().flat_map(|table| table.states.keys()));
        objects.retain(|object| matches!(self.state(object), State::Present { .. }));
        objects
    }

    /// All definitions that are there, or perhaps.
    #[must_use]
    pub fn possible(&self) -> BTreeSet<Object> {
        let mut objects = self.base.map(Self::possible).unwrap_or_default();
        objects.extend(self.objects.keys().cloned());
        objects.extend(
            self.tables
                .values()
                .flat_map(|it| it.states.keys().cloned()),
        );
        objects.extend(self.volatile.iter().cloned());
        objects.extend(self.written.iter().cloned().map(Object::Table));
        objects.retain(|object| !matches!(self.state(object), State::Absent(_)));
        objects
    }

    /// Whether there may be more than what is there, or perhaps.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.is_complete || !self.has_all_tables || self.is_volatile || self.writes_anywhere
    }

    /// Applies what a statement does.
    ///
    /// # Errors
    /// It certainly fails, or reads a variable that is not there. What it would have done counts as done, and what it needs as unclear, so
    /// that one mistake is told once.
    pub fn apply(&mut self, change: &Change, at: &P) -> Result<(), Failure<P>> {
        match change {
            Change::Defines {
                object,
                mode,
                definition,
                implied,
            } => return self.define(object, *mode, definition.as_ref(), implied, at),
            Change::Removes { object, if_exists } => {
                let result = self.require(object, *if_exists);
                let result = result.and_then(|()| self.require_unused(object));
                if !*if_exists {
                    self.infer(object, true);
                }
                self.remove(object, at);
                return result;
            }
            Change::Alters {
                object,
                if_exists,
                alteration,
            } => {
                let result = self.require(object, *if_exists);
                if !*if_exists {
                    self.infer(object, true);
                }
                match result {
                    Ok(()) => self.alter(object, alteration.as_ref(), at),
                    Err(_) => self.make_unclear(object),
                }
                return result;
            }
            Change::Requires(object) => {
                let result = self.require(object, false);
                self.infer(object, true);
                if result.is_err() && !matches!(object, Object::Function(_)) {
                    self.make_unclear(object);
                }
                return result;
            }
            Change::RequiresIfSchemafull(object) => return self.require_if_schemafull(object),
            Change::WritesField(field) => return self.require_written(field),
            Change::RequiresSchemafull(table) => return self.require_schemafull(table),
            Change::Reads { variable, .. } => {
                return self.require(&Object::Param(variable.clone()), false);
            }
            Change::MayChange(object) => self.make_unclear(object),
            Change::Implies(implied) => self.imply(implied, at),
            Change::MayChangeAllOf(table) => self.begin_table(table, false),
            Change::MayChangeAnything => self.forget(),
            Change::MakesTable { table, definition } => self.make_table(table, definition, at),
            Change::MayWrite(table) => self.write(table.as_ref()),
            Change::MayRelate(Some(table)) => {
                self.related.insert(table.clone());
            }
            Change::MayRelate(None) => self.relates_anywhere = true,
            Change::ReachesEdges => {
                for table in self.all_left() {
                    self.write(Some(&table));
                }
            }
            Change::KeepsReachingEdges => self.reaches_edges = true,
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

    /// What a function does whose body was read is known from there, and one that is not there does
    /// nothing.
    fn call(&mut self, function: &Name) {
        let function = Object::Function(function.clone());
        if matches!(self.state(&function), State::Unclear) {
            self.forget();
        }
    }

    fn define(
        &mut self,
        object: &Object,
        mode: Mode,
        definition: Option<&Definition>,
        implied: &[Implied],
        at: &P,
    ) -> Result<(), Failure<P>> {
        let state = self.state(object);
        if let (State::Present { at, is_implied, .. }, Mode::Plain) = (&state, mode) {
            return Err(Failure {
                object: object.clone(),
                reason: Reason::AlreadyDefined {
                    at: at.clone(),
                    is_implied: *is_implied,
                },
            });
        }
        if let (State::Present { .. }, Mode::IfNotExists) = (&state, mode) {
            return Ok(());
        }
        if mode == Mode::Plain {
            self.infer(object, false);
        }
        if let (
            Object::Table(table),
            State::Present {
                definition: old, ..
            },
        ) = (object, &state)
            && is_still_fed(old.as_ref(), definition)
        {
            self.written.insert(table.clone());
        }
        // That it does not fail says that the table is new.
        if let Object::Table(table) = object
            && (mode == Mode::Plain || matches!(state, State::Absent(_)))
        {
            self.begin_table(table, true);
        }
        if let (Object::Table(table), Some(true)) = (object, definition.map(Definition::is_view)) {
            // Whatever was defined on it goes.
            self.begin_table(
                table,
                mode != Mode::IfNotExists || matches!(state, State::Absent(_)),
            );
        }
        // Of one that may have been kept, what it says is open, and so is what it implies.
        let is_kept = mode == Mode::IfNotExists && matches!(state, State::Unclear);
        let definition = definition.filter(|_| !is_kept).cloned();
        for used in definition.iter().flat_map(Definition::uses) {
            let users = self.users.entry(used.clone()).or_default();
            users.insert(object.clone());
        }
        for implied in implied {
            match is_kept {
                true => self.make_unclear(&implied.object),
                false => self.set_implied(implied, at),
            }
        }
        let state = State::Present {
            at: at.clone(),
            altered: None,
            definition,
            is_implied: false,
        };
        self.set(object.clone(), state);
        Ok(())
    }

    /// The engine defines something by itself, if its table is there.
    fn imply(&mut self, implied: &Implied, at: &P) {
        let table = implied.object.table().cloned().map(Object::Table);
        match table.map(|table| self.state(&table)) {
            Some(State::Present { .. }) => self.set_implied(implied, at),
            Some(State::Unclear) => self.make_unclear(&implied.object),
            Some(State::Absent(_)) | None => {}
        }
    }

    fn set_implied(&mut self, implied: &Implied, at: &P) {
        let definition = match self.state(&implied.object) {
            State::Absent(_) => Some(implied.anew()),
            State::Present { definition, .. } => definition.and_then(|it| implied.after(&it)),
            State::Unclear => None,
        };
        self.set(implied.object.clone(), State::implied(at, definition));
    }

    /// What it says from now on is open, unless it was known and the text tells what becomes of it.
    fn alter(&mut self, object: &Object, alteration: Option<&Alteration>, here: &P) {
        let state = self.state(object);
        if matches!(state, State::Unclear) {
            self.make_unclear(object);
        }
        if let State::Present { at, definition, .. } = state {
            let definition = alteration
                .zip(definition)
                .and_then(|(alteration, definition)| alteration.of(&definition));
            let state = State::Present {
                at,
                altered: Some(here.clone()),
                definition,
                is_implied: false,
            };
            self.set(object.clone(), state);
        }
    }

    /// Notes whether something was there when this branch began, by what just did not fail, unless
    /// the branch has changed it before.
    fn infer(&mut self, object: &Object, was_there: bool) {
        let Some(base) = self.base else { return };
        let was_unclear = matches!(base.state(object), State::Unclear);
        if was_unclear && !self.may_have_changed(object) {
            self.inferred.insert(object.clone(), was_there);
        }
    }

    /// Whether this branch may have changed it, or something that is kept for later.
    fn may_have_changed(&self, object: &Object) -> bool {
        let is_own = match object.table() {
            None => self.objects.contains_key(object),
            Some(table) => self
                .tables
                .get(table)
                .is_some_and(|it| it.is_anew || it.states.contains_key(object)),
        };
        let comes = matches!(object, Object::Table(table) if self.may_come_by_itself(table));
        is_own || comes || self.may_change_by_itself(object)
    }

    /// Whether something was there when this branch began, if what it did since tells.
    pub(crate) fn inferred(&self, object: &Object) -> Option<bool> {
        self.inferred.get(object).copied()
    }

    /// What may differ from the base of this branch.
    pub(crate) fn touched(&self) -> BTreeSet<Object> {
        let mut touched: BTreeSet<Object> = self.objects.keys().cloned().collect();
        for (table, children) in &self.tables {
            touched.extend(children.states.keys().cloned());
            if let (true, Some(base)) = (children.is_anew, self.base) {
                base.children(table, &mut touched);
            }
        }
        touched
    }

    /// Adds what belongs to a table, or did in a base of this branch.
    fn children(&self, table: &Name, objects: &mut BTreeSet<Object>) {
        if let Some(children) = self.tables.get(table) {
            objects.extend(children.states.keys().cloned());
        }
        if let Some(base) = self.base {
            base.children(table, objects);
        }
    }

    /// What a table says that was there perhaps is open.
    fn make_table(&mut self, table: &Name, definition: &Definition, at: &P) {
        let object = Object::Table(table.clone());
        let definition = match self.state(&object) {
            State::Present { .. } => return,
            State::Absent(_) => {
                self.begin_table(table, true);
                Some(definition.clone())
            }
            State::Unclear => None,
        };
        self.set(object, State::implied(at, definition));
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

    fn require_if_schemafull(&self, field: &Object) -> Result<(), Failure<P>> {
        let table = field.table().cloned().map(Object::Table);
        match table.map(|table| self.state(&table)) {
            Some(State::Present {
                definition: Some(definition),
                ..
            }) if definition.is_schemafull() => self.require(field, false),
            _ => Ok(()),
        }
    }

    fn require_written(&self, field: &Object) -> Result<(), Failure<P>> {
        match self.has_no_field(field) {
            true => self.require(field, false),
            false => Ok(()),
        }
    }

    /// Whether a table without fields beyond those that are defined does not have this one, for certain.
    /// It takes a field in which another one is defined, and those that each record has.
    pub(crate) fn has_no_field(&self, field: &Object) -> bool {
        let Object::Field(table, path) = field else {
            return false;
        };
        let is_missing = |field: &Object| matches!(self.state(field), State::Absent(_));
        let is_schemafull = match self.state(&Object::Table(table.clone())) {
            State::Present {
                definition: Some(definition),
                ..
            } => match definition.clauses() {
                Clauses::Table(table) => table.is_schemafull && table.view.is_none(),
                _ => false,
            },
            _ => false,
        };
        let is_of_each = matches!(&**path, "id" | "in" | "out");
        is_schemafull && !is_of_each && is_missing(field) && {
            let mut others = BTreeSet::new();
            self.children(table, &mut others);
            others
                .iter()
                .all(|other| !field.is_around(other) || is_missing(other))
        }
    }

    fn require_schemafull(&self, table: &Object) -> Result<(), Failure<P>> {
        self.require(table, false)?;
        match self.state(table) {
            State::Present {
                at,
                altered,
                definition: Some(definition),
                ..
            } if !definition.is_schemafull() => Err(Failure {
                object: table.clone(),
                reason: Reason::NotSchemafull(altered.unwrap_or(at)),
            }),
            _ => Ok(()),
        }
    }

    fn require_unused(&self, object: &Object) -> Result<(), Failure<P>> {
        // An index may name an analyzer that is not there.
        if !matches!(self.state(object), State::Present { .. }) {
            return Ok(());
        }
        let mut users = BTreeSet::new();
        self.users(object, &mut users);
        for by in users {
            if let State::Present {
                at,
                definition: Some(definition),
                ..
            } = self.state(by)
                && definition.uses().contains(object)
            {
                let by = by.clone();
                return Err(Failure {
                    object: object.clone(),
                    reason: Reason::InUse { by, at },
                });
            }
        }
        Ok(())
    }

    /// What cannot do without something, and is there for certain.
    pub(crate) fn users_of(&self, object: &Object) -> Vec<Object> {
        let mut users = BTreeSet::new();
        self.users(object, &mut users);
        let uses_it = |by: &&Object| match self.state(by) {
            State::Present { definition, .. } => {
                definition.is_some_and(|it| it.uses().contains(object))
            }
            _ => false,
        };
        users.into_iter().filter(uses_it).cloned().collect()
    }

    /// What belongs to a table and is there for certain.
    pub(crate) fn present_on(&self, table: &Name) -> Vec<Object> {
        let mut objects = BTreeSet::new();
        self.children(table, &mut objects);
        objects.retain(|object| matches!(self.state(object), State::Present { .. }));
        objects.into_iter().collect()
    }

    fn users<'s>(&'s self, object: &Object, users: &mut BTreeSet<&'s Object>) {
        users.extend(self.users.get(object).into_iter().flatten());
        if let Some(base) = self.base {
            base.users(object, users);
        }
    }

    fn remove(&mut self, object: &Object, at: &P) {
        if matches!(self.state(object), State::Absent(_)) {
            return;
        }
        if let Object::Table(table) = object {
            self.begin_table(table, false);
            if self.may_have_edges(table) {
                self.left.insert(table.clone());
            }
        }
        let state = State::Absent(Some(at.clone()));
        self.set(object.clone(), state);
    }

    fn make_unclear(&mut self, object: &Object) {
        if let Object::Table(table) = object {
            self.begin_table(table, false);
        }
        // A definition on a table may make the table.
        if let Some(table) = object.table() {
            self.write(Some(table));
        }
        self.set(object.clone(), State::Unclear);
    }

    /// A write makes a table where it is not there, and is nothing to a schema otherwise.
    fn write(&mut self, table: Option<&Name>) {
        let Some(table) = table else {
            self.writes_anywhere = true;
            return;
        };
        let table = Object::Table(table.clone());
        if !matches!(self.state(&table), State::Present { .. }) {
            self.set(table, State::Unclear);
        }
    }

    /// What was known is not any more; what is kept for later still is.
    fn forget(&mut self) {
        if let Some(base) = self.base.take() {
            self.keep_all_of(base);
        }
        self.objects.clear();
        self.tables.clear();
        (self.is_complete, self.has_all_tables) = (false, false);
    }

    fn keep_all_of(&mut self, base: &Self) {
        self.volatile.extend(base.volatile.iter().cloned());
        self.written.extend(base.written.iter().cloned());
        self.left.extend(base.left.iter().cloned());
        if let Some(base) = base.base {
            self.keep_all_of(base);
        }
    }
}

/// Whether a view that is defined anew goes on being written to by what it was made of.
fn is_still_fed(old: Option<&Definition>, new: Option<&Definition>) -> bool {
    let is_source = |it: &Object| new.is_some_and(|new| new.uses().contains(it));
    old.is_some_and(|old| !old.uses().iter().all(is_source))
}
