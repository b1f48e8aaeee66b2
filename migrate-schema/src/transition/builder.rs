//! What is there by now, what there should be, and the statements so far.

use std::collections::BTreeSet;

use super::Sources;
use super::goal::Goal;
use super::step::{Comment, Part, Step, Transition};
use crate::effect::Name;
use crate::model::{Change, Clauses, Definition, Mode, Object, Schema, State, TableClauses};
use crate::parse::{in_mode, is_if_not_exists, parse, parse_definition};

/// A transition in the making.
pub struct Builder<'b, 'g, P> {
    from: &'b Schema<'b, P>,
    /// What is there by now.
    pub now: Schema<'b, P>,
    goal: &'g dyn Fn(&Object) -> Goal<P>,
    /// What may have to be changed.
    objects: BTreeSet<Object>,
    sources: &'g dyn Sources<P>,
    here: &'g P,
    transition: Transition,
}

/// A definition that there should be.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub definition: Definition,
    /// The statement as somebody has written it.
    written: Option<String>,
    /// Whether the text is all that there is to it: no value that is evaluated, no secret.
    is_exact: bool,
}

/// What has to be done about an object.
pub enum Need {
    Nothing,
    Remove {
        if_exists: bool,
    },
    Define {
        mode: Mode,
        statement: String,
        wanted: Wanted,
    },
    /// It is not known what there should be.
    Open,
}

impl<'b, 'g, P: Clone> Builder<'b, 'g, P> {
    pub fn new(
        from: &'b Schema<'b, P>,
        goal: &'g dyn Fn(&Object) -> Goal<P>,
        objects: BTreeSet<Object>,
        sources: &'g dyn Sources<P>,
        here: &'g P,
    ) -> Self {
        Self {
            from,
            now: from.branch(),
            goal,
            objects,
            sources,
            here,
            transition: Transition::default(),
        }
    }

    pub fn build(mut self) -> Transition {
        self.remove_views();
        self.remove_what_runs();
        self.define_what_is_used();
        for table in self.tables_in_order() {
            self.change_table(&table);
        }
        self.define_what_runs();
        self.remove_tables();
        self.remove_what_is_used();
        let Transition {
            open,
            renewed,
            stale,
            beside_analyzer,
            ..
        } = &mut self.transition;
        for objects in [open, renewed, stale, beside_analyzer] {
            objects.sort();
            objects.dedup();
        }
        self.transition
    }

    /// The objects of a kind.
    pub fn objects(&self, is_meant: impl Fn(&Object) -> bool) -> Vec<Object> {
        let objects = self.objects.iter().filter(|it| is_meant(it));
        objects.cloned().collect()
    }

    /// Whether it may have to be changed.
    pub fn is_meant(&self, object: &Object) -> bool {
        self.objects.contains(object)
    }

    /// The tables that may have to be changed, or on which something may.
    pub fn tables(&self) -> BTreeSet<Name> {
        let tables = self.objects.iter().filter_map(|object| match object {
            Object::Table(table) => Some(table),
            object => object.table(),
        });
        tables.cloned().collect()
    }

    /// It may have to be changed as well.
    pub fn add_object(&mut self, object: &Object) {
        self.objects.insert(object.clone());
    }

    /// What is on a table may have to be changed as well.
    pub fn add_all_of(&mut self, table: &Name) {
        self.objects.extend(self.now.present_on(table));
        self.objects.insert(Object::Table(table.clone()));
    }

    /// What has to be done about an object.
    pub fn need(&self, object: &Object) -> Need {
        let state = self.state(object);
        match ((self.goal)(object), &state) {
            (Goal::Open, _) => Need::Open,
            (Goal::Absent, State::Absent(_)) => Need::Nothing,
            (Goal::Absent, State::Present { .. }) if self.is_stuck(object) => Need::Open,
            (Goal::Absent, State::Present { .. }) => Need::Remove { if_exists: false },
            // It may be somebody's by now.
            (Goal::Absent, State::Unclear) if self.may_be_written(object) => Need::Nothing,
            (Goal::Absent, State::Unclear) => Need::Remove { if_exists: true },
            // It might be a view, over which another one is not defined.
            (Goal::Present { .. }, State::Unclear)
                if matches!(object, Object::Table(_)) && self.is_beyond_repair(object) =>
            {
                Need::Open
            }
            (Goal::Present { definition, at }, _) => {
                let Some(wanted) = self.wanted(object, definition, at.as_ref()) else {
                    return Need::Open;
                };
                let mode = match state {
                    State::Absent(_) => Mode::Plain,
                    _ => Mode::Overwrite,
                };
                match wanted.statement(mode) {
                    _ if self.is(object, state, &wanted) => Need::Nothing,
                    _ if self.lacks_analyzer(&wanted) => Need::Open,
                    Some(statement) if !self.is_stuck(object) => Need::Define {
                        mode,
                        statement,
                        wanted,
                    },
                    _ => Need::Open,
                }
            }
        }
    }

    /// Whether a table has to be there, of which nothing is known any more.
    pub fn is_beyond_repair(&self, table: &Object) -> bool {
        let is_unclear = matches!(self.state(table), State::Unclear);
        let is_wanted = matches!((self.goal)(table), Goal::Present { .. });
        is_unclear && is_wanted && !self.may_be_written(table)
    }

    /// Whether all that is not clear is whether a function or an event has made a table by writing to it.
    fn may_be_written(&self, object: &Object) -> bool {
        matches!(object, Object::Table(_)) && self.now.is_absent_unless_written(object)
    }

    /// Whether the engine does not remove it, whatever comes before that: a view of itself, or an analyzer
    /// that an index names from before it was there.
    pub fn is_stuck(&self, object: &Object) -> bool {
        match object {
            Object::Table(name) => {
                let view = self.table(name).and_then(|table| table.view);
                view.is_some_and(|view| view.sources.contains(name))
            }
            Object::Analyzer(_) => {
                let mut users = self.now.users_of(object).into_iter();
                users.any(|index| matches!(self.need(&index), Need::Nothing))
            }
            _ => false,
        }
    }

    /// Whether a full-text index names an analyzer that is not there, which it can from before that was
    /// removed.
    fn lacks_analyzer(&self, wanted: &Wanted) -> bool {
        match wanted.definition.clauses() {
            Clauses::Index(index) => index.analyzer.as_ref().is_some_and(|analyzer| {
                let analyzer = Object::Analyzer(analyzer.clone());
                matches!(self.now.state(&analyzer), State::Absent(_))
            }),
            _ => false,
        }
    }

    /// What there is by now. What these statements define runs for nobody yet.
    fn state(&self, object: &Object) -> State<P> {
        let was_absent = matches!(self.from.state(object), State::Absent(_));
        match self.now.state(object) {
            State::Unclear if was_absent && self.may_be_written(object) => State::Absent(None),
            state => state,
        }
    }

    /// What there should be, if that is known.
    pub fn wanted_definition(&self, object: &Object) -> Option<Wanted> {
        match (self.goal)(object) {
            Goal::Present { definition, at } => self.wanted(object, definition, at.as_ref()),
            Goal::Absent | Goal::Open => None,
        }
    }

    /// Whether something is removed in the end, since there should be nothing.
    pub fn is_unwanted(&self, object: &Object) -> bool {
        self.objects.contains(object) && matches!((self.goal)(object), Goal::Absent)
    }

    fn wanted(
        &self,
        object: &Object,
        definition: Option<Definition>,
        at: Option<&P>,
    ) -> Option<Wanted> {
        let written = at.and_then(|at| self.sources.statement(at));
        let written = written.map(|text| text.trim_end_matches(';').trim_end());
        let parsed = written.and_then(parse_definition);
        let parsed = parsed.filter(|(it, _)| it == object);
        // What was there before it may have been kept.
        let may_be_other = definition.is_none() && written.is_some_and(is_if_not_exists);
        let parsed = parsed.filter(|_| !may_be_other);
        match (definition, parsed) {
            (Some(definition), parsed) => {
                let is_same = |(_, it): &(Object, Definition)| !it.differs_in_text(&definition);
                let is_written = parsed.as_ref().is_some_and(is_same);
                Some(Wanted {
                    written: written.filter(|_| is_written).map(str::to_owned),
                    definition,
                    is_exact: true,
                })
            }
            (None, Some((_, definition))) => Some(Wanted {
                definition,
                written: written.map(str::to_owned),
                is_exact: false,
            }),
            (None, None) => None,
        }
    }

    /// Whether something is what is wanted.
    fn is(&self, object: &Object, state: State<P>, wanted: &Wanted) -> bool {
        let Goal::Present { definition, at } = Goal::of(state) else {
            return false;
        };
        let is = self.wanted(object, definition, at.as_ref());
        is.is_some_and(|is| match (is.is_exact, wanted.is_exact) {
            (true, true) => !is.definition.differs_in_text(&wanted.definition),
            // A secret is another one each time that its definition is parsed.
            (false, false) => is.written == wanted.written,
            _ => false,
        })
    }

    /// What a table says by now.
    pub fn table(&self, table: &Name) -> Option<TableClauses> {
        match self.now.state(&Object::Table(table.clone())) {
            State::Present {
                definition: Some(definition),
                ..
            } => clauses(&definition).cloned(),
            _ => None,
        }
    }

    /// What would be there after a statement.
    pub fn after(&self, statement: &str) -> Schema<'_, P> {
        let mut after = self.now.branch();
        for change in changes(statement) {
            let _ = after.apply(&change, self.here);
        }
        after
    }

    /// Adds a statement, and looks at what it does.
    pub fn add(&mut self, part: Part, statement: String, comment: Option<Comment>) {
        let changes = changes(&statement);
        let object = changes.iter().find_map(|change| match change {
            Change::Defines { object, .. }
            | Change::Alters { object, .. }
            | Change::Removes { object, .. } => Some(object.clone()),
            _ => None,
        });
        for change in &changes {
            let _ = self.now.apply(change, self.here);
        }
        self.transition.steps.push(Step {
            statement,
            object,
            part,
            comment,
        });
    }

    /// Defines an object as it should be, if it should be there.
    pub fn settle(&mut self, part: &Part, object: &Object) {
        match self.need(object) {
            Need::Nothing | Need::Remove { .. } => {}
            Need::Define {
                mode,
                statement,
                wanted,
            } => {
                self.note(object, mode, &wanted);
                self.add(part.clone(), statement, None);
            }
            Need::Open => self.leave_open(object),
        }
    }

    pub fn remove(
        &mut self,
        part: Part,
        object: &Object,
        if_exists: bool,
        comment: Option<Comment>,
    ) {
        let words = object.words(if if_exists { "IF EXISTS" } else { "" });
        self.add(part, format!("REMOVE {words}"), comment);
    }

    /// Notes what a definition does not bring back.
    fn note(&mut self, object: &Object, mode: Mode, wanted: &Wanted) {
        let is_secret = matches!(object, Object::Access(_) | Object::User(_));
        let has_state = matches!(object, Object::Sequence(_));
        if has_state || is_secret && !wanted.is_exact {
            self.transition.renewed.push(object.clone());
        }
        if self.is_beside_analyzer(object, wanted) {
            self.transition.beside_analyzer.push(object.clone());
        }
        if matches!((object, mode), (Object::Analyzer(_), Mode::Overwrite)) {
            let users = self.now.users_of(object).into_iter();
            let kept = users.filter(|index| matches!(self.need(index), Need::Nothing));
            let kept: Vec<Object> = kept.collect();
            self.transition.stale.extend(kept);
        }
    }

    /// Whether a full-text index is defined on a table that may have records, with an analyzer that was
    /// not there before these statements: the engine does not find it then.
    fn is_beside_analyzer(&self, object: &Object, wanted: &Wanted) -> bool {
        let (Object::Index(table, _), Clauses::Index(index)) =
            (object, wanted.definition.clauses())
        else {
            return false;
        };
        let is_new = |object: &Object| !matches!(self.from.state(object), State::Present { .. });
        let analyzer = index.analyzer.clone().map(Object::Analyzer);
        analyzer.is_some_and(|it| is_new(&it)) && !is_new(&Object::Table(table.clone()))
    }

    /// Notes that the values of a field are taken from all records.
    pub fn note_unset(&mut self, table: &Name, path: &Name) {
        let field = Object::Field(table.clone(), path.clone());
        self.transition.unset.push(field);
    }

    /// Notes that it is not known what there should be.
    pub fn leave_open(&mut self, object: &Object) {
        self.transition.open.push(object.clone());
    }
}

impl Wanted {
    /// The statement, as somebody has written it where that is possible. One with a secret is not
    /// written in other words: those would have another one.
    fn statement(&self, mode: Mode) -> Option<String> {
        let written = self.written.as_ref();
        let written = written.and_then(|statement| in_mode(statement, mode));
        written.or_else(|| self.is_exact.then(|| self.definition.statement(mode)))
    }

    /// The clauses of a table.
    pub fn table(&self) -> Option<&TableClauses> {
        clauses(&self.definition)
    }
}

fn changes(statement: &str) -> Vec<Change> {
    let statements = parse(statement).statements.into_iter();
    statements.flat_map(|it| it.changes).collect()
}

fn clauses(definition: &Definition) -> Option<&TableClauses> {
    match definition.clauses() {
        Clauses::Table(table) => Some(table),
        _ => None,
    }
}
