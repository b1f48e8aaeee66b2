//! Each form of the macro, with and without a comma at its end, in every visibility, twice and more
//! in one crate.

use compile_tests::embed_migrations;

embed_migrations!("fixtures/sound");

mod path_and_table {
    compile_tests::embed_migrations!("fixtures/sound", table = "_billing");
}

mod commas {
    compile_tests::embed_migrations!(static ONE = "fixtures/sound",);
    compile_tests::embed_migrations!(pub(super) static TWO = "fixtures/sound", table = "_two",);

    pub fn one() -> &'static str {
        ONE.table()
    }
}

embed_migrations!(pub static PUBLIC = "./fixtures/sound/");
embed_migrations!(pub(in crate) static RESTRICTED = r"fixtures/sound", table = r#"_raw"#);

fn main() {
    let tables = [
        MIGRATIONS.table(),
        path_and_table::MIGRATIONS.table(),
        commas::one(),
        commas::TWO.table(),
        PUBLIC.table(),
        RESTRICTED.table(),
    ];
    let usual = "_sbl_migrations";
    assert_eq!(tables, [usual, "_billing", usual, "_two", usual, "_raw"]);
    let file = &PUBLIC.iter().next().unwrap().up.file;
    assert_eq!(file, "fixtures/sound/001_x.up.surql");
}
