compile_tests::embed_migrations!(pub static BILLING = "./fixtures//billing/");

fn main() {}
