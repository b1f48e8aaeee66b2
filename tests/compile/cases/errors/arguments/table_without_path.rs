compile_tests::embed_migrations!(table = "history");

fn main() {}
