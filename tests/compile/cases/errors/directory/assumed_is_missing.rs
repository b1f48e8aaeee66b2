compile_tests::embed_migrations!("fixtures/sound", assumes = "fixtures/missing.surql");

fn main() {}
