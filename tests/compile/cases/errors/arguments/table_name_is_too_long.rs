compile_tests::embed_migrations!(
    "fixtures/sound",
    table = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
);

fn main() {}
