//! What does not come from migrations is declared, in a file or by the script that needs it.

compile_tests::embed_migrations!(
    "fixtures/assumed",
    assumes = "fixtures/assumed.surql",
    table = "_assumed",
);

fn main() {
    assert_eq!(MIGRATIONS.table(), "_assumed");
}
