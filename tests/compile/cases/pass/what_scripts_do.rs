//! What a script does to tables and indexes is embedded for the runtime, which has no parser.

use migrate_files::conflicts;
use migrate_files::effect::{Effect, IndexKind, IndexMode, Lookup, Name, Target};

compile_tests::embed_migrations!("fixtures/every_effect");

fn main() {
    let script = &MIGRATIONS.iter().next().unwrap().up;
    let expected = [
        creates_table("t"),
        adds_computed("t", "number"),
        defines_index("t", "i", IndexMode::Plain, IndexKind::Values, vec![name("a"), name("b.c")]),
        defines_index("t", "words", IndexMode::IfNotExists, IndexKind::FullText, vec![name("text")]),
        creates_table("v"),
        fills_view("v", vec![name("t")]),
        removes_index("u", "old"),
        rebuilds_index("u", "other"),
        removes_table("w", true),
        creates(one("t", "1"), false),
        creates(all("t"), false),
        reads("t", Lookup::Value(name("a"))),
        updates(all("t"), vec![name("a")]),
        creates(all("t"), true),
        updates(one("t", "1"), vec![name("`b c`.d")]),
        deletes(one("t", "1")),
        either(vec![vec![updates(all("t"), vec![name("a")])]]),
        reads("t", Lookup::Words(name("text"))),
        reads("t", Lookup::Neighbours(name("point"))),
        reads("u", Lookup::Count),
        creates(all("seen"), false),
        defines_sequence("s", false),
        removes_sequence("r"),
        takes_from_sequence("q"),
    ];
    assert_eq!(script.effects(), expected);
    // It compares as what the parser finds.
    let removal = [removes_table("t", false)];
    let conflict = conflicts([&*script.effects(), &removal]).unwrap();
    assert_eq!((conflict.earlier, conflict.later), (0, 1));
}

fn name(name: &'static str) -> Name {
    name.into()
}

fn all(table: &'static str) -> Target {
    Target { table: name(table), record: None }
}

fn one(table: &'static str, record: &'static str) -> Target {
    Target { table: name(table), record: Some(name(record)) }
}

fn creates_table(table: &'static str) -> Effect {
    Effect::CreatesTable { table: name(table) }
}

fn fills_view(table: &'static str, sources: Vec<Name>) -> Effect {
    Effect::FillsView { table: name(table), sources }
}

fn removes_table(table: &'static str, if_exists: bool) -> Effect {
    Effect::RemovesTable { table: name(table), if_exists }
}

fn adds_computed(table: &'static str, field: &'static str) -> Effect {
    Effect::AddsComputed { table: name(table), field: name(field) }
}

fn defines_index(
    table: &'static str,
    index: &'static str,
    mode: IndexMode,
    kind: IndexKind,
    fields: Vec<Name>,
) -> Effect {
    Effect::DefinesIndex { table: name(table), index: name(index), mode, kind, fields }
}

fn removes_index(table: &'static str, index: &'static str) -> Effect {
    Effect::RemovesIndex { table: name(table), index: name(index) }
}

fn rebuilds_index(table: &'static str, index: &'static str) -> Effect {
    Effect::RebuildsIndex { table: name(table), index: name(index) }
}

fn creates(target: Target, or_updates: bool) -> Effect {
    Effect::Creates { target, or_updates }
}

fn updates(target: Target, fields: Vec<Name>) -> Effect {
    Effect::Updates { target, fields }
}

fn deletes(target: Target) -> Effect {
    Effect::Deletes { target }
}

fn reads(table: &'static str, by: Lookup) -> Effect {
    Effect::Reads { table: name(table), by }
}

fn defines_sequence(sequence: &'static str, overwrite: bool) -> Effect {
    Effect::DefinesSequence { sequence: name(sequence), overwrite }
}

fn removes_sequence(sequence: &'static str) -> Effect {
    Effect::RemovesSequence { sequence: name(sequence) }
}

fn takes_from_sequence(sequence: &'static str) -> Effect {
    Effect::TakesFromSequence { sequence: name(sequence) }
}

fn either(branches: Vec<Vec<Effect>>) -> Effect {
    Effect::Either(branches)
}
