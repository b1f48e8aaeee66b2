//! What the example prints where there is no terminal.

use std::process::Command;

#[test]
fn the_report_alone_is_printed() {
    let output = Command::new(env!("CARGO_BIN_EXE_progress"))
        .output()
        .unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.starts_with("up       1  sources "), "{printed}");
    assert!(
        printed.ends_with("20 migrations, from version 0 to 20\n"),
        "{printed}"
    );
    assert_eq!(output.stderr, b"");
}

#[test]
fn an_address_that_leads_nowhere_is_an_error() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_progress"));
    let output = command.arg("nowhere://").output().unwrap();
    assert!(!output.status.success());
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(printed.contains("nowhere"), "{printed}");
}
