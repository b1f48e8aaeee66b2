compile_tests::embed_migrations!(concat!("fixtures", "/sound"));

fn main() {}
