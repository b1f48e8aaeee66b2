compile_tests::embed_migrations!("fixtures/directives");

fn main() {
    let migration = MIGRATIONS.iter().next().unwrap();
    assert!(migration.down.is_none());
    assert_eq!(format!("{:?}", migration.execution), "PerStatement");
    // The directives are sent, but do not count in the checksum: `sha256sum` of the text without
    // them.
    assert_eq!(
        migration.up.text,
        include_str!("../../fixtures/directives/001_x.up.surql")
    );
    assert_eq!(
        migration.checksum.to_string(),
        "c4e0b65f05e3759d04cb6864b384bd36f1c346dd1b1fc44061d6126ae83073eb"
    );
}
