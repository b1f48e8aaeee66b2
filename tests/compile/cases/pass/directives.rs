compile_tests::embed_migrations!("fixtures/directives");

fn main() {
    let migration = MIGRATIONS.iter().next().unwrap();
    assert!(migration.down.is_none());
    assert_eq!(format!("{:?}", migration.execution), "PerStatement");
}
