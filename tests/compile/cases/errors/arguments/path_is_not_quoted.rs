compile_tests::embed_migrations!(migrations);

fn main() {}
