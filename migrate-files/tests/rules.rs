//! The rules for a directory, written down a second time and simpler: which listings are a set of
//! migrations, and which set. The reader has to agree on every listing.
//!
//! The model works on files that are put together from their parts, so it shares nothing with the
//! reader: not its reading of names, not its way of pairing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use migrate_files::{Directory, File, read_files};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{FileFailurePersistence, TestRunner};

/// A file's content, and what kinds of script it can be.
#[derive(Clone, Copy, PartialEq)]
struct Content {
    bytes: &'static [u8],
    can_be_up: bool,
    can_be_down: bool,
    irreversible: bool,
}

/// As text, so that a failure can be read.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.bytes.escape_ascii())
    }
}

const SOUND: Content = Content {
    bytes: b"CREATE a;\n",
    can_be_up: true,
    can_be_down: true,
    irreversible: false,
};
const IRREVERSIBLE: Content = Content {
    bytes: b"\xef\xbb\xbf-- Why.\r\n-- migrate: irreversible\r\nCREATE a;\r\n",
    can_be_down: false,
    irreversible: true,
    ..SOUND
};
const COMMENT: Content = Content {
    bytes: b"-- There is nothing to do.\n",
    ..SOUND
};
const PER_STATEMENT: Content = Content {
    bytes: b"-- migrate: per-statement\nCREATE a SET b = 1; UPDATE a SET c = 1;\n",
    can_be_down: false,
    ..SOUND
};

/// Contents that no script may have.
const UNSOUND: [&[u8]; 13] = [
    b"",
    b"\xef\xbb\xbf \r\n\t",
    b" ; ;\n",
    b"-- migrate: irreversible\n\n",
    b"DEFINE TABEL a;",
    b"CREATE a;\nCOMMIT;",
    b"USE DB other; CREATE a;",
    b"RETURN 1;",
    b"IF true { RETURN 1 }; CREATE a;",
    b"BREAK;",
    b"-- migrate: nonsense\nCREATE a;",
    b"-- migrate: per-statement\nLET $x = 1; CREATE a SET x = $x;",
    b"CREATE a; -- \xff",
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mark {
    Plain,
    Up,
    Down,
}

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    version: u32,
    zeros: usize,
    name: &'static str,
    mark: Mark,
    extension: &'static str,
    /// `None` where it cannot be read.
    content: Option<Content>,
}

impl Entry {
    fn file_name(&self) -> String {
        let name = match self.name {
            "" => String::new(),
            name => format!("_{name}"),
        };
        let mark = match self.mark {
            Mark::Plain => "",
            Mark::Up => ".up",
            Mark::Down => ".down",
        };
        let zeros = "0".repeat(self.zeros);
        format!("{zeros}{}{name}{mark}.{}", self.version, self.extension)
    }

    fn file(&self) -> File {
        match self.content {
            Some(content) => File::new(self.file_name(), content.bytes),
            None => File::unreadable(self.file_name(), "permission denied"),
        }
    }

    fn is_up_alone(&self) -> bool {
        let says_so = |content: Content| content.can_be_up && content.irreversible;
        self.mark != Mark::Down && self.content.is_some_and(says_so)
    }

    /// Whether this is an up script, and `down` its down script.
    fn pairs_with(&self, down: &Self) -> bool {
        let marks_and_names_fit = match (self.mark, down.mark) {
            (Mark::Up, Mark::Down) => self.name == down.name,
            (Mark::Plain, Mark::Plain) if self.name.is_empty() => down.name == "down",
            (Mark::Plain, Mark::Plain) => down.name == format!("{}_down", self.name),
            _ => false,
        };
        let is_up = |content: Content| content.can_be_up && !content.irreversible;
        marks_and_names_fit
            && self.content.is_some_and(is_up)
            && down.content.is_some_and(|content| content.can_be_down)
    }
}

/// Version, name, up file and down file of a migration.
type Read = (u32, String, String, Option<String>);

#[derive(Debug, Clone)]
struct Listing {
    entries: Vec<Entry>,
    /// Files that the reader ignores.
    others: BTreeSet<&'static str>,
    /// Files that only look like a migration.
    near_misses: BTreeSet<&'static str>,
}

impl Listing {
    fn files(&self) -> Vec<File> {
        let garbage = |name: &&str| File::new(*name, b"\xff DEFINE TABEL");
        let entries = self.entries.iter().map(Entry::file);
        let others = self.others.iter().chain(&self.near_misses);
        entries.chain(others.map(garbage)).collect()
    }

    /// The migrations; `None` where the listing breaks a rule.
    fn model(&self) -> Option<Vec<Read>> {
        let mut by_version: BTreeMap<u32, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.entries {
            by_version.entry(entry.version).or_default().push(entry);
        }
        let without_gaps = by_version
            .keys()
            .copied()
            .eq(1..=by_version.len().try_into().ok()?);
        if !self.near_misses.is_empty() || by_version.is_empty() || !without_gaps {
            return None;
        }
        let migrations = by_version.values().map(|files| {
            let (up, down) = match **files {
                [only] if only.is_up_alone() => (only, None),
                [a, b] if a.pairs_with(b) => (a, Some(b)),
                [a, b] if b.pairs_with(a) => (b, Some(a)),
                _ => return None,
            };
            Some((
                up.version,
                up.name.to_owned(),
                up.file_name(),
                down.map(Entry::file_name),
            ))
        });
        migrations.collect()
    }
}

fn content() -> impl Strategy<Value = Option<Content>> {
    let unsound = select(UNSOUND.to_vec()).prop_map(|bytes| {
        Some(Content {
            bytes,
            can_be_up: false,
            can_be_down: false,
            irreversible: false,
        })
    });
    prop_oneof![
        10 => Just(Some(SOUND)),
        4 => Just(Some(IRREVERSIBLE)),
        4 => Just(Some(COMMENT)),
        4 => Just(Some(PER_STATEMENT)),
        8 => unsound,
        1 => Just(None),
    ]
}

prop_compose! {
    fn entry(version: impl Strategy<Value = u32>)(
        version in version,
        zeros in 0..3usize,
        name in select(vec!["", "a", "b", "down", "a_down", "a_down_down", "down_down", "up", "a-b", "DOWN"]),
        mark in select(vec![Mark::Plain, Mark::Plain, Mark::Up, Mark::Down]),
        extension in select(vec!["surql", "surql", "surrealql"]),
        content in content(),
    ) -> Entry {
        Entry { version, zeros, name, mark, extension, content }
    }
}

/// The files of one version, as they should be.
fn sound_version(version: u32) -> impl Strategy<Value = Vec<Entry>> {
    (
        entry(Just(version)),
        select(vec!["a", "", "scale_down"]),
        0..4u8,
    )
        .prop_map(|(any, name, shape)| {
            let up = Entry {
                name,
                content: Some(SOUND),
                ..any
            };
            let plain_down = match name {
                "" => "down",
                "a" => "a_down",
                _ => "scale_down_down",
            };
            let entry = |mark, name| Entry {
                name,
                mark,
                ..up.clone()
            };
            match shape {
                0 => vec![Entry {
                    content: Some(IRREVERSIBLE),
                    ..entry(Mark::Up, name)
                }],
                1 => vec![entry(Mark::Plain, name), entry(Mark::Plain, plain_down)],
                _ => vec![entry(Mark::Up, name), entry(Mark::Down, name)],
            }
        })
}

/// A change that mostly, but not always, breaks a rule.
#[derive(Debug, Clone)]
enum Change {
    Nothing,
    Add(Entry),
    Remove(prop::sample::Index),
    Replace(prop::sample::Index, Option<Content>),
    Renumber(prop::sample::Index, u32),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        4 => Just(Change::Nothing),
        2 => entry(1..6u32).prop_map(Change::Add),
        1 => index().prop_map(Change::Remove),
        2 => (index(), content()).prop_map(|(at, content)| Change::Replace(at, content)),
        1 => (index(), 1..6u32).prop_map(|(at, version)| Change::Renumber(at, version)),
    ]
}

fn nearly_sound_entries() -> impl Strategy<Value = Vec<Entry>> {
    let versions = (0..5u32).prop_flat_map(|count| {
        (1..=count)
            .map(|version| sound_version(version).boxed())
            .collect::<Vec<_>>()
    });
    (versions, vec(change(), 0..3)).prop_map(|(versions, changes)| {
        let mut entries = versions.concat();
        for change in changes {
            let count = entries.len();
            match change {
                Change::Add(entry) => entries.push(entry),
                Change::Remove(at) if count > 0 => drop(entries.remove(at.index(count))),
                Change::Replace(at, content) if count > 0 => {
                    entries[at.index(count)].content = content;
                }
                Change::Renumber(at, version) if count > 0 => {
                    entries[at.index(count)].version = version;
                }
                _ => {}
            }
        }
        entries
    })
}

fn listing() -> impl Strategy<Value = Listing> {
    let entries = prop_oneof![4 => nearly_sound_entries(), 1 => vec(entry(1..4u32), 0..6)];
    let others = vec(
        select(vec![
            "README.md",
            ".gitkeep",
            ".001_a.up.surql",
            "notes.txt",
            "a.sql",
            "3_a",
            "001_a.up.surql~",
            "001_a.up.surql.bak",
            "docs/README.md",
            "docs/schema.sql",
            "seeds/people.surql",
            "a/b/c.surrealql",
            "Makefile",
            "surql",
            "ä",
        ]),
        0..3,
    );
    let near_misses = vec(
        select(vec![
            "a.surql",
            "1a.surql",
            "001-a.surql",
            "001_.surql",
            "1_ä.surql",
            "1_a b.surql",
            "001_a.UP.surql",
            "001_a.Surql",
            "001_a.up.sql",
            "001_a.sql",
            "001_a.up.surq",
            "001_a.upp.surql",
            "0.surql",
            "000_a.up.surql",
            "4294967296.surql",
            "99999999999999999999_a.surql",
            "old/001_a.surql",
            "a/b/c.up.surrealql",
            "1.up.down.surql",
            "20260419_101500_a.up.surql",
            "20260419101500_a.surql",
            "20260419_down.surql",
            ".up.surql/1.surql",
            "1 .surql",
            "-1.surql",
            "+1.surql",
        ]),
        0..3,
    );
    let near_misses = prop_oneof![6 => Just(Vec::new()), 1 => near_misses];
    (entries, others, near_misses).prop_map(|(mut entries, others, near_misses)| {
        // A directory has each name once.
        let mut seen = BTreeSet::new();
        entries.retain(|entry| seen.insert(entry.file_name()));
        Listing {
            entries,
            others: others.into_iter().collect(),
            near_misses: near_misses.into_iter().collect(),
        }
    })
}

fn directory() -> Directory {
    Directory::new(Path::new("/nowhere"), "migrations")
}

/// So many times the usual number of cases, which `PROPTEST_CASES` sets.
fn config(times: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: usual.cases * times,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..usual
    }
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn the_reader_accepts_what_the_rules_accept(listing in listing()) {
        let answer = read_files(&directory(), &listing.files());
        let read = answer.map(|set| {
            let file = |file: &str| file.trim_start_matches("migrations/").to_owned();
            let migrations = set.migrations.into_iter().map(|each| {
                let down = each.down.map(|down| file(&down.file));
                (each.version, each.name.into_owned(), file(&each.up.file), down)
            });
            migrations.collect::<Vec<_>>()
        });
        match (listing.model(), read) {
            (None, Err(_)) => {}
            (Some(expected), Ok(read)) => prop_assert_eq!(read, expected),
            (None, Ok(read)) => prop_assert!(false, "accepted against the rules: {read:?}"),
            (Some(_), Err(problems)) => prop_assert!(false, "refused against the rules: {problems}"),
        }
    }

    #[test]
    fn the_order_of_a_listing_does_not_matter(
        (listing, shuffled) in listing().prop_flat_map(|listing| {
            let files = Just(listing.files()).prop_shuffle();
            (Just(listing), files)
        })
    ) {
        prop_assert_eq!(
            read_files(&directory(), &listing.files()),
            read_files(&directory(), &shuffled)
        );
    }
}

/// The two above say little if nearly all listings were of one kind.
#[test]
fn listings_of_both_kinds_are_made() {
    let mut runner = TestRunner::deterministic();
    let accepted = (0..500).filter(|_| {
        let tree = listing()
            .new_tree(&mut runner)
            .expect("a listing can be made");
        tree.current().model().is_some()
    });
    let accepted = accepted.count();
    assert!(
        (100..400).contains(&accepted),
        "{accepted} of 500 are sound"
    );
}
