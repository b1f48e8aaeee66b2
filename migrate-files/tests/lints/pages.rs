//! The examples in the rules' documentation.

use std::fs;
use std::path::Path;

use migrate_files::Lint;

use crate::sets::Files;

/// A rule's example.
pub struct Example {
    /// What the rule is about.
    pub harmful: Files,
    /// The same with what is to be written instead.
    pub harmless: Files,
}

impl Example {
    /// The example in the rule's page.
    pub fn of(lint: Lint) -> Self {
        let root = env!("CARGO_MANIFEST_DIR");
        let page = format!("{root}/../migrate-runtime/src/lints/{lint}.md");
        let page = fs::read_to_string(page).expect("each rule has a page");
        let mut blocks = page.split("```surql\n").skip(1);
        let mut block = || {
            let block = blocks
                .next()
                .expect("an example, and what to write instead");
            files(block.split("```").next().expect("a part"))
        };
        let harmful = block();
        let mut harmless = harmful.clone();
        harmless.extend(block());
        Self {
            harmful: with_downs(harmful),
            harmless: with_downs(harmless),
        }
    }
}

fn is_script(comment: &str) -> bool {
    Path::new(comment)
        .extension()
        .is_some_and(|it| it == "surql")
}

/// The files of a block, each behind a comment with its name.
fn files(block: &str) -> Files {
    let mut files = Files::new();
    let mut name = String::new();
    for line in block.lines() {
        let file = line.strip_prefix("-- ").filter(|it| is_script(it));
        if let Some(file) = file {
            file.clone_into(&mut name);
            continue;
        }
        let text = files.entry(name.clone()).or_default();
        text.push_str(line);
        text.push('\n');
    }
    files
}

/// The same, where each up script without a down script says so.
fn with_downs(mut files: Files) -> Files {
    let names: Vec<String> = files.keys().cloned().collect();
    for (name, text) in &mut files {
        let down = name.replace(".up.", ".down.");
        if name.contains(".up.") && !names.contains(&down) && !text.contains("irreversible") {
            *text = format!("-- migrate: irreversible\n{text}");
        }
    }
    files
}
