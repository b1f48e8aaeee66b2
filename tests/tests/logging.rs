//! What is written to the log. It is a process of its own, since a subscriber decides for a whole
//! process what is logged.

use std::io::Write;
use std::sync::{Arc, Mutex};

use surrealdb::engine::any;
use tests::sets::set;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn version_name_and_duration_are_logged_and_no_script() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let db = any::connect("mem://").await.unwrap();
    db.use_ns("test").use_db("test").await.unwrap();
    let set = set(&[
        (
            "1_greet.up.surql",
            "CREATE greeting SET text = 'a-word-in-the-script';",
        ),
        (
            "1_greet.down.surql",
            "REMOVE TABLE greeting; THROW 'and-another';",
        ),
    ]);
    set.run(&db).await.unwrap();
    set.revert(&db).await.unwrap_err();

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let ours: Vec<&str> = text
        .lines()
        .filter(|line| line.contains(" migrate_runtime: "))
        .collect();
    let line = ours
        .iter()
        .find(|line| line.contains("finished"))
        .unwrap_or_else(|| panic!("{text}"));
    assert!(
        line.contains("version=1") && line.contains("name=\"greet\""),
        "{line}"
    );
    assert!(
        line.contains("direction=up") && line.contains("duration="),
        "{line}"
    );
    let failed = ours.iter().find(|line| line.contains("ERROR"));
    let failed = failed.unwrap_or_else(|| panic!("{text}"));
    assert!(
        failed.contains("direction=down") && failed.contains("was not reverted"),
        "{failed}"
    );
    assert!(!text.contains("migrate_runtime::"), "{text}");
    assert!(!ours.concat().contains("a-word-in-the-script"), "{text}");
    assert!(!ours.concat().contains("and-another"), "{text}");
}
