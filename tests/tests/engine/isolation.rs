//! Transactions that run at the same moment: what makes one of two fail.

use std::time::{Duration, Instant};

use serde_json::json;
use surrealdb::{Error, Surreal, engine::any::Any};
use tests::connection::{Database, unused_namespace};
use tests::on_every_engine;
use tests::questions::{ask_json, execute};

use crate::outcome::{cause, commit, in_transaction, is_conflict};

on_every_engine!(
    two_that_read_what_the_other_writes_both_commit,
    of_two_that_upsert_the_same_record_one_commits,
    of_two_that_create_or_delete_the_same_record_one_commits,
    a_record_that_is_created_and_deleted_again_is_a_write,
    an_upsert_without_a_change_is_a_write,
    an_update_without_a_change_is_no_write,
    what_is_changed_is_not_deleted_meanwhile,
    the_loser_fails_at_its_commit_and_neither_waits_for_the_other,
    a_record_that_was_written_since_the_transaction_began_is_a_conflict,
    a_transaction_that_only_reads_does_not_fail,
    of_two_that_define_fields_of_the_same_table_one_commits,
    definitions_and_writes_of_records_do_not_conflict,
    an_index_lacks_what_an_overlapping_transaction_writes,
    a_record_created_while_its_table_is_removed_is_left_behind,
);

/// How long each of two transactions stays open.
const OPEN: Duration = Duration::from_millis(300);

async fn two_that_read_what_the_other_writes_both_commit(db: &Database) {
    let both = together(
        db,
        "CREATE guard:1 SET n = 0; CREATE guard:2 SET n = 0",
        "LET $other = guard:2.n; UPDATE guard:1 SET n = $other + 1",
        "LET $other = guard:1.n; UPDATE guard:2 SET n = $other + 1",
    )
    .await;
    assert!(both.all_committed(), "{both:?}");
    assert_eq!(
        ask_json(db, "SELECT VALUE n FROM guard").await,
        json!([1, 1])
    );
    // The same with a whole table that each has read.
    let both = together(
        db,
        "DEFINE TABLE guard",
        "LET $all = SELECT * FROM guard; CREATE guard:1",
        "LET $all = SELECT * FROM guard; CREATE guard:2",
    )
    .await;
    assert!(both.all_committed(), "{both:?}");
}

async fn of_two_that_upsert_the_same_record_one_commits(db: &Database) {
    let write = "UPSERT guard:1 SET n = (n ?? 0) + 1";
    for committed in ["CREATE guard:1 SET n = 0", "DEFINE TABLE guard", ""] {
        let both = together(db, committed, write, write).await;
        assert!(both.one_conflicted(), "{committed}: {both:?}");
        assert_eq!(ask_json(db, "RETURN guard:1.n").await, json!(1));
    }
    let (one, other) = ("UPDATE guard:1 SET n = 1", "UPDATE guard:1 SET n = 2");
    let both = together(db, "CREATE guard:1 SET n = 0", one, other).await;
    assert!(both.one_conflicted(), "{both:?}");
}

async fn of_two_that_create_or_delete_the_same_record_one_commits(db: &Database) {
    for (committed, one, other) in [
        ("DEFINE TABLE guard", "CREATE guard:1", "CREATE guard:1"),
        ("CREATE guard:1", "DELETE guard:1", "DELETE guard:1"),
        (
            "CREATE guard:1",
            "DELETE guard:1",
            "UPDATE guard:1 SET n = 1",
        ),
        (
            "CREATE guard:1",
            "DELETE guard:1; CREATE guard:1",
            "DELETE guard:1; CREATE guard:1",
        ),
    ] {
        let both = together(db, committed, one, other).await;
        assert!(both.one_conflicted(), "{one} / {other}: {both:?}");
    }
}

/// Nothing is left of it, and still it conflicts with whoever creates the record.
async fn a_record_that_is_created_and_deleted_again_is_a_write(db: &Database) {
    let (create, gone) = ("CREATE guard:1", "CREATE guard:1; DELETE guard:1");
    for (one, other) in [(gone, create), (create, gone), (gone, gone)] {
        let both = together(db, "DEFINE TABLE guard", one, other).await;
        assert!(both.one_conflicted(), "{one} / {other}: {both:?}");
        let both = one_late(db, "DEFINE TABLE guard", one, other).await;
        assert!(both.one_conflicted(), "{one}, late {other}: {both:?}");
    }
}

/// What a guard has to be written with.
async fn an_upsert_without_a_change_is_a_write(db: &Database) {
    for write in [
        "UPSERT guard:1 SET n = 1",
        "UPSERT guard:1 CONTENT { n: 1 }",
        "UPSERT guard:1",
    ] {
        let both = together(db, "CREATE guard:1 SET n = 1", write, write).await;
        assert!(both.one_conflicted(), "{write}: {both:?}");
    }
}

async fn an_update_without_a_change_is_no_write(db: &Database) {
    for (one, other) in [
        ("UPDATE guard:1 SET n = 1", "UPDATE guard:1 SET n = 1"),
        ("UPDATE guard:1 MERGE { n: 1 }", "UPDATE guard:1"),
        ("UPDATE guard:1 SET n = 1", "UPDATE guard:1 SET n = 2"),
    ] {
        let both = together(db, "CREATE guard:1 SET n = 1", one, other).await;
        assert!(both.all_committed(), "{one} / {other}: {both:?}");
    }
}

/// How a migration keeps the row of the one before it, whose id may be its version or not.
async fn what_is_changed_is_not_deleted_meanwhile(db: &Database) {
    let (there, delete) = ("CREATE guard:1 SET n = 1", "DELETE guard:1");
    for keep in [
        "(UPDATE ONLY guard:1 SET at = time::now() WHERE n = 1 RETURN VALUE id) || { THROW 'gone' }",
        "(UPDATE guard SET at = time::now() WHERE n = 1 RETURN VALUE id)[0] ?? { THROW 'gone' }",
    ] {
        for (one, other) in [(keep, delete), (delete, keep)] {
            let both = together(db, there, one, other).await;
            assert!(both.one_conflicted(), "{one} / {other}: {both:?}");
            let both = one_late(db, there, one, other).await;
            assert!(both.one_conflicted(), "{one}, late {other}: {both:?}");
        }
        for missing in ["DEFINE TABLE guard", "CREATE guard:1 SET n = 2"] {
            select_another(db, missing).await;
            let error = cause(db, &in_transaction(keep)).await.expect(keep);
            assert_eq!(error.message(), "An error occurred: gone", "{keep}");
        }
    }
}

async fn the_loser_fails_at_its_commit_and_neither_waits_for_the_other(db: &Database) {
    let write = "UPSERT guard:1 SET n = 1";
    let both = together(db, "DEFINE TABLE guard", write, write).await;
    let errors = both.errors();
    assert!(
        errors[0].message().starts_with("Cannot COMMIT: "),
        "{both:?}"
    );
    assert!(both.have_overlapped());
}

async fn a_record_that_was_written_since_the_transaction_began_is_a_conflict(db: &Database) {
    let committed = "CREATE guard:1 SET n = 0";
    let (one, late) = ("UPDATE guard:1 SET n = 1", "UPDATE guard:1 SET n = 2");
    let both = one_late(db, committed, one, late).await;
    assert!(both.one_conflicted(), "{both:?}");
    assert_eq!(ask_json(db, "RETURN guard:1.n").await, json!(1));
}

async fn a_transaction_that_only_reads_does_not_fail(db: &Database) {
    let committed = "CREATE guard:1 SET n = 0; DEFINE TABLE seen";
    let (one, late) = (
        "UPDATE guard:1 SET n = 1",
        "CREATE seen:1 SET n = guard:1.n",
    );
    let both = one_late(db, committed, one, late).await;
    assert!(both.all_committed(), "{both:?}");
    // It sees what was there when it began.
    assert_eq!(ask_json(db, "RETURN seen:1.n").await, json!(0));
}

async fn of_two_that_define_fields_of_the_same_table_one_commits(db: &Database) {
    let both = together(
        db,
        "DEFINE TABLE guard",
        "DEFINE FIELD a ON guard",
        "DEFINE FIELD b ON guard",
    )
    .await;
    assert!(both.one_conflicted(), "{both:?}");
    let both = together(db, "", "DEFINE TABLE a", "DEFINE TABLE b").await;
    assert!(both.all_committed(), "{both:?}");
}

async fn definitions_and_writes_of_records_do_not_conflict(db: &Database) {
    for define in ["DEFINE FIELD a ON guard", "DEFINE TABLE OVERWRITE guard"] {
        let both = together(
            db,
            "CREATE guard:1 SET n = 0",
            define,
            "UPDATE guard:1 SET n = 1",
        )
        .await;
        assert!(both.all_committed(), "{define}: {both:?}");
    }
}

/// Nothing reports it: the application's transaction began before the index was committed.
async fn an_index_lacks_what_an_overlapping_transaction_writes(db: &Database) {
    for concurrently in ["", "CONCURRENTLY"] {
        let committed = "CREATE guard:1 SET n = 1; CREATE guard:2 SET n = 1";
        let define = format!("DEFINE INDEX i ON guard FIELDS n {concurrently}");
        let write = "UPDATE guard:1 SET n = 2; CREATE guard:3 SET n = 2";
        let both = one_late(db, committed, &define, write).await;
        assert!(both.all_committed(), "{both:?}");
        let found = |with| format!("SELECT VALUE id FROM guard {with} WHERE n = 2");
        let all = json!(["guard:1", "guard:3"]);
        assert_eq!(ask_json(db, &found("")).await, json!([]), "{concurrently}");
        assert_eq!(ask_json(db, &found("WITH NOINDEX")).await, all);
        commit(db, "REBUILD INDEX i ON guard").await;
        assert_eq!(ask_json(db, &found("")).await, all);
    }
}

async fn a_record_created_while_its_table_is_removed_is_left_behind(db: &Database) {
    let both = together(db, "CREATE guard:1", "REMOVE TABLE guard", "CREATE guard:2").await;
    assert!(both.all_committed(), "{both:?}");
    execute(db, "DEFINE TABLE guard").await;
    assert_eq!(
        ask_json(db, "SELECT VALUE id FROM guard").await,
        json!(["guard:2"])
    );
    let change = "UPDATE guard:1 SET n = 1";
    let both = together(db, "CREATE guard:1", "REMOVE TABLE guard", change).await;
    assert!(both.one_conflicted(), "{both:?}");
}

/// A script, and for how long at least its transaction is open.
struct Open {
    script: String,
    at_least: Duration,
}

/// What became of one of two.
#[derive(Debug)]
struct Ended {
    sent: Instant,
    answered: Instant,
    at_least: Duration,
    error: Option<Error>,
}

impl Ended {
    /// Whether this one began before the other one ended, for certain.
    fn began_before_the_end_of(&self, other: &Self) -> bool {
        self.answered < other.sent + other.at_least + self.at_least
    }
}

#[derive(Debug)]
struct Both([Ended; 2]);

impl Both {
    fn have_overlapped(&self) -> bool {
        let [one, other] = &self.0;
        one.began_before_the_end_of(other) && other.began_before_the_end_of(one)
    }

    fn all_committed(&self) -> bool {
        self.errors().is_empty()
    }

    fn one_conflicted(&self) -> bool {
        matches!(self.errors().as_slice(), [error] if is_conflict(error))
    }

    fn errors(&self) -> Vec<&Error> {
        self.0.iter().filter_map(|one| one.error.as_ref()).collect()
    }
}

/// Applies two scripts to a database of their own, in transactions that overlap for certain.
async fn together(db: &Surreal<Any>, committed: &str, one: &str, other: &str) -> Both {
    overlapping(db, committed, &[open(one), open(other)], |_| true).await
}

/// The same, where the second one begins to work when the first one is committed.
async fn one_late(db: &Surreal<Any>, committed: &str, one: &str, late: &str) -> Both {
    let pause = 2 * OPEN;
    let late = Open {
        script: format!("sleep({}ms); {late}", pause.as_millis()),
        at_least: pause,
    };
    let is_late = |[one, late]: &[Ended; 2]| one.answered < late.sent + pause;
    overlapping(db, committed, &[open(one), late], is_late).await
}

fn open(script: &str) -> Open {
    Open {
        script: format!("{script}; sleep({}ms)", OPEN.as_millis()),
        at_least: OPEN,
    }
}

/// Both at once, until they have overlapped: a busy machine may hold one of them back. Where one
/// waits for the other in the engine, they never do.
async fn overlapping(
    db: &Surreal<Any>,
    committed: &str,
    scripts: &[Open; 2],
    is_wanted: impl Fn(&[Ended; 2]) -> bool,
) -> Both {
    const ATTEMPTS: usize = 20;
    for _ in 0..ATTEMPTS {
        select_another(db, committed).await;
        let (one, other) = tokio::join!(run(db, &scripts[0]), run(db, &scripts[1]));
        let both = Both([one, other]);
        if both.have_overlapped() && is_wanted(&both.0) {
            return both;
        }
    }
    panic!("two transactions do not overlap");
}

async fn run(db: &Surreal<Any>, open: &Open) -> Ended {
    let sent = Instant::now();
    let error = cause(db, &in_transaction(&open.script)).await;
    Ended {
        sent,
        answered: Instant::now(),
        at_least: open.at_least,
        error,
    }
}

/// An empty database with something in it.
async fn select_another(db: &Surreal<Any>, committed: &str) {
    let namespace = unused_namespace();
    db.use_ns(namespace).use_db("app").await.unwrap();
    execute(db, &format!("RETURN 1; {committed}")).await;
}
