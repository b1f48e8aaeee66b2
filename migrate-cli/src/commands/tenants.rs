//! A command on many databases.

use std::collections::BTreeMap;
use std::path::Path;

#[cfg(feature = "schema")]
use migrate_runtime::Version;
use migrate_runtime::{ErrorKind, Tenant, TenantsReport, TenantsStatus};
use surrealdb::Connection;
use surrealdb::types::Value;

use super::session::{Session, limited};
use super::status::Status;
use super::up::Up;
use crate::arguments::{TenantsArguments, databases, namespaces};
use crate::exit::Exit;
use crate::failure::Failure;
#[cfg(feature = "schema")]
use crate::interaction::{self, confirm};
use crate::output::{Answer, ERROR, Format, paint, tell};

/// A namespace and a database.
type Name = (String, String);

/// `migrate up` on each of them.
pub async fn up<C: Connection>(up: &Up, session: &Session<'_, C>) -> Result<Answer, Failure> {
    let names = names(session, &up.tenants).await?;
    #[cfg(feature = "schema")]
    if !up.yes {
        confirm_losses(up, session, &names).await?;
    }
    let (options, timeout, progress) = (up.clone(), session.timeout, session.progress.clone());
    let mut tenants = session
        .set
        .tenants(tenants(session, &names))
        .concurrency(up.tenants.concurrency)
        .stop(session.interrupt.stop())
        .observer(move |name, event| progress.observe_tenant(name, event))
        .with_options(move |runner| limited(options.with_options(runner), timeout));
    if up.tenants.stop_at_failure {
        tenants = tenants.stop_at_failure();
    }
    let call = async {
        Ok(match up.to {
            Some(version) => tenants.run_to(version).await,
            None => tenants.run().await,
        })
    };
    let report = match session.work(call).await? {
        Ok(report) => report,
        Err(failed) => failed.report().clone(),
    };
    let exit = exit(&report);
    if up.format.format == Format::Text {
        tell_failures(report.failed());
    }
    let is_nothing = up.exit_code && exit == Exit::Done && report.is_up_to_date();
    Ok(Answer::of(&report).with_exit(exit).nothing_if(is_nothing))
}

/// `migrate status` on each of them.
pub async fn status<C: Connection>(
    command: &Status,
    session: &Session<'_, C>,
) -> Result<Answer, Failure> {
    let names = names(session, &command.tenants).await?;
    check_existing(session, &names).await?;
    let status = ask(&command.tenants, session, &names).await?;
    if command.format.format == Format::Text {
        tell_failures(status.failed());
    }
    let exit = match status.failed().next() {
        None => Exit::Done,
        Some(_) => Exit::Failed,
    };
    Ok(Answer::of(&status).with_exit(exit))
}

async fn ask<C: Connection>(
    arguments: &TenantsArguments,
    session: &Session<'_, C>,
    names: &[Name],
) -> Result<TenantsStatus, Failure> {
    let timeout = session.timeout;
    let tenants = session.set.tenants(tenants(session, names));
    let tenants = tenants.concurrency(arguments.concurrency);
    let tenants = tenants.stop(session.interrupt.stop());
    let tenants = tenants.with_options(move |runner| limited(runner, timeout));
    session.work(async { Ok(tenants.status().await) }).await
}

fn tenants<'s, C: Connection>(
    session: &Session<'s, C>,
    names: &[Name],
) -> impl Iterator<Item = Tenant<'s, C>> {
    let server = session.db;
    let names = names.iter();
    names.map(move |(namespace, database)| Tenant::database(server, &**namespace, &**database))
}

/// Each failure in full, in the words of the command line.
fn tell_failures<'e>(failed: impl Iterator<Item = (&'e str, &'e migrate_runtime::Error)>) {
    for (name, error) in failed {
        let failure = Failure::from(error.clone());
        tell(&paint(ERROR, &format!("{name}: {failure}")));
    }
}

fn exit(report: &TenantsReport) -> Exit {
    let mut failed = report.failed();
    if failed.any(|(_, error)| matches!(error.kind(), ErrorKind::Stopped { .. })) {
        return Exit::Interrupted;
    }
    match report.failed().next() {
        Some(_) => Exit::Failed,
        // Without a failure, only Ctrl-C ends it early.
        None if report.is_stopped => Exit::Interrupted,
        None => Exit::Done,
    }
}

/// The databases that the arguments name.
async fn names<C: Connection>(
    session: &Session<'_, C>,
    arguments: &TenantsArguments,
) -> Result<Vec<Name>, Failure> {
    let namespace = selected_namespace(session).await?;
    if let Some(file) = &arguments.databases_from {
        return read(file, &namespace);
    }
    let found = databases(session.db).await;
    let found = found.map_err(migrate_runtime::Error::from)?;
    let found = found.ok_or_else(|| {
        Failure::refused(
            "cannot_list",
            format_args!("this user may not list the databases of the namespace `{namespace}`"),
        )
        .help("sign in as a user of the namespace or of root, or name them in a file: `--databases-from FILE`")
    })?;
    let fits = |name: &String| match &arguments.database_pattern {
        Some(pattern) => pattern.matches(name),
        None => true,
    };
    let names: Vec<Name> = found
        .into_iter()
        .filter(fits)
        .map(|database| (namespace.clone(), database))
        .collect();
    match (names.is_empty(), &arguments.database_pattern) {
        (false, _) => Ok(names),
        (true, Some(pattern)) => Err(Failure::refused(
            "no_database",
            format_args!("no database of the namespace `{namespace}` fits `{pattern}`"),
        )),
        (true, None) => Err(Failure::refused(
            "no_database",
            format_args!("the namespace `{namespace}` has no database"),
        )),
    }
}

/// Whether all are there, as far as the user may know: to ask one that is not would create it.
async fn check_existing<C: Connection>(
    session: &Session<'_, C>,
    names: &[Name],
) -> Result<(), Failure> {
    let db = session.db.clone();
    let all = namespaces(&db)
        .await
        .map_err(migrate_runtime::Error::from)?;
    let mut by_namespace: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (namespace, database) in names {
        by_namespace.entry(namespace).or_default().push(database);
    }
    for (namespace, wanted) in by_namespace {
        if all
            .as_ref()
            .is_some_and(|all| !all.iter().any(|it| it == namespace))
        {
            return Err(not_there(format!("there is no namespace `{namespace}`")));
        }
        let selected = db.use_ns(namespace).await;
        selected.map_err(migrate_runtime::Error::from)?;
        let found = databases(&db).await.map_err(migrate_runtime::Error::from)?;
        let Some(found) = found else { continue };
        let missing = wanted
            .iter()
            .find(|name| !found.iter().any(|it| it == *name));
        if let Some(database) = missing {
            return Err(not_there(format!(
                "there is no database `{database}` in the namespace `{namespace}`"
            )));
        }
    }
    Ok(())
}

fn not_there(message: String) -> Failure {
    Failure::refused("no_such_database", message)
        .help("check both names; if it is to be a new database, `migrate up` creates it")
}

async fn selected_namespace<C: Connection>(session: &Session<'_, C>) -> Result<String, Failure> {
    let response = session.db.query("RETURN session::ns()").await;
    let namespace = response.and_then(|mut response| response.take::<Value>(0));
    match namespace.map_err(migrate_runtime::Error::from)? {
        Value::String(namespace) => Ok(namespace),
        _ => Err(Failure::refused(
            "no_namespace",
            "the connection has selected no namespace",
        )),
    }
}

/// The names in a file; of standard input, if it is `-`.
fn read(file: &Path, namespace: &str) -> Result<Vec<Name>, Failure> {
    let text = match file.as_os_str() == "-" {
        true => std::io::read_to_string(std::io::stdin()),
        false => std::fs::read_to_string(file),
    };
    let text = text.map_err(|error| {
        Failure::refused(
            "cannot_read",
            format_args!("cannot read `{}`: {error}", file.display()),
        )
    })?;
    let mut names: Vec<Name> = Vec::new();
    for line in text.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let (namespace, database) = line.split_once('/').unwrap_or((namespace, line));
        let name = (namespace.to_owned(), database.to_owned());
        if name.0.is_empty() || name.1.is_empty() {
            return Err(Failure::refused(
                "cannot_read",
                format_args!("`{line}` in `{}` names no database", file.display()),
            )
            .help("write one name a line, `name` or `namespace/name`"));
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.is_empty() {
        false => Ok(names),
        true => Err(Failure::refused(
            "no_database",
            format_args!("`{}` names no database", file.display()),
        )),
    }
}

/// Asks before pending migrations remove tables that have records now, in any of the databases.
#[cfg(feature = "schema")]
async fn confirm_losses<C: Connection>(
    up: &Up,
    session: &Session<'_, C>,
    names: &[Name],
) -> Result<(), Failure> {
    let status = ask(&up.tenants, session, names).await?;
    let db = session.db.clone();
    let mut lost = Vec::new();
    for (namespace, database) in names {
        let name = format!("{namespace}/{database}");
        let tenant = status.tenants.iter().find(|tenant| tenant.name == name);
        // Why one cannot be asked, the run will say.
        let Some(Ok(version)) = tenant.map(|tenant| &tenant.result) else {
            continue;
        };
        if version.pending == 0 {
            continue;
        }
        let selected = db.use_ns(namespace).use_db(database).await;
        selected.map_err(migrate_runtime::Error::from)?;
        let goal = up.to.unwrap_or(Version::MAX);
        let pending = session.set.iter().map(|migration| migration.version);
        let pending =
            pending.filter(|pending| (version.current_version + 1..=goal).contains(pending));
        let lines = interaction::up(session.set, &db, pending).await;
        if !lines.is_empty() {
            lost.push(format!("{name}:"));
            lost.extend(lines);
        }
    }
    if lost.is_empty() {
        return Ok(());
    }
    tell("This loses records:");
    for line in lost {
        tell(&line);
    }
    confirm("Go on?")
}
