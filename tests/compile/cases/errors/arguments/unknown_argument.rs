compile_tests::embed_migrations!("fixtures/sound", tabel = "history");

fn main() {}
