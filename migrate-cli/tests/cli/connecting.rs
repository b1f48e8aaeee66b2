//! How a database is named, and what is said where it cannot be reached.

use std::net::TcpListener;

use expect_test::expect;
use tests::connection::unused_namespace;
use tests::server::{PASSWORD, Server, USER, free_port};

use crate::support::{PEOPLE, Shell};

/// The commands that connect.
const COMMANDS: [&str; 8] = [
    "status",
    "plan",
    "up",
    "down --yes",
    "redo --yes",
    "accept 1",
    "adopt 1",
    "drift",
];

#[test]
fn without_an_endpoint() {
    let shell = Shell::new(PEOPLE);
    let status = shell.run("status");
    expect![[r#"
        stderr: error: this command needs a database, and no endpoint, namespace or database is given
        stderr:   = help: `--endpoint ws://localhost:8000` for a server, or `surrealkv://data` for a folder; or the variable `SURREAL_ENDPOINT`
        stderr:   = help: `--namespace NAME`; or the variable `SURREAL_NAMESPACE`
        stderr:   = help: `--database NAME`; or the variable `SURREAL_DATABASE`
        stderr:   = variables are read from the environment, and from a file `.env` here or above
        exit status: 2
    "#]].assert_eq(&status);
    for command in COMMANDS {
        assert_eq!(shell.run(command), status, "{command}");
    }
}

#[test]
fn without_a_namespace_or_a_database() {
    let shell = Shell::new(PEOPLE);
    expect![[r#"
        stderr: error: this command needs a database, and no namespace or database is given
        stderr:   = help: `--namespace NAME`; or the variable `SURREAL_NAMESPACE`
        stderr:   = help: `--database NAME`; or the variable `SURREAL_DATABASE`
        stderr:   = variables are read from the environment, and from a file `.env` here or above
        exit status: 2
    "#]]
    .assert_eq(&shell.run("status -e mem://"));
    expect![[r#"
        stderr: error: no database is given
        stderr:   = help: `--database NAME`; or the variable `SURREAL_DATABASE`
        stderr:   = variables are read from the environment, and from a file `.env` here or above
        exit status: 2
    "#]]
    .assert_eq(&shell.run("status -e mem:// --ns app"));
}

#[test]
fn arguments_come_before_the_environment_and_that_before_the_file() {
    let shell = Shell::new(PEOPLE);
    shell.write(
        ".env",
        "SURREAL_ENDPOINT=surrealkv://from_file\nSURREAL_NAMESPACE=app\nSURREAL_DATABASE=app\n",
    );
    let exists = |shell: &Shell, name: &str| shell.path().join(name).exists();
    shell.succeed("up");
    assert!(exists(&shell, "from_file"));
    let shell = shell.with("SURREAL_ENDPOINT", "surrealkv://from_environment");
    shell.succeed("up");
    assert!(exists(&shell, "from_environment"));
    shell.succeed("up --endpoint surrealkv://from_argument");
    assert!(exists(&shell, "from_argument"));
}

#[test]
fn a_file_that_cannot_be_understood_stops_only_who_needs_it() {
    let shell = Shell::new(PEOPLE);
    shell.write(
        ".env",
        "SURREAL_ENDPOINT=mem://\nSURREAL_PASS=open sesame\n",
    );
    let status = shell.run("status");
    assert!(!status.contains("sesame"), "{status}");
    expect![[r#"
        stderr: error: FOLDER/.env:2: this line cannot be understood
        stderr:   = help: write `NAME=value`, and a value with spaces, `#` or `$` in single quotes
        exit status: 2
    "#]]
    .assert_eq(&status);
    shell.succeed("check");
}

#[test]
fn nobody_listens() {
    let shell = Shell::embedded(PEOPLE);
    let port = free_port();
    for protocol in ["ws", "http"] {
        let printed = shell.run(&format!("status -e {protocol}://127.0.0.1:{port}"));
        assert!(printed.ends_with("exit status: 4\n"), "{printed}");
    }
    expect![[r#"
        stderr: error: cannot connect to ws://ADDRESS
        stderr:   = the engine says: WebSocket error: IO error: Connection refused (os error 111)
        stderr:   = help: check that the database is running, and that the address is right
        stderr:   = help: if it is still starting: `--wait 30` tries again for so many seconds
        exit status: 4
    "#]]
    .assert_eq(&shell.run(&format!("status -e ws://127.0.0.1:{port}")));
    let waited = shell.run(&format!("status --wait 1 -e ws://127.0.0.1:{port}"));
    assert!(waited.contains(", at the last of "), "{waited}");
}

#[test]
fn somebody_listens_who_does_not_answer() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let shell = Shell::embedded(PEOPLE);
    for protocol in ["ws", "wss", "http", "https"] {
        let printed = shell.run(&format!("status --timeout 1 -e {protocol}://{address}"));
        assert!(printed.contains("no answer for TIME"), "{printed}");
        assert!(printed.ends_with("exit status: 4\n"), "{printed}");
    }
}

#[test]
fn what_is_no_endpoint() {
    let shell = Shell::embedded(PEOPLE);
    expect![[r#"
        stderr: error: `localhost:8000` is no endpoint that this command connects to
        stderr:   = help: for a server: `ws://localhost:8000`, or with `wss`, `http` or `https`
        stderr:   = help: for a folder: `surrealkv://data`; in memory, and gone at the end: `mem://`
        exit status: 2
    "#]]
    .assert_eq(&shell.run("status -e localhost:8000"));
    expect![[r#"
        stderr: error: `tikv://localhost:2379` is no endpoint that this command connects to
        stderr:   = help: for a server: `ws://localhost:8000`, or with `wss`, `http` or `https`
        stderr:   = help: for a folder: `surrealkv://data`; in memory, and gone at the end: `mem://`
        exit status: 2
    "#]]
    .assert_eq(&shell.run("status -e tikv://localhost:2379"));
}

#[test]
fn a_folder_that_is_none_or_in_use() {
    let shell = Shell::embedded(PEOPLE);
    shell.write("file", "");
    expect![[r#"
        stderr: error: cannot open the database surrealkv://file
        stderr:   = the engine says: There was a problem with the datastore: IO error: File exists (os error 17)
        stderr:   = help: name a folder that you may write to and that no other process has open
        exit status: 4
    "#]].assert_eq(&shell.run("status -e surrealkv://file"));
}

#[test]
fn a_database_that_is_not_there_is_not_created_by_looking() {
    let shell = Shell::on(Server::shared(), PEOPLE);
    let status = shell.run("status");
    expect![[r#"
        stderr: error: there is no namespace `NAMESPACE`
        stderr:   = at ws://ADDRESS; nothing was done
        stderr:   = help: check both names; if it is to be a new database, `migrate up` creates it
        exit status: 4
    "#]]
    .assert_eq(&status);
    for command in COMMANDS {
        if command != "up" {
            assert_eq!(shell.run(command), status, "{command}");
        }
    }
    shell.succeed("up");
    shell.succeed("status");
    expect![[r#"
        stderr: error: there is no database `other` in the namespace `NAMESPACE`
        stderr:   = at ws://ADDRESS; nothing was done
        stderr:   = help: check both names; if it is to be a new database, `migrate up` creates it
        exit status: 4
    "#]]
    .assert_eq(&shell.run("status --db other"));
}

#[test]
fn a_wrong_password_and_a_wrong_level() {
    let shell = Shell::on(Server::shared(), PEOPLE).with_password();
    shell.succeed("up");
    let wrong = shell.with("SURREAL_PASS", "not the word");
    let printed = wrong.run("up");
    assert!(!printed.contains("not the word"), "{printed}");
    expect![[r#"
        stderr: error: cannot sign in to ws://ADDRESS as the root user `root`
        stderr:   = the engine says: There was a problem with authentication
        stderr:   = help: check the name and the password, and where the user is defined: `--auth-level root`, `namespace` or `database`
        exit status: 4
    "#]].assert_eq(&printed);
    for command in COMMANDS {
        assert_eq!(wrong.run(command), printed, "{command}");
    }
    let right = wrong.with("SURREAL_PASS", PASSWORD);
    expect![[r#"
        stderr: error: cannot sign in to ws://ADDRESS as the user `root` of the database `app` in the namespace `NAMESPACE`
        stderr:   = the engine says: There was a problem with authentication
        stderr:   = help: check the name and the password, and where the user is defined: `--auth-level root`, `namespace` or `database`
        exit status: 4
    "#]].assert_eq(&right.run("status --auth-level database"));
    let endpoint = right
        .variable("SURREAL_ENDPOINT")
        .replace("ws://", "http://");
    right.succeed(&format!("status -e {endpoint}"));
}

#[test]
fn credentials_that_are_not_complete_or_two_of_them() {
    let shell = Shell::on(Server::shared(), PEOPLE).with_password();
    let shell = shell.without("SURREAL_PASS");
    expect![[r#"
        stderr: error: a user is given, but no password
        stderr:   = help: set `SURREAL_PASS`, in the environment or in a file `.env` here or above
        exit status: 2
    "#]]
    .assert_eq(&shell.run("status"));
    let shell = shell.without("SURREAL_USER").with("SURREAL_PASS", "x");
    expect![[r#"
        stderr: error: a password is given, but no username
        stderr:   = help: set `SURREAL_USER`, in the environment or in a file `.env` here or above
        exit status: 2
    "#]]
    .assert_eq(&shell.run("status"));
    let shell = shell.with("SURREAL_USER", USER).with("SURREAL_TOKEN", "x");
    expect![[r#"
        stderr: error: both a token and a user are given
        stderr:   = each signs in by itself
        stderr:   = help: pass one of them on the command line, which comes before the environment; or unset `SURREAL_TOKEN` or `SURREAL_USER`
        exit status: 2
    "#]].assert_eq(&shell.run("status"));
    // One of them on the command line comes before the other one in the environment.
    let shell = shell.with("SURREAL_PASS", PASSWORD);
    shell.succeed(&format!("up --username {USER}"));
    let shell = shell.without("SURREAL_TOKEN");
    let token = shell.run("status --token secret_token");
    assert!(!token.contains("secret_token"), "{token}");
    expect![[r#"
        stderr: warning: others on this machine can see the value of `--token` in its list of processes
        stderr:   = help: set the variable `SURREAL_TOKEN`, or put it into a file `.env`
        stderr: error: cannot sign in to ws://ADDRESS with the token
        stderr:   = the engine says: There was a problem with authentication
        stderr:   = help: tokens end after a time: have the database make a new one
        exit status: 4
    "#]].assert_eq(&token);
}

#[test]
fn nobody_in_particular() {
    let shell = Shell::on(Server::shared(), PEOPLE);
    shell.succeed("up");
    let nobody = shell.without("SURREAL_TOKEN");
    expect![[r#"
        stderr: error: cannot select the database `app` in the namespace `NAMESPACE`
        stderr:   = the engine says: Anonymous access not allowed: Not enough permissions to perform this action
        stderr:   = help: sign in: set `SURREAL_USER` and `SURREAL_PASS`, or `SURREAL_TOKEN`
        exit status: 4
    "#]].assert_eq(&nobody.run("status"));
}

#[test]
fn a_password_on_the_command_line_is_taken_with_a_warning_and_never_shown() {
    let shell = Shell::on(Server::shared(), PEOPLE).without("SURREAL_TOKEN");
    expect![[r#"
        up       1  people TIME
        up       2  nicknames TIME
        up       3  pets TIME
        3 migrations, from version 0 to 3
        stderr: warning: others on this machine can see the value of `--password` in its list of processes
        stderr:   = help: set the variable `SURREAL_PASS`, or put it into a file `.env`
    "#]].assert_eq(&shell.run(&format!("up --username {USER} --password {PASSWORD}")));
    for command in ["up", "up --help", "up --username", "up --auth-level x"] {
        let printed = shell.run(&format!("{command} -u {USER} -p {PASSWORD}"));
        assert!(!printed.contains(PASSWORD), "{printed}");
    }
    let shell = shell
        .with("SURREAL_PASS", PASSWORD)
        .with("SURREAL_TOKEN", PASSWORD);
    for command in ["up --help", "up -h", "--help", "up --nonsense"] {
        let printed = shell.run(command);
        assert!(!printed.contains(PASSWORD), "{printed}");
    }
}

#[test]
fn what_stands_in_an_endpoint_is_not_shown() {
    let shell = Shell::embedded(PEOPLE);
    let port = free_port();
    let printed = shell.run(&format!("status -e ws://root:secret@127.0.0.1:{port}"));
    assert!(!printed.contains("secret"), "{printed}");
}

/// A database with users of every kind, and everything but the last migration applied.
fn with_users() -> Shell {
    let shell = Shell::on(Server::shared(), PEOPLE);
    shell.succeed("up --to 2");
    let (namespace, endpoint) = (
        shell.variable("SURREAL_NAMESPACE").to_owned(),
        shell.variable("SURREAL_ENDPOINT").to_owned(),
    );
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let root = tests::server::connect(&endpoint).await;
        root.use_ns(&namespace)
            .use_db("app")
            .await
            .expect("it is there");
        let users = "DEFINE USER viewer ON DATABASE PASSWORD 'word' ROLES VIEWER;
            DEFINE USER editor ON DATABASE PASSWORD 'word' ROLES EDITOR;
            DEFINE USER manager ON NAMESPACE PASSWORD 'word' ROLES EDITOR;";
        tests::questions::execute(&root, users).await;
    });
    shell.without("SURREAL_TOKEN").with("SURREAL_PASS", "word")
}

#[test]
fn users_of_every_kind() {
    let shell = with_users()
        .with("SURREAL_USER", "viewer")
        .with("SURREAL_AUTH_LEVEL", "database");
    shell.succeed("status");
    shell.succeed("plan");
    shell.succeed("drift");
    expect![[r#"
        stderr: error: not permitted to take the lease on the migrations
        stderr:   = the engine says: nothing: it accepted the write, but wrote no record
        stderr:   = help: sign in as a user who may change the schema: an owner or editor of the database, its namespace or root
        exit status: 3
    "#]].assert_eq(&shell.run("up"));
    expect![[r#"
        stderr: error: not permitted to take the lease on the migrations
        stderr:   = the engine says: nothing: it accepted the write, but wrote no record
        stderr:   = help: sign in as a user who may change the schema: an owner or editor of the database, its namespace or root
        exit status: 3
    "#]].assert_eq(&shell.run("down --yes"));
    let shell = shell.with("SURREAL_USER", "editor");
    shell.succeed("up");
    shell.succeed("down --yes");
    let shell = shell
        .with("SURREAL_USER", "manager")
        .with("SURREAL_AUTH_LEVEL", "namespace");
    shell.succeed("up");
    let other = unused_namespace();
    let printed = shell.run(&format!("status --ns {other}"));
    assert!(printed.ends_with("exit status: 4\n"), "{printed}");
}
