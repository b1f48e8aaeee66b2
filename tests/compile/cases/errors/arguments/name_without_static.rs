compile_tests::embed_migrations!(pub BILLING = "fixtures/sound");

fn main() {}
