compile_tests::embed_migrations!("fixtures/over_several_lines");

fn main() {}
