compile_tests::embed_migrations!("fixtures/lossy");

fn main() {
    let down = MIGRATIONS.iter().nth(1).unwrap().down.as_ref().unwrap();
    assert!(down.text.starts_with("-- migrate: lossy: "));
}
