compile_tests::embed_migrations!("fixtures/names_in_down");

fn main() {
    let names: Vec<&str> = MIGRATIONS.iter().map(|each| &*each.name).collect();
    assert_eq!(
        names,
        ["scale", "scale_down", "scale_down", "down", "slow_down"]
    );
    let down = MIGRATIONS
        .iter()
        .nth(1)
        .and_then(|each| each.down.as_ref())
        .unwrap();
    assert_eq!(
        down.file,
        "fixtures/names_in_down/002_scale_down_down.surql"
    );
}
