//! What a command takes away, before it does.

use std::time::Duration;

use migrate_files::{Loss, losses};
use migrate_runtime::{Migrations, PlannedRevert, Script, Version};
use surrealdb::{Connection, Surreal};

/// How long counting records may take: the question is worth more than the number.
const COUNT_TIMEOUT: Duration = Duration::from_secs(3);

/// A line for each migration that would be reverted, with what goes with it.
pub async fn down<C: Connection>(
    set: &Migrations,
    db: &Surreal<C>,
    reverts: &[PlannedRevert],
) -> Vec<String> {
    let mut lines = Vec::new();
    for revert in reverts {
        lines.push(title(revert.version, &revert.name));
        if revert.is_stored {
            lines.push("          by the script that was stored when it was applied".to_owned());
        }
        if let Some(script) = script(set, revert) {
            lines.extend(taken(db, &losses(&script)).await);
        }
    }
    lines
}

/// The script that would run, of which somebody knows what it does: a stored one has to be parsed.
fn script(set: &Migrations, revert: &PlannedRevert) -> Option<Script> {
    #[cfg(feature = "schema")]
    if revert.is_stored {
        return Some(Script::new(revert.file.clone(), revert.text.clone()));
    }
    let migration = set.get(revert.version).filter(|_| !revert.is_stored);
    migration.and_then(|migration| migration.down.clone())
}

/// A line for each table that pending migrations would remove with records that it has now, and of
/// which no script says that this is meant.
#[cfg(feature = "schema")]
pub async fn up<C: Connection>(
    set: &Migrations,
    db: &Surreal<C>,
    pending: impl Iterator<Item = Version>,
) -> Vec<String> {
    use migrate_files::{Lint, allows};

    let mut lines = Vec::new();
    for migration in pending.filter_map(|version| set.get(version)) {
        let scripts = [Some(&migration.up), migration.down.as_ref()];
        let mut scripts = scripts.into_iter().flatten();
        if scripts.any(|script| allows(script, Lint::TableRemoved)) {
            continue;
        }
        for loss in losses(&migration.up) {
            if let Loss::Table(table) = &loss
                && let Some(records @ 1..) = count(db, table).await
            {
                lines.push(title(migration.version, &migration.name));
                lines.push(format!("          removes {loss}, with {}", of(records)));
            }
        }
    }
    lines
}

fn title(version: Version, name: &str) -> String {
    format!("{version:>6}  {name}").trim_end().to_owned()
}

async fn taken<C: Connection>(db: &Surreal<C>, losses: &[Loss]) -> Vec<String> {
    let mut lines = Vec::new();
    for loss in losses {
        lines.push(match loss {
            Loss::Table(table) => match count(db, table).await {
                Some(0) => format!("          removes {loss}, which has no records"),
                Some(records) => format!("          removes {loss}, with {}", of(records)),
                None => format!("          removes {loss}, with its records"),
            },
            Loss::Records(_) => format!("          deletes {loss}"),
            _ => format!("          removes {loss}, with its values"),
        });
    }
    lines
}

/// How many records a table has; `None` if that cannot be said, or not soon.
async fn count<C: Connection>(db: &Surreal<C>, table: &str) -> Option<u64> {
    const COUNT: &str = "RETURN (SELECT count() FROM type::table($_table) GROUP ALL)[0].count ?? 0";
    let query = db.query(COUNT).bind(("_table", table.to_owned()));
    let response = tokio::time::timeout(COUNT_TIMEOUT, query.into_future()).await;
    let count = response.ok()?.ok()?.take::<Option<i64>>(0).ok()??;
    u64::try_from(count).ok()
}

fn of(records: u64) -> String {
    match records {
        1 => "1 record".to_owned(),
        records => format!("{records} records"),
    }
}
