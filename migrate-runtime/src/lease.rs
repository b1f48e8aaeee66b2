//! Who is at work. A lease spares the other replicas the wasted work of applying what one of them
//! applies already; that a migration is applied once does not rest on it.

use std::time::Duration;

use serde::Serialize;
use surrealdb::types::{Datetime, SurrealValue, Value};
use surrealdb::{Connection, IndexedResults, Surreal};

use crate::engine::{Meaning, meaning};
use crate::error::{Error, Result};
use crate::history::{self, History};
use crate::transaction::DENIED;

/// The lease on a set, as the database has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Lease {
    /// The process that holds it: host, process and a random part.
    pub holder: String,
    /// Since when, by the database's clock.
    pub since: Datetime,
    /// When it runs out unless it is renewed, by the database's clock.
    pub expires_at: Datetime,
    /// Whether it had run out when it was read: its holder died or lost its connection.
    pub is_expired: bool,
}

/// What binds a lease.
#[derive(SurrealValue)]
struct Bound {
    holder: String,
    term: surrealdb::types::Duration,
}

/// This process's side of a lease.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    name: String,
    term: Duration,
}

/// How an attempt to take the lease went, and what the database looked like right after it.
#[derive(Debug)]
pub(crate) enum Attempt {
    Taken(History),
    /// Somebody else has it, or was taking it at the same moment.
    Refused(History),
    /// Somebody else wrote the same before the tables were there; nothing could be read.
    Conflict,
}

/// The lease table of a history table.
pub(crate) fn table(history: &str) -> String {
    format!("{history}_lease")
}

pub(crate) fn definition(history: &str) -> String {
    let table = table(history);
    format!(
        "DEFINE TABLE IF NOT EXISTS {table} TYPE NORMAL SCHEMAFULL PERMISSIONS NONE; \
         DEFINE FIELD IF NOT EXISTS holder ON {table} TYPE string; \
         DEFINE FIELD IF NOT EXISTS since ON {table} TYPE datetime; \
         DEFINE FIELD IF NOT EXISTS expires_at ON {table} TYPE datetime; "
    )
}

impl Lease {
    /// The lease among the rows of its table, which holds one at most.
    pub(crate) fn read(rows: &[Value]) -> Option<Self> {
        let Value::Object(row) = rows.first()? else {
            return None;
        };
        let time = |field: &str| match row.get(field) {
            Some(Value::Datetime(time)) => Some(*time),
            _ => None,
        };
        Some(Self {
            holder: match row.get("holder") {
                Some(Value::String(holder)) => holder.clone(),
                _ => return None,
            },
            since: time("since")?,
            expires_at: time("expires_at")?,
            is_expired: matches!(row.get("is_expired"), Some(Value::Bool(true))),
        })
    }
}

impl Holder {
    pub(crate) fn new(term: Duration) -> Self {
        let host = ["HOSTNAME", "COMPUTERNAME"].map(std::env::var);
        let host = host.into_iter().find_map(std::result::Result::ok);
        let host = host.unwrap_or_else(|| "a host without a name".to_owned());
        let (process, random) = (std::process::id(), fastrand::u32(..));
        Self {
            name: format!("{host}, process {process}, {random:08x}"),
            term,
        }
    }

    /// Takes the lease where nobody holds it, and reads everything in the same request. Defines the
    /// tables on the way where they are not there.
    pub(crate) async fn take<C: Connection>(
        &self,
        db: &Surreal<C>,
        history: &History,
        patience: Duration,
    ) -> Result<Attempt> {
        const DOING: &str = "take the lease on the migrations";
        let table = &history.table;
        let lease = self::table(table);
        let definitions = match history.is_ready {
            true => String::new(),
            false => history::definitions(table),
        };
        let query = format!(
            "BEGIN; {definitions}\
             IF array::is_empty((SELECT VALUE id FROM {lease} WHERE expires_at >= time::now())) {{ \
                 IF array::is_empty((UPSERT {lease}:run SET holder = $_sbl.holder, \
                     since = time::now(), expires_at = time::now() + $_sbl.term RETURN id)) \
                 {{ THROW '{DENIED}' }} \
             }}; \
             COMMIT; {}",
            history::read_text(table)
        );
        let query = db.query(query).bind(("_sbl", self.bound())).into_future();
        let mut response = history::answer(query, DOING, patience).await?;
        let first_read = response.num_statements() - history::READ_STATEMENTS;
        if let Some(error) = first_cause(&mut response, first_read) {
            return match meaning(&error) {
                Meaning::Conflict => Ok(Attempt::Conflict),
                Meaning::Thrown => Err(Error::denied(DOING)),
                _ => Err(Error::engine(DOING, error)),
            };
        }
        let history = History::from_response(table, response, first_read)?;
        let holder = history.lease.as_ref().map(|lease| &*lease.holder);
        Ok(match holder == Some(&*self.name) {
            true => Attempt::Taken(history),
            false => Attempt::Refused(history),
        })
    }

    /// Renews the lease again and again. Ends only where the database does not answer: then what
    /// goes on meanwhile will not be answered either.
    pub(crate) async fn keep<C: Connection>(
        &self,
        db: &Surreal<C>,
        table: &str,
        patience: Duration,
    ) -> Error {
        const DOING: &str = "renew the lease on the migrations";
        let lease = self::table(table);
        let query = format!(
            "UPDATE {lease}:run SET expires_at = time::now() + $_sbl.term \
             WHERE holder = $_sbl.holder RETURN NONE"
        );
        loop {
            tokio::time::sleep(self.term / 3).await;
            let query = db.query(&query).bind(("_sbl", self.bound())).into_future();
            match tokio::time::timeout(patience, query).await {
                Err(_) => return Error::no_answer(DOING, patience),
                // Over some protocols a broken connection is told here first; what is at work gets
                // the same, and tells more of it.
                Ok(Err(error)) => tracing::warn!(%error, "the lease could not be renewed"),
                Ok(Ok(_)) => {}
            }
        }
    }

    /// Gives the lease back. Where that fails it runs out by itself.
    pub(crate) async fn release<C: Connection>(
        &self,
        db: &Surreal<C>,
        table: &str,
        patience: Duration,
    ) {
        let lease = self::table(table);
        let query = format!("DELETE {lease}:run WHERE holder = $_sbl.holder RETURN NONE");
        let query = db.query(query).bind(("_sbl", self.bound())).into_future();
        match tokio::time::timeout(patience, query).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the lease could not be released"),
            Err(_) => tracing::warn!("the lease could not be released in time"),
        }
    }

    fn bound(&self) -> Bound {
        Bound {
            holder: self.name.clone(),
            term: surrealdb::types::Duration::from_std(self.term),
        }
    }
}

/// The first error among so many results that is not an echo of another one.
pub(crate) fn first_cause(response: &mut IndexedResults, count: usize) -> Option<surrealdb::Error> {
    let errors = (0..count).filter_map(|index| response.take::<Value>(index).err());
    errors.min_by_key(|error| meaning(error) == Meaning::Echo)
}
