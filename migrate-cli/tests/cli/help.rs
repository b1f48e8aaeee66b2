//! What the command says of itself.

use expect_test::expect;

use crate::support::{PEOPLE, Shell};

const README: &str = include_str!("../../../README.md");

/// The commands that help lists, with what it says of each.
fn commands() -> Vec<(String, String)> {
    let help = Shell::new(PEOPLE).run("--help");
    let (_, rest) = help.split_once("Commands:\n").expect("it lists commands");
    let (list, _) = rest.split_once("\n\n").expect("the list ends");
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in list.lines() {
        match line.strip_prefix("  ") {
            Some(command) if !command.starts_with(' ') => {
                let (name, about) = command.split_once(' ').expect("it says something");
                commands.push((name.to_owned(), about.trim().to_owned()));
            }
            _ => {
                let (_, about) = commands.last_mut().expect("a command comes before");
                *about += " ";
                *about += line.trim();
            }
        }
    }
    commands.retain(|(name, _)| name != "help");
    commands
}

#[test]
fn it_reads_well_at_80_columns() {
    let shell = Shell::new(PEOPLE);
    expect![[r#"
        Checks, applies, reverts and compares SurrealDB migrations

        Usage: migrate [OPTIONS] <COMMAND>

        Commands:
          new          Create the files of the next migration, or write a down script
          check        Check the migrations, as `embed_migrations!` does
          verify       Prove that each down script undoes its up script
          schema       Print the schema that the migrations make
          diff         Show what would turn the schema of the migrations into a desired
                       one
          status       Show every migration with its state
          plan         Show what `up` would apply, without doing it
          up           Apply what is pending
          down         Revert the last migration, or down to a version
          redo         Revert the last migration and apply it again
          accept       Record the text that an applied migration has now, without
                       running it
          adopt        Record migrations as applied that another program or a person has
                       applied
          drift        Show how the schema differs from what the migrations make
          renumber     Give migrations another number that a merge has brought together
          squash       Put a baseline in place of old migrations
          import       Take over the scripts of another runner
          completions  Print completions for a shell
          man          Print the manual page, or write a page for each command
          help         Print this message or the help of the given subcommand(s)

        Options:
              --color <WHEN>  Controls when to use color [default: auto] [possible
                              values: auto, always, never]
          -h, --help          Print help (see more with '--help')
          -V, --version       Print version

        Migrations:
              --dir <DIR>       The directory of the migrations [default: migrations]
              --table <NAME>    The history table of the set [default: _sbl_migrations]
              --assumes <FILE>  A file of definitions that are there before the first
                                migration

        Exit status:
            0  done
            1  failed, or what was looked at is not as it should be
            2  an argument is missing, or cannot be understood
            3  refused: nothing was changed
            4  the database could not be reached or signed in to
            5  nothing to do, where `--exit-code` asks for it
          130  interrupted
    "#]]
    .assert_eq(&shell.run("-h"));
    let mut texts = vec![shell.succeed("--help")];
    for (name, _) in commands() {
        texts.push(shell.succeed(&format!("{name} --help")));
        texts.push(shell.succeed(&format!("{name} -h")));
    }
    for line in texts.iter().flat_map(|text| text.lines()) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn the_readme_says_the_same_of_each_command() {
    for (name, about) in commands() {
        let row = format!("| `{name}` | {about} |");
        assert!(README.contains(&row), "the README has no row {row}");
    }
    let rows = README
        .lines()
        .filter(|line| line.starts_with("| `migrate "));
    assert_eq!(rows.count(), 0);
}

#[test]
fn the_readme_says_the_same_of_each_exit_status() {
    let help = Shell::new(PEOPLE).run("--help");
    let (_, statuses) = help.split_once("Exit status:\n").expect("it lists them");
    for line in statuses.lines() {
        let (status, means) = line.trim().split_once(' ').expect("it says something");
        let row = format!("| {status} | {} |", means.trim());
        assert!(README.contains(&row), "the README has no row {row}");
    }
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let shell = Shell::new(PEOPLE);
    for name in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = shell.succeed(&format!("completions {name}"));
        for (command, _) in commands() {
            assert!(script.contains(&command), "{name}: {command}");
        }
    }
    let page = shell.succeed("man");
    assert!(page.starts_with(".ie"), "{page}");
    std::fs::create_dir(shell.path().join("man1")).expect("the folder is writable");
    shell.succeed("man --to man1");
    for (command, _) in commands() {
        assert!(page.contains(&command), "{command}");
        let file = shell.path().join(format!("man1/migrate-{command}.1"));
        assert!(file.exists(), "{command}");
    }
    expect![[r#"
        stderr: error: nowhere cannot be written: No such file or directory (os error 2)
        exit status: 1
    "#]]
    .assert_eq(&shell.run("man --to nowhere"));
}
