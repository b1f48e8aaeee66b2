compile_tests::embed_migrations!(pub static = "fixtures/sound");

fn main() {}
