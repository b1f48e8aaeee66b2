compile_tests::embed_migrations!(pub const BILLING = "fixtures/sound");

fn main() {}
