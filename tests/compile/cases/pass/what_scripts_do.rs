//! What a script does to tables and indexes is embedded for the runtime, which has no parser.

use compile_tests::__private::*;
use migrate_files::conflicts;

compile_tests::embed_migrations!("fixtures/every_effect");

fn main() {
    let script = &MIGRATIONS.iter().next().unwrap().up;
    let expected = [
        creates_table("t"),
        adds_computed("t", "number"),
        defines_index("t", "i", IndexMode::Plain, IndexKind::Values, const { &[name("a"), name("b.c")] }),
        defines_index("t", "words", IndexMode::IfNotExists, IndexKind::FullText, const { &[name("text")] }),
        creates_table("v"),
        fills_view("v", const { &[name("t")] }),
        removes_index("u", "old"),
        rebuilds_index("u", "other"),
        removes_table("w", true),
        creates(one("t", "1"), false),
        creates(all("t"), false),
        reads("t", Lookup::Value(name("a"))),
        updates(all("t"), const { &[name("a")] }),
        creates(all("t"), true),
        updates(one("t", "1"), const { &[name("`b c`.d")] }),
        deletes(one("t", "1")),
        either(const { &[branch(const { &[updates(all("t"), const { &[name("a")] })] })] }),
        reads("t", Lookup::Words(name("text"))),
        reads("t", Lookup::Neighbours(name("point"))),
        reads("u", Lookup::Count),
        creates(all("seen"), false),
        defines_sequence("s", false),
        removes_sequence("r"),
        takes_from_sequence("q"),
    ];
    assert_eq!(*script.effects, expected);
    // It compares as what the parser finds.
    let removal = [removes_table("t", false)];
    let conflict = conflicts([&*script.effects, &removal]).unwrap();
    assert_eq!((conflict.earlier, conflict.later), (0, 1));
}
