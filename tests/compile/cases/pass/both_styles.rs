compile_tests::embed_migrations!("fixtures/both_styles");

fn main() {
    let set: Vec<_> = MIGRATIONS
        .iter()
        .map(|each| (each.version, &*each.name, each.down.is_some()))
        .collect();
    let expected = [
        (1, "add_user", true),
        (2, "add-team", true),
        (3, "", true),
        (4, "", true),
        (5, "last", false),
    ];
    assert_eq!(set, expected);
}
