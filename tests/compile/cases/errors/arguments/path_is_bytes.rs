compile_tests::embed_migrations!(b"fixtures/sound");

fn main() {}
