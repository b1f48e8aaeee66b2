compile_tests::embed_migrations!("fixtures/lints", deny = ["required_field", "edges_left"]);

fn main() {}
