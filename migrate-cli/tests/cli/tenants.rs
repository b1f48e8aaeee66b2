//! `up` and `status` on many databases.

use expect_test::expect;
use tests::server::Server;

use crate::support::{PEOPLE, Shell};

/// Three databases that are made one by one.
fn three(shell: &Shell) {
    for (database, version) in [("tenant_a", "1"), ("tenant_b", "3"), ("other", "2")] {
        shell.succeed(&format!("up --database {database} --to {version}"));
    }
}

/// The same on an embedded engine and on a server.
fn on_both(test: impl Fn(Shell)) {
    test(Shell::embedded(PEOPLE).without("SURREAL_DATABASE"));
    test(Shell::on(Server::shared(), PEOPLE).without("SURREAL_DATABASE"));
}

/// The namespace, which differs from test to test.
fn named(shell: &Shell, text: &str) -> String {
    text.replace(shell.variable("SURREAL_NAMESPACE"), "app")
        .replace("NAMESPACE", "app")
}

#[test]
fn those_that_fit_a_pattern_are_brought_up_to_date() {
    on_both(|shell| {
        three(&shell);
        expect![[r#"
            app/tenant_a  version 1, 2 pending
            2 databases: 1 at version 3, 1 at version 1
        "#]]
        .assert_eq(&named(
            &shell,
            &shell.succeed("status --database-pattern tenant_*"),
        ));
        expect![[r#"
            app/tenant_a  2 migrations, from version 1 to 3
            2 databases: 1 migrated, 1 up to date
        "#]]
        .assert_eq(&named(
            &shell,
            &shell.succeed("up --database-pattern tenant_*"),
        ));
        assert_eq!(
            shell.status("up --database-pattern tenant_* --exit-code"),
            Some(5)
        );
        expect![[r#"
            app/other  version 2, 1 pending
            3 databases: 2 at version 3, 1 at version 2
        "#]]
        .assert_eq(&named(&shell, &shell.succeed("status --all-databases")));
        shell.succeed("up --all-databases --concurrency 1");
        expect![[r#"
            3 databases: 3 at version 3
        "#]]
        .assert_eq(&shell.succeed("status --all-databases"));
    });
}

#[test]
fn those_of_a_file_are_brought_up_to_date_and_made_if_need_be() {
    on_both(|shell| {
        three(&shell);
        shell.write("tenants.txt", "tenant_a\n\n  new  \ntenant_a\n");
        assert!(
            named(&shell, &shell.run("status --databases-from tenants.txt"))
                .contains("there is no database `new` in the namespace `app`")
        );
        // Asking has not made it.
        assert!(
            shell
                .succeed("status --all-databases")
                .contains("3 databases")
        );
        expect![[r#"
            app/new       3 migrations, from version 0 to 3
            app/tenant_a  2 migrations, from version 1 to 3
            2 databases: 2 migrated
        "#]]
        .assert_eq(&named(
            &shell,
            &shell.succeed("up --databases-from tenants.txt"),
        ));
        expect![[r#"
            2 databases: 2 at version 3
        "#]]
        .assert_eq(&shell.succeed("status --databases-from tenants.txt"));
    });
}

#[test]
fn a_new_namespace_is_made_for_the_databases_of_a_file() {
    on_both(|shell| {
        shell.write("tenants.txt", "a\nb\n");
        assert_eq!(shell.status("status --databases-from tenants.txt"), Some(4));
        assert_eq!(shell.status("up --all-databases"), Some(4));
        let made = shell.succeed("up --databases-from tenants.txt");
        assert!(made.contains("2 databases: 2 migrated"), "{made}");
        let status = shell.succeed("status --all-databases");
        assert_eq!(status, "2 databases: 2 at version 3\n");
    });
}

#[test]
fn each_that_fails_is_named_and_the_rest_is_done() {
    on_both(|shell| {
        three(&shell);
        shell.write("migrations/004_more.up.surql", "DEFINE TABLE more;");
        shell.write("migrations/004_more.down.surql", "REMOVE TABLE more;");
        shell.succeed("up --database tenant_b");
        shell.remove("migrations/004_more.up.surql");
        shell.remove("migrations/004_more.down.surql");
        let text = named(&shell, &shell.run("up --all-databases"));
        expect![[r#"
            app/other     1 migration, from version 2 to 3
            app/tenant_a  2 migrations, from version 1 to 3
            app/tenant_b  failed: the database is newer than this build
            3 databases: 2 migrated, 1 failed
            stderr: error: app/tenant_b: the database is newer than this build
            stderr:   = applied WHEN, not in this build: 4 (more)
            stderr:   = the latest version in this build is 3; nothing was done
            stderr:   = help: deploy the newer build again, or
            stderr:   = help: revert the newer migrations, with the down scripts that the newer build stored: `migrate down --to 3`, or
            stderr:   = help: if this build can work with the newer schema: `migrate up --allow-newer`
            exit status: 1
        "#]]
        .assert_eq(&text);
        let json = shell.json("up --all-databases --allow-newer");
        assert_eq!(json["message"], "3 databases: 3 up to date");
        let json = shell.json("up --all-databases");
        assert_eq!(json["tenants"].as_array().unwrap().len(), 3);
        assert!(
            json["rendered"].as_str().unwrap().contains("1 failed"),
            "{json}"
        );
    });
}

#[test]
fn before_records_are_lost_in_any_of_them_there_is_a_question() {
    on_both(|shell| {
        shell.write("migrations/004_no_pets.up.surql", "REMOVE TABLE pet;");
        shell.write(
            "migrations/004_no_pets.down.surql",
            "-- migrate: lossy: pets\nDEFINE TABLE pet SCHEMAFULL;",
        );
        shell.write(
            "migrations/003_pets.up.surql",
            "DEFINE TABLE pet SCHEMAFULL;\nCREATE pet;",
        );
        for database in ["tenant_a", "tenant_b"] {
            shell.succeed(&format!("up --database {database} --to 3"));
        }
        let text = named(&shell, &shell.run("up --all-databases"));
        assert!(
            text.contains("stderr: This loses records:\nstderr: app/tenant_a:\n"),
            "{text}"
        );
        assert!(text.contains("app/tenant_b:"), "{text}");
        assert!(text.contains("exit status: 3"), "{text}");
        assert!(
            shell
                .succeed("status --all-databases")
                .contains("2 at version 3")
        );
        assert!(
            shell
                .succeed("up --all-databases --yes")
                .contains("2 migrated")
        );
    });
}

#[test]
fn what_names_no_database_is_refused() {
    on_both(|shell| {
        three(&shell);
        shell.write("empty.txt", "\n");
        shell.write("wrong.txt", "tenant_a\napp/\n");
        for (arguments, complaint) in [
            (
                "--database-pattern nobody_*",
                "no database of the namespace `app` fits `nobody_*`",
            ),
            (
                "--database-pattern [",
                "invalid value '[' for '--database-pattern",
            ),
            (
                "--databases-from empty.txt",
                "`empty.txt` names no database",
            ),
            (
                "--databases-from wrong.txt",
                "`app/` in `wrong.txt` names no database",
            ),
            ("--databases-from nothing.txt", "cannot read `nothing.txt`"),
            (
                "--all-databases --database-pattern x",
                "cannot be used with",
            ),
            (
                "--all-databases --namespace nowhere",
                "there is no namespace `nowhere`",
            ),
        ] {
            for command in ["up", "status"] {
                let text = named(&shell, &shell.run(&format!("{command} {arguments}")));
                assert!(text.contains(complaint), "{arguments}: {text}");
                assert!(text.contains("exit status: "), "{arguments}: {text}");
            }
        }
    });
}
