compile_tests::embed_migrations!(pub static BILLING "fixtures/sound");

fn main() {}
