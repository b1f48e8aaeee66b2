//! What belongs to no table.

use super::builder::{Builder, Need};
use super::step::Part;
use crate::model::Object;

impl<P: Clone> Builder<'_, '_, P> {
    /// What lets somebody in, or runs by itself, goes before what it uses.
    pub fn remove_what_runs(&mut self) {
        for object in self.objects(is_entrance) {
            if let Need::Remove { if_exists } = self.need(&object) {
                self.remove(Part::Removals, &object, if_exists, None);
            }
        }
        for object in self.objects(|it| matches!(it, Object::Event(..) | Object::Index(..))) {
            let table = object.table().cloned().map(Object::Table);
            // With its table it goes anyway.
            if table.is_some_and(|it| self.is_unwanted(&it) || self.is_beyond_repair(&it)) {
                continue;
            }
            if let Need::Remove { if_exists } = self.need(&object) {
                self.remove(Part::Removals, &object, if_exists, None);
            }
        }
    }

    /// What tables and entrances use comes before them, each kind before those that use it.
    pub fn define_what_is_used(&mut self) {
        for is_kind in USED {
            for object in self.objects(is_kind) {
                self.settle(&Part::Database, &object);
            }
        }
    }

    /// What lets somebody in comes when all else is there.
    pub fn define_what_runs(&mut self) {
        for object in self.objects(is_entrance) {
            self.settle(&Part::Database, &object);
        }
    }

    /// Nothing uses it any longer.
    pub fn remove_what_is_used(&mut self) {
        for is_kind in USED.into_iter().rev() {
            for object in self.objects(is_kind) {
                match self.need(&object) {
                    Need::Remove { if_exists } => {
                        self.remove(Part::Removals, &object, if_exists, None);
                    }
                    Need::Open if self.is_unwanted(&object) => self.leave_open(&object),
                    _ => {}
                }
            }
        }
    }
}

/// What others use, each kind before those that may use it.
const USED: [fn(&Object) -> bool; 7] = [
    |it| matches!(it, Object::Module(_) | Object::Model(_)),
    |it| matches!(it, Object::Bucket(_)),
    |it| matches!(it, Object::Sequence(_)),
    |it| matches!(it, Object::Param(_)),
    |it| matches!(it, Object::Function(_)),
    |it| matches!(it, Object::Analyzer(_)),
    |it| matches!(it, Object::Config(_)),
];

const fn is_entrance(object: &Object) -> bool {
    matches!(object, Object::Access(_) | Object::User(_) | Object::Api(_))
}
