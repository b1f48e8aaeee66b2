//! The build's verdict on a script is the engine's: what the parser refuses while a crate compiles
//! is what an embedded engine refuses when it is asked to run the same text, and nothing else.
//!
//! The build accepts all grammar that an engine of this minor version may have. So the verdicts
//! have to be equal to those of an engine that has everything experimental switched on, with two
//! exceptions, each with a test of its own below:
//! - an engine as it comes refuses experimental grammar that the build lets pass;
//! - an engine limits how deep a script nests, by its own configuration; the build lets pass what
//!   the highest limit lets pass.
//!
//! Neither way round may the build refuse what any engine takes.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use migrate_files::{Directory, File, read_files};
use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};
use surrealdb::opt::Config;
use surrealdb::opt::capabilities::Capabilities;
use tests::scripts::{on_a_deep_stack, scripts};

/// What a script's author learns from the engine: nothing, or the parser's words.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Parses,
    Refused(String),
}

impl Verdict {
    fn is_refused(&self) -> bool {
        *self != Self::Parses
    }

    /// Whether a limit of the engine's configuration is all that stands in the way.
    fn is_about_depth(&self) -> bool {
        matches!(self, Self::Refused(words) if words.contains("recursion depth limit"))
    }
}

/// An embedded engine on which scripts may do what they like.
struct Engine(Surreal<Any>);

impl Engine {
    async fn open(capabilities: Capabilities) -> Self {
        let config = Config::new().capabilities(capabilities);
        let db = any::connect(("mem://", config))
            .await
            .expect("the engine opens");
        let selected = db.use_ns("agreement").use_db("agreement").await;
        selected.expect("a new database can be selected");
        Self(db)
    }

    /// As an application has it that changes nothing.
    async fn as_it_comes() -> Self {
        Self::open(Capabilities::new()).await
    }

    /// With everything experimental switched on.
    async fn with_everything() -> Self {
        Self::open(Capabilities::all().with_all_experimental_features_allowed()).await
    }

    /// The text is parsed as a whole before any of it runs, so whatever else happens to it, it
    /// parses: also where it fails, or takes longer than anyone wants to wait here.
    ///
    /// The driver drops blanks and semicolons from the end of a query, blanks too that the parser
    /// does not know as such. No migration is sent that way, its `COMMIT` comes behind it. The
    /// empty comment keeps the text as it is.
    async fn verdict(&self, script: &str) -> Verdict {
        let whole = format!("{script}\n--");
        let answer = tokio::time::timeout(Duration::from_secs(2), self.0.query(whole)).await;
        match answer {
            Ok(Err(error))
                if error.is_validation() && error.to_string().contains("Parse error") =>
            {
                Verdict::Refused(error.to_string())
            }
            _ => Verdict::Parses,
        }
    }
}

/// The verdict of the build on a set of one migration with this up script.
fn verdict_of_the_build(script: &str) -> Verdict {
    let files = [
        File::new("1.up.surql", script),
        File::new("1.down.surql", "-- Nothing.\n"),
    ];
    let directory = Directory::new(Path::new("/nowhere"), "migrations");
    let Err(problems) = read_files(&directory, &files) else {
        return Verdict::Parses;
    };
    // Every rule of ours that shows a line also says what to do; the parser alone does not.
    let from_parser = problems
        .iter()
        .find(|problem| problem.snippet.is_some() && problem.help.is_none());
    from_parser.map_or(Verdict::Parses, |problem| {
        Verdict::Refused(problem.to_string())
    })
}

#[test]
fn the_build_refuses_what_the_engine_refuses() {
    on_a_deep_stack(async {
        let (everything, as_it_comes) =
            (Engine::with_everything().await, Engine::as_it_comes().await);
        let scripts = scripts();
        let mut disagreements = String::new();
        let (mut parsing, mut refused) = (0, 0);
        for script in &scripts {
            let build = verdict_of_the_build(script);
            let engine = everything.verdict(script).await;
            let strict = as_it_comes.verdict(script).await;
            let agree = engine.is_about_depth() || build.is_refused() == engine.is_refused();
            let excused = strict.is_refused() || !build.is_refused();
            if !(agree && excused) {
                // Writing to a string does not fail.
                let _ = write!(
                    disagreements,
                    "\n--- script\n{script}\n--- build: {build:?}\n--- engine with everything: {engine:?}\n--- engine as it comes: {strict:?}\n"
                );
            }
            match engine.is_refused() {
                true => refused += 1,
                false => parsing += 1,
            }
        }
        assert!(disagreements.is_empty(), "{disagreements}");
        assert!(scripts.len() >= 1400, "only {} scripts", scripts.len());
        assert!(parsing >= 450, "only {parsing} scripts parse");
        assert!(refused >= 900, "only {refused} scripts are refused");
    });
}

/// Grammar that is behind a switch of the engine.
const EXPERIMENTAL: &[&str] = &[
    "DEFINE BUCKET pictures BACKEND 'memory';",
    "ALTER BUCKET pictures READONLY;",
    "CREATE a SET picture = f'pictures:/cat.png';",
    "DEFINE MODULE mod::cat FROM f'pictures:/cat.surli' UNSIGNED;",
    "REMOVE MODULE mod::cat;",
    "LET $x = mod::cat::purr();",
];

#[test]
fn experimental_grammar_is_left_to_the_engine() {
    on_a_deep_stack(async {
        let (everything, as_it_comes) =
            (Engine::with_everything().await, Engine::as_it_comes().await);
        for script in EXPERIMENTAL {
            assert_eq!(verdict_of_the_build(script), Verdict::Parses, "{script}");
            assert_eq!(
                everything.verdict(script).await,
                Verdict::Parses,
                "{script}"
            );
            assert!(as_it_comes.verdict(script).await.is_refused(), "{script}");
        }
    });
}

#[test]
fn depth_is_refused_only_where_every_engine_does() {
    on_a_deep_stack(async {
        let engine = Engine::with_everything().await;
        let nested: [fn(usize) -> String; 4] = [
            |depth| format!("LET $x = {}{};", "[".repeat(depth), "]".repeat(depth)),
            |depth| format!("LET $x = {}1{};", "(".repeat(depth), ")".repeat(depth)),
            |depth| {
                format!(
                    "{} LET $x = 1; {};",
                    "IF true { ".repeat(depth),
                    "}".repeat(depth)
                )
            },
            |depth| format!("LET $x = 1{};", " + 1".repeat(depth)),
        ];
        for script in nested {
            let shallow = script(8);
            assert_eq!(verdict_of_the_build(&shallow), Verdict::Parses, "{shallow}");
            assert_eq!(engine.verdict(&shallow).await, Verdict::Parses, "{shallow}");
            // Beyond what an engine takes as it comes, but not beyond what one can be configured to take.
            let deep = script(150);
            assert_eq!(verdict_of_the_build(&deep), Verdict::Parses, "{deep}");
            assert!(engine.verdict(&deep).await.is_about_depth(), "{deep}");
            let deeper = script(2000);
            assert!(verdict_of_the_build(&deeper).is_about_depth(), "{deeper}");
            assert!(engine.verdict(&deeper).await.is_about_depth(), "{deeper}");
        }
    });
}
