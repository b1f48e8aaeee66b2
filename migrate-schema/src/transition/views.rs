//! Views: what they are made of is not removed under them, and none is redefined over other tables.

use std::collections::BTreeSet;

use super::builder::{Builder, Need};
use super::step::{Comment, Part};
use crate::effect::Name;
use crate::model::{Mode, Object, State};
use crate::parse::alter_table;

impl<P: Clone> Builder<'_, '_, P> {
    /// Removes the views that should not be there, those that would have to be redefined, and those that
    /// are made of one of them, or of a table that goes.
    pub fn remove_views(&mut self) {
        for table in self.tables() {
            let object = Object::Table(table.clone());
            match self.need(&object) {
                Need::Remove { .. } if self.is_unwanted(&object) => self.remove_views_of(&table),
                Need::Define {
                    mode: Mode::Overwrite,
                    wanted,
                    ..
                } => {
                    let is_view = wanted.table().is_some_and(|it| it.view.is_some());
                    if (is_view || self.is_view(&table)) && self.altered(&object).is_none() {
                        self.remove_view(&table, Some(Comment::ReplacesView));
                    }
                }
                _ => {}
            }
        }
        for table in self.tables() {
            if self.is_view(&table) && self.is_unwanted(&Object::Table(table.clone())) {
                self.remove_view(&table, None);
            }
        }
    }

    fn remove_views_of(&mut self, table: &Name) {
        for user in self.now.users_of(&Object::Table(table.clone())) {
            if let Object::Table(view) = user {
                let comment = (!self.is_unwanted(&Object::Table(view.clone())))
                    .then_some(Comment::ReplacesView);
                self.remove_view(&view, comment);
            }
        }
    }

    fn remove_view(&mut self, view: &Name, comment: Option<Comment>) {
        let object = Object::Table(view.clone());
        if self.is_stuck(&object) {
            return;
        }
        self.remove_views_of(view);
        self.add_all_of(view);
        let if_exists = match self.now.state(&object) {
            State::Absent(_) => return,
            State::Present { .. } => false,
            State::Unclear => true,
        };
        self.remove(Part::Removals, &object, if_exists, comment);
    }

    fn is_view(&self, table: &Name) -> bool {
        self.table(table).is_some_and(|it| it.view.is_some())
    }

    /// The statement that makes of a table what it should be without defining it anew.
    pub fn altered(&self, table: &Object) -> Option<String> {
        let (
            State::Present {
                definition: Some(is),
                ..
            },
            Some(wanted),
        ) = (self.now.state(table), self.wanted_definition(table))
        else {
            return None;
        };
        alter_table(&is, &wanted.definition)
    }

    /// The tables, each view behind those that it is made of.
    pub fn tables_in_order(&self) -> Vec<Name> {
        let mut sorted = Vec::new();
        let all = self.tables();
        let (views, mut tables): (Vec<Name>, Vec<Name>) = all
            .iter()
            .cloned()
            .partition(|table| !self.wanted_sources(table).is_empty());
        sorted.append(&mut tables);
        let mut entered = BTreeSet::new();
        for view in views {
            self.add_behind_sources(view, &all, &mut entered, &mut sorted);
        }
        sorted
    }

    fn add_behind_sources(
        &self,
        view: Name,
        all: &BTreeSet<Name>,
        entered: &mut BTreeSet<Name>,
        sorted: &mut Vec<Name>,
    ) {
        if sorted.contains(&view) || !all.contains(&view) || !entered.insert(view.clone()) {
            return;
        }
        for source in self.wanted_sources(&view) {
            self.add_behind_sources(source, all, entered, sorted);
        }
        sorted.push(view);
    }

    /// What a table should be made of, if it should be a view.
    fn wanted_sources(&self, table: &Name) -> Vec<Name> {
        let wanted = self.wanted_definition(&Object::Table(table.clone()));
        let view = wanted.and_then(|wanted| wanted.table()?.view.clone());
        view.map(|view| view.sources).unwrap_or_default()
    }
}
