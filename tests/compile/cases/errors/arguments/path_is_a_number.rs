compile_tests::embed_migrations!(static BILLING = 3);

fn main() {}
