compile_tests::embed_migrations!(pub static BILLING);

fn main() {}
