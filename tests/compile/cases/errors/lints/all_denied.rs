compile_tests::embed_migrations!(
    "fixtures/lints",
    deny = "all",
    allow = ["required_field", "permissions_dropped"],
);

fn main() {}
