//! Which of a version's files are up scripts, which are down scripts, and which of them belong to
//! the same migration.

use std::collections::BTreeSet;

use migrate_schema::lint::Lint;
use migrate_schema::model::Object;

use super::source::Source;
use crate::listing::{Role, Suffix};
use crate::migration::{Migration, Version};
use crate::place::Snippet;
use crate::script::Step;
use crate::text::Directive;

/// The files of one version or one migration by what they are, each kind in the order of the names.
#[derive(Default)]
pub struct Scripts {
    pub ups: Vec<Source>,
    pub downs: Vec<Source>,
}

/// A migration, and what the statements of its scripts do.
pub struct Paired {
    pub migration: Migration,
    pub up: Vec<Step>,
    pub down: Vec<Step>,
    /// What may be there that the migrations do not define.
    pub assumed: Vec<Object>,
    /// Whether the down script may leave something as it is.
    pub is_lossy: bool,
    /// The rules that its files accept to be broken.
    pub allowed: BTreeSet<Lint>,
    /// If it is a baseline, the line of each migration that it lists.
    pub listed: Vec<Snippet>,
}

impl Scripts {
    /// The migrations to which the files of one version belong: one, except where the version was
    /// used twice. None is empty.
    pub fn split(files: Vec<Source>) -> Vec<Self> {
        let Self { ups, downs } = Self::of(files);
        let mut migrations: Vec<Self> = Vec::new();
        for up in ups {
            let mut others = migrations.iter_mut();
            match others.find(|other| other.has_up_named(&up.name.name)) {
                Some(same) => same.ups.push(up),
                None => migrations.push(Self {
                    ups: vec![up],
                    downs: Vec::new(),
                }),
            }
        }
        let (fitting, others) = downs.into_iter().partition::<Vec<_>, _>(|down| {
            let name = down.name.name_as_down();
            migrations.iter().any(|other| other.has_up_named(name))
        });
        // A down script whose name fits nowhere most likely belongs where one is missing.
        for down in fitting.into_iter().chain(others) {
            let name = down.name.name_as_down();
            let fitting = migrations.iter().position(|it| it.has_up_named(name));
            let lacking = || migrations.iter().position(Self::lacks_down);
            let its_own = fitting.or_else(lacking).unwrap_or(0);
            match migrations.get_mut(its_own) {
                Some(migration) => migration.downs.push(down),
                None => migrations.push(Self {
                    ups: Vec::new(),
                    downs: vec![down],
                }),
            }
        }
        migrations
    }

    /// A plain name that ends in `_down` is a down script where the up script that it would belong
    /// to is there, and otherwise an up script with such a name. Where there is another up script
    /// and no down script it counts as a down script as well: of the two mistakes that this could
    /// be, a name that differs is the likelier one.
    fn of(mut files: Vec<Source>) -> Self {
        // Shorter names first, so that the up script of a `_down` is found by then.
        files.sort_by_key(|file| (file.name.name_before_down().is_some(), file.name.name.len()));
        let mut scripts = Self::default();
        let (plain, suffixed): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|file| file.name.suffix == Suffix::None);
        for file in suffixed {
            match file.name.suffix {
                Suffix::Down => scripts.downs.push(file),
                Suffix::Up | Suffix::None => scripts.ups.push(file),
            }
        }
        for file in plain {
            let shorter = file.name.name_before_down();
            let is_down = shorter.is_some_and(|name| {
                scripts.has_up_named(name) || !scripts.ups.is_empty() && scripts.downs.is_empty()
            });
            match is_down {
                true => scripts.downs.push(file),
                false => scripts.ups.push(file),
            }
        }
        scripts.ups.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        scripts.downs.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        scripts
    }

    fn lacks_down(&self) -> bool {
        let is_irreversible = |up: &Source| up.directives.has(Directive::Irreversible);
        self.downs.is_empty() && !self.ups.iter().any(is_irreversible)
    }

    fn has_up_named(&self, name: &str) -> bool {
        self.ups.iter().any(|up| up.name.name == name)
    }

    /// The migration; `None` where it was not read as one.
    pub fn build(self, version: Version) -> Option<Paired> {
        let up = self.ups.into_iter().next()?;
        let down = self.downs.into_iter().next();
        let is_lossy = |down: &Source| down.directives.has(Directive::Lossy);
        let is_lossy = down.as_ref().is_some_and(is_lossy);
        let listed = up.directives.replaced();
        let listed = listed.map(|(_, line)| line.clone()).collect();
        let mut assumed = up.assumed;
        let mut allowed = up.directives.allowed;
        let down = down.map(|down| {
            assumed.extend(down.assumed);
            allowed.extend(down.directives.allowed);
            (down.script, down.steps)
        });
        let (down, down_steps) = down.unzip();
        Some(Paired {
            migration: Migration::new(version, up.name.name, up.script, down),
            up: up.steps,
            down: down_steps.unwrap_or_default(),
            assumed,
            is_lossy,
            allowed,
            listed,
        })
    }

    /// All of its files, the up scripts first.
    pub fn files(&self) -> impl Iterator<Item = &Source> {
        self.ups.iter().chain(&self.downs)
    }

    /// Each file that there is one too many of, after the one before it.
    pub fn duplicates(&self) -> impl Iterator<Item = (Role, [&Source; 2])> {
        let ups = self.ups.iter().zip(self.ups.iter().skip(1));
        let downs = self.downs.iter().zip(self.downs.iter().skip(1));
        let ups = ups.map(|(other, this)| (Role::Up, [other, this]));
        ups.chain(downs.map(|(other, this)| (Role::Down, [other, this])))
    }

    /// All of its files, the up scripts first.
    pub fn files_mut(&mut self) -> impl Iterator<Item = &mut Source> {
        self.ups.iter_mut().chain(&mut self.downs)
    }
}
