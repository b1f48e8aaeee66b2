compile_tests::embed_migrations!("fixtures/dangerous");

fn main() {
    let statements: Vec<usize> = MIGRATIONS
        .iter()
        .map(|each| each.up.statements.len())
        .collect();
    assert_eq!(statements, [7, 2, 6]);
}
