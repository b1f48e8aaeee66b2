compile_tests::embed_migrations!(pub static BILLING: Migrations = "fixtures/sound");

fn main() {}
