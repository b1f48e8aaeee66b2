compile_tests::embed_migrations!("fixtures/baseline");

fn main() {
    let versions = MIGRATIONS.iter().map(|it| it.version);
    assert_eq!(versions.collect::<Vec<_>>(), [2, 3]);
    let baseline = MIGRATIONS.iter().next().unwrap();
    assert!(baseline.is_baseline() && baseline.down.is_none());
    // What it stands for is read from the directory beside it.
    let (name, checksum) = baseline.recorded_as(1);
    assert_eq!(name, "notes");
    assert!(checksum.unwrap().to_string().starts_with("65a58c8973aca5ba"));
}
