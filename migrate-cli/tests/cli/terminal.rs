//! The command in a real pseudo-terminal.

use std::process::Stdio;

use expect_test::expect;
use rexpect::process::WaitStatus;
use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};
use tests::server::Server;

use crate::support::{PEOPLE, Shell};

/// Starts the command on a terminal, of which the colours and movements are left out.
fn on_terminal(shell: &Shell, arguments: &str) -> PtySession {
    spawn(shell, arguments, true)
}

fn spawn(shell: &Shell, arguments: &str, strip: bool) -> PtySession {
    let mut command = shell.command(arguments);
    command
        .env("TERM", "xterm-256color")
        .stdin(Stdio::inherit());
    let options = Options::new()
        .timeout_ms(Some(30_000))
        .strip_ansi_escape_codes(strip);
    spawn_with_options(command, options).expect("the command starts")
}

/// What is printed until the end, and the exit status.
fn rest(session: &mut PtySession) -> (String, i32) {
    let text = session.exp_eof().expect("the command ends");
    match session.process().wait().expect("it has ended") {
        WaitStatus::Exited(_, status) => (text.replace('\r', ""), status),
        other => panic!("{other:?}"),
    }
}

#[test]
fn down_asks_and_takes_no_for_an_answer() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up");
    let expected = expect![[r#"
        This reverts 3 migrations of the database `app` in the namespace `app` at surrealkv://data:
             3  pets
                  removes table `pet`, which has no records
             2  nicknames
                  removes field `nickname` of table `person`, with its values
             1  people
                  removes table `person`, which has no records
    "#]];
    for answer in ["n\n", "\n"] {
        let mut session = on_terminal(&shell, "down --to 0");
        let question = session.exp_string("Go on? [y/N]").expect("it asks");
        expected.assert_eq(&question.replace('\r', ""));
        session.send(answer).expect("it listens");
        session.flush().expect("it listens");
        let (text, status) = rest(&mut session);
        assert!(
            text.ends_with("error: declined: nothing was done\n"),
            "{text}"
        );
        assert_eq!(status, 3);
    }
    assert_eq!(shell.status("up --exit-code"), Some(5));
}

#[test]
fn down_asks_and_takes_yes_for_an_answer() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up");
    let mut session = on_terminal(&shell, "down");
    session.exp_string("Go on? [y/N]").expect("it asks");
    session.send("y\n").expect("it listens");
    session.flush().expect("it listens");
    let (text, status) = rest(&mut session);
    assert!(
        text.ends_with("1 migration, from version 3 to 2\n"),
        "{text}"
    );
    assert_eq!(status, 0);
}

#[test]
fn the_number_of_records_that_go_is_named() {
    let shell = Shell::embedded(&[
        (
            "1.up.surql",
            "DEFINE TABLE a; CREATE |a:3|; DEFINE TABLE b; CREATE b:1;\n",
        ),
        ("1.down.surql", "REMOVE TABLE a; REMOVE TABLE b;\n"),
    ]);
    shell.succeed("up");
    let mut session = on_terminal(&shell, "redo");
    let question = session.exp_string("Go on? [y/N]").expect("it asks");
    expect![[r#"
        This reverts and applies again 1 migration of the database `app` in the namespace `app` at surrealkv://data:
             1
                  removes table `a`, with 3 records
                  removes table `b`, with 1 record
    "#]].assert_eq(&question.replace('\r', ""));
    session.send("y\n").expect("it listens");
    session.flush().expect("it listens");
    assert_eq!(rest(&mut session).1, 0);
}

#[test]
fn the_script_that_would_run_is_the_one_that_was_stored() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up");
    shell.remove("migrations/003_pets.up.surql");
    shell.remove("migrations/003_pets.down.surql");
    shell.write(
        "migrations/002_nicknames.up.surql",
        "-- Edited.\nDEFINE FIELD nickname ON person TYPE option<string>;\n",
    );
    let mut session = on_terminal(&shell, "down --to 1");
    let question = session.exp_string("Go on? [y/N]").expect("it asks");
    expect![[r#"
        This reverts 2 migrations of the database `app` in the namespace `app` at surrealkv://data:
             3  pets
                  by the script that was stored when it was applied
                  removes table `pet`, which has no records
             2  nicknames
                  by the script that was stored when it was applied
                  removes field `nickname` of table `person`, with its values
    "#]]
    .assert_eq(&question.replace('\r', ""));
}

#[test]
fn ctrl_c_at_the_question() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up");
    let mut session = on_terminal(&shell, "down");
    session.exp_string("Go on? [y/N]").expect("it asks");
    session.send_control('c').expect("it listens");
    let (text, status) = rest(&mut session);
    assert!(
        text.ends_with("error: interrupted: nothing was done\n"),
        "{text}"
    );
    assert_eq!(status, 130);
    assert_eq!(shell.status("up --exit-code"), Some(5));
}

#[test]
fn what_was_confirmed_is_what_was_shown() {
    let shell = Shell::on(Server::shared(), PEOPLE);
    shell.succeed("up --to 2");
    let mut session = on_terminal(&shell, "down --to 1");
    session.exp_string("Go on? [y/N]").expect("it asks");
    // Somebody else goes on meanwhile.
    shell.succeed("up");
    session.send("y\n").expect("it listens");
    session.flush().expect("it listens");
    let (text, status) = rest(&mut session);
    assert_eq!(status, 3);
    assert!(
        text.contains(
            "error: meanwhile another process has brought the database from version 2 to 3\n"
        ),
        "{text}"
    );
    assert_eq!(shell.status("up --exit-code"), Some(5));
}

#[test]
fn what_takes_longer_than_a_moment_has_a_bar() {
    let shell = Shell::embedded(&[
        ("1_quick.surql", "DEFINE TABLE a;\n"),
        ("1_quick_down.surql", "REMOVE TABLE a;\n"),
        (
            "2_slow.surql",
            "-- migrate: per-statement\nSLEEP 700ms; SLEEP 700ms; DEFINE TABLE b;\n",
        ),
        ("2_slow_down.surql", "REMOVE TABLE b;\n"),
    ]);
    let mut session = on_terminal(&shell, "up");
    session
        .exp_string("1/2  up 2 slow")
        .expect("it shows the bar");
    session
        .exp_string("up 2, statement 1 of 3")
        .expect("it shows the statement");
    let (text, status) = rest(&mut session);
    assert!(
        text.ends_with("2 migrations, from version 0 to 2\n"),
        "{text}"
    );
    assert_eq!(status, 0);
}

#[test]
fn ctrl_c_during_the_work() {
    let shell = Shell::embedded(&[
        ("1_slow.surql", "DEFINE TABLE a; SLEEP 1s;\n"),
        ("1_slow_down.surql", "REMOVE TABLE a;\n"),
        ("2_next.surql", "DEFINE TABLE b;\n"),
        ("2_next_down.surql", "REMOVE TABLE b;\n"),
    ]);
    let mut session = on_terminal(&shell, "up");
    session.exp_string("up 1 slow").expect("it shows the bar");
    session.send_control('c').expect("it listens");
    session
        .exp_string("warning: interrupted: ")
        .expect("it says what it does");
    let (text, status) = rest(&mut session);
    assert!(
        text.contains("error: stopped before migration 2 (next) was applied\n"),
        "{text}"
    );
    assert_eq!(status, 130);
    let json = shell.json("status");
    assert_eq!(json["current_version"], 1);
    assert_eq!(json["lease"], serde_json::Value::Null);
}

#[test]
fn colours_are_shown_on_a_terminal_unless_somebody_minds() {
    let shell = Shell::embedded(PEOPLE);
    shell.succeed("up --to 1");
    let printed = |shell: &Shell, arguments: &str| {
        let mut session = spawn(shell, arguments, false);
        rest(&mut session).0
    };
    let coloured = printed(&shell, "status");
    assert!(
        coloured.contains("\u{1b}[32mapplied\u{1b}[0m"),
        "{coloured:?}"
    );
    assert!(
        coloured.contains("\u{1b}[33mpending\u{1b}[0m"),
        "{coloured:?}"
    );
    let plain = printed(&shell, "status --color never");
    assert!(!plain.contains('\u{1b}'), "{plain:?}");
    let shell = shell.with("NO_COLOR", "1");
    assert_eq!(printed(&shell, "status"), plain);
}
