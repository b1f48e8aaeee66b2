//! What a caller gets to see: events while it happens, steps in errors, JSON.

use std::sync::{Arc, Mutex};

use migrate_runtime::{Direction, Error, ErrorKind, Event, Migrations};
use serde_json::json;
use tests::connection::Database;
use tests::on_every_engine;
use tests::questions::execute;
use tests::sets::{counted, unchecked_set};

on_every_engine!(
    each_migration_is_announced_with_its_number_of_how_many,
    a_failure_is_reported_and_the_error_has_the_steps_before_it,
    a_failure_on_the_way_down_has_the_steps_before_it,
    reports_plans_statuses_and_errors_share_one_form_in_json,
);

/// The events of a run, as text.
type Events = Arc<Mutex<Vec<String>>>;

fn recorded(events: &Events) -> impl Fn(&Event) + Send + Sync + 'static {
    let events = Arc::clone(events);
    move |event| {
        let line = match event {
            Event::Started {
                version,
                number,
                total,
                ..
            } => format!("started {version}, {number} of {total}"),
            Event::Finished { version, .. } => format!("finished {version}"),
            Event::Failed { version, error, .. } => {
                format!("failed {version}: {}", error.message())
            }
            _ => return,
        };
        events.lock().unwrap().push(line);
    }
}

/// The third one of these fails.
fn broken() -> Migrations {
    unchecked_set(&[
        ("a", "DEFINE TABLE a;", "THROW 'stay';"),
        ("b", "DEFINE TABLE b;", "REMOVE TABLE b;"),
        ("c", "UPDATE ghost SET a = 1;", "-- Nothing."),
    ])
}

fn steps(error: &Error) -> Vec<(u32, Direction)> {
    let steps = error.steps().iter();
    steps.map(|step| (step.version, step.direction)).collect()
}

async fn each_migration_is_announced_with_its_number_of_how_many(db: &Database) {
    let (set, events) = (counted(5), Events::default());
    set.run_to(db, 2).await.unwrap();
    let runner = set.runner(db).observer(recorded(&events));
    runner.run_to(4).await.unwrap();
    let runner = set.runner(db).grouped().observer(recorded(&events));
    runner.revert_to(2).await.unwrap();
    assert_eq!(
        *events.lock().unwrap(),
        [
            "started 3, 1 of 2",
            "finished 3",
            "started 4, 2 of 2",
            "finished 4",
            "started 4, 1 of 2",
            "started 3, 2 of 2",
            "finished 4",
            "finished 3",
        ]
    );
}

async fn a_failure_is_reported_and_the_error_has_the_steps_before_it(db: &Database) {
    let events = Events::default();
    let runner = broken().runner(db).observer(recorded(&events)).run().await;
    let error = runner.unwrap_err();
    assert_eq!(steps(&error), [(1, Direction::Up), (2, Direction::Up)]);
    let text = error.to_string();
    assert!(
        text.ends_with("before the failure, this call applied 1 (a), 2 (b)"),
        "{text}"
    );
    let last = events.lock().unwrap().pop().unwrap();
    assert_eq!(
        last,
        "failed 3: migration 3 (c) was not applied: nothing of it remains"
    );
}

async fn a_failure_on_the_way_down_has_the_steps_before_it(db: &Database) {
    broken().run_to(db, 2).await.unwrap();
    let error = broken().revert_to(db, 0).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Script(_)), "{error}");
    assert_eq!(steps(&error), [(2, Direction::Down)]);
}

async fn reports_plans_statuses_and_errors_share_one_form_in_json(db: &Database) {
    let set = broken();
    let plan = set.plan(db).await.unwrap();
    let plan = serde_json::to_value(plan).unwrap();
    assert_eq!(plan["pending"][0], json!({ "version": 1, "name": "a" }));
    assert_eq!(plan["message"], "3 pending migrations, from version 0 to 3");

    let report = serde_json::to_value(set.run_to(db, 2).await.unwrap()).unwrap();
    assert_eq!((&report["from"], &report["to"]), (&json!(0), &json!(2)));
    assert_eq!(report["message"], "2 migrations, from version 0 to 2");
    let step = &report["steps"][1];
    assert_eq!(
        (&step["version"], &step["name"], &step["direction"]),
        (&json!(2), &json!("b"), &json!("up"))
    );
    assert!(step["duration_ms"].as_f64().unwrap() > 0.0, "{step}");

    execute(db, "UPDATE _sbl_migrations:2 SET duration = 1500us").await;
    let status = serde_json::to_value(set.status(db).await.unwrap()).unwrap();
    assert_eq!(status["message"], "at version 2, 1 pending migration");
    assert_eq!(status["entries"][1]["duration_ms"], 1.5);
    assert_eq!(status["entries"][2]["duration_ms"], json!(null));
    assert_eq!(status["entries"][2]["state"], "pending");

    let error = serde_json::to_value(set.run(db).await.unwrap_err()).unwrap();
    assert_eq!(error["kind"], "script");
    assert_eq!(
        error["message"],
        "migration 3 (c) was not applied: nothing of it remains"
    );
    assert_eq!(
        error["engine"]["message"],
        "The table 'ghost' does not exist"
    );
    assert_eq!((&error["help"], &error["steps"]), (&json!([]), &json!([])));

    for value in [plan, report, status, error] {
        let rendered = value["rendered"].as_str().unwrap();
        assert!(rendered.lines().count() > 1, "{rendered}");
    }
}
