//! Others at the same moment, a server that goes away, and signals.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Output, Stdio};
use std::thread;

use tests::server::Server;

use crate::support::{PEOPLE, Shell, transcript};

/// So slow that a test can do something meanwhile. Behind a slow one, each has a request of its own.
const SLOW: &[(&str, &str)] = &[
    ("1_first.surql", "DEFINE TABLE a; SLEEP 300ms;\n"),
    ("1_first_down.surql", "REMOVE TABLE a;\n"),
    ("2_slow.surql", "DEFINE TABLE b; SLEEP 8s;\n"),
    ("2_slow_down.surql", "REMOVE TABLE b;\n"),
    ("3_last.surql", "DEFINE TABLE c;\n"),
    ("3_last_down.surql", "REMOVE TABLE c;\n"),
];

fn start(shell: &Shell, arguments: &str) -> Child {
    let mut command = shell.command(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the command starts")
}

/// Waits until the slow migration is in progress.
fn until_it_is_slow(shell: &Shell) {
    loop {
        let status = shell.output("status --format json");
        let status: serde_json::Value =
            serde_json::from_slice(&status.stdout).expect("it prints JSON");
        if status["current_version"] == 1 {
            return;
        }
    }
}

fn end(child: Child) -> Output {
    child.wait_with_output().expect("the command ends")
}

#[test]
fn two_at_once_apply_each_migration_once() {
    let shell = Shell::on(Server::shared(), SLOW);
    let children = [start(&shell, "up"), start(&shell, "up")];
    let outputs = children.map(end);
    let texts = outputs.each_ref().map(|it| shell.steady(&transcript(it)));
    let lines = texts.iter().flat_map(|text| text.lines());
    let applied = lines.filter(|line| line.starts_with("up  ")).count();
    assert_eq!(applied, 3, "{texts:?}");
    assert!(outputs.iter().all(|it| it.status.success()), "{texts:?}");
    assert_eq!(
        texts.concat().matches("stderr: waiting for ").count(),
        1,
        "{texts:?}"
    );
}

#[test]
fn many_at_once_create_a_database_and_apply_each_migration_once() {
    for _ in 0..3 {
        let shell = Shell::on(Server::shared(), PEOPLE);
        let children: Vec<Child> = (0..6).map(|_| start(&shell, "up")).collect();
        let outputs: Vec<Output> = children.into_iter().map(end).collect();
        let texts = outputs.iter().map(transcript);
        let texts: Vec<String> = texts.collect();
        assert!(outputs.iter().all(|it| it.status.success()), "{texts:?}");
        let lines = texts.iter().flat_map(|text| text.lines());
        let applied = lines.filter(|line| line.starts_with("up  ")).count();
        assert_eq!(applied, 3, "{texts:?}");
    }
}

#[test]
fn who_waits_is_told_for_whom_and_how_long() {
    let shell = Shell::on(Server::shared(), SLOW);
    let child = start(&shell, "up");
    until_it_is_slow(&shell);
    let status = shell.run("status");
    assert!(status.contains("\nlease held by "), "{status}");
    assert!(
        status.contains("  = help: there is nothing to unlock: the lease ends with the work"),
        "{status}"
    );
    let other = shell.run("up --lock-timeout 0");
    assert!(
        other.contains("error: another process is running migrations"),
        "{other}"
    );
    assert!(other.ends_with("exit status: 3\n"), "{other}");
    assert!(end(child).status.success());
}

#[test]
fn a_server_that_goes_away_in_the_middle() {
    for protocol in ["ws", "http"] {
        let mut server = Server::in_memory();
        let shell = Shell::on(&server, SLOW);
        let endpoint = format!("{protocol}://{}", server.address());
        let shell = shell.with("SURREAL_ENDPOINT", endpoint);
        let child = start(&shell, "up");
        until_it_is_slow(&shell);
        server.kill();
        let output = end(child);
        let text = transcript(&output);
        assert_eq!(output.status.code(), Some(4), "{text}");
        assert!(
            text.contains("error: the connection failed while trying to "),
            "{text}"
        );
        assert!(
            text.contains("before the failure, this call applied 1 (first)"),
            "{text}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_between_two_requests() {
    let expected = expect_test::expect![[r#"
        stderr: warning: interrupted: ends with the next answer of the database, or now if it is repeated
        stderr: error: stopped before migration 3 (last) was applied
        stderr:   = version 2 is current
        stderr:   = help: run again to continue
        stderr:   = before that, this call applied 1 (first), 2 (slow)
        exit status: 130
    "#]];
    for signal in ["INT", "TERM"] {
        let shell = Shell::on(Server::shared(), SLOW);
        let child = start(&shell, "up");
        until_it_is_slow(&shell);
        kill(signal, &child);
        let output = end(child);
        let text = shell.steady(&transcript(&output));
        assert_eq!(output.status.code(), Some(130), "{text}");
        expected.assert_eq(&text);
        // Nobody has to wait for its lease.
        let status = shell.json("status");
        assert_eq!(status["lease"], serde_json::Value::Null);
        assert_eq!(status["current_version"], 2);
        shell.succeed("up");
    }
}

#[cfg(unix)]
#[test]
fn a_second_signal_does_not_wait_for_the_answer() {
    let shell = Shell::on(Server::shared(), SLOW);
    let mut child = start(&shell, "up");
    until_it_is_slow(&shell);
    kill("INT", &child);
    let errors = child.stderr.take().expect("it is piped");
    let mut errors = BufReader::new(errors);
    let mut first = String::new();
    errors
        .read_line(&mut first)
        .expect("it says that it was interrupted");
    kill("INT", &child);
    let rest = thread::spawn(move || {
        let mut rest = String::new();
        errors.read_to_string(&mut rest).map(|_| rest)
    });
    let output = end(child);
    let rest = rest.join().expect("it reads").expect("it is text");
    assert_eq!(output.status.code(), Some(130), "{rest}");
    expect_test::expect![[r#"
        warning: interrupted: ends with the next answer of the database, or now if it is repeated
        warning: interrupted: gives back the lease
        error: stopped while a request was in progress
          = the migration in it is either applied completely or not at all; the next run finds out
          = help: run again to continue
          = before that, this call applied 1 (first)
    "#]]
    .assert_eq(&(first + &rest));
    let status = shell.json("status");
    assert_eq!(status["lease"], serde_json::Value::Null);
    // The server may still be at it.
    shell.succeed("up");
    assert_eq!(shell.json("status")["current_version"], 3);
}

#[cfg(unix)]
#[test]
fn a_signal_before_anything_is_done_ends_it_at_once() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let shell = Shell::embedded(PEOPLE);
    let child = start(&shell, &format!("up -e ws://{address}"));
    let connection = listener.accept().expect("the command connects");
    kill("INT", &child);
    let output = end(child);
    drop(connection);
    assert_eq!(output.status.code(), Some(130));
    expect_test::expect![[r#"
        stderr: error: interrupted: nothing was done
        exit status: 130
    "#]]
    .assert_eq(&transcript(&output));
}

/// The shell has this built in, so that it is there wherever these tests run.
#[cfg(unix)]
fn kill(signal: &str, child: &Child) {
    let kill = format!("kill -s {signal} {}", child.id());
    let mut shell = std::process::Command::new("sh");
    let status = shell.args(["-c", &kill]).status();
    assert!(status.expect("the shell starts").success());
}
