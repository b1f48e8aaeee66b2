//! Holding the lease. It spares the other replicas the wasted work of applying what one of them
//! applies already; that a migration is applied once does not depend on it.

use std::time::Duration;

use surrealdb::types::SurrealValue;
use surrealdb::{Connection, Surreal};

use crate::database::history::{History, read_text};
use crate::database::request::{answer, first_cause};
use crate::database::statements;
use crate::database::tables::Tables;
use crate::error::{EngineError, Error, ErrorKind, Meaning, Result, meaning};

/// The shortest pause between two renewals, however short the term.
const MIN_RENEWAL: Duration = Duration::from_millis(10);

/// What the statements about the lease refer to.
#[derive(SurrealValue)]
struct Parameters {
    holder: String,
    term: surrealdb::types::Duration,
}

/// This process as a holder of the lease.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    name: String,
    term: Duration,
}

/// How an attempt to take the lease went, and what the database looked like right after it.
#[derive(Debug)]
pub(crate) enum Attempt {
    Taken(History),
    /// Another process has it, or took it at the same moment.
    Refused(History),
    /// Another process was defining the tables at the same moment; nothing could be read.
    Conflict(EngineError),
}

impl Holder {
    pub(crate) fn new(term: Duration) -> Self {
        let host = ["HOSTNAME", "COMPUTERNAME"].map(std::env::var);
        // Containers are told their name, a shell keeps it to itself.
        let host = host.into_iter().find_map(std::result::Result::ok);
        let host = host.map(|host| format!("{host}, ")).unwrap_or_default();
        let (process, random) = (std::process::id(), fastrand::u32(..));
        Self {
            name: format!("{host}process {process}, {random:08x}"),
            term,
        }
    }

    /// Takes the lease unless another process holds it, and reads everything in the same request.
    /// Defines the tables first if they are not there.
    pub(crate) async fn take<C: Connection>(
        &self,
        db: &Surreal<C>,
        history: &History,
        timeout: Duration,
    ) -> Result<Attempt> {
        const TAKE: &str = "take the lease on the migrations";
        let tables = &history.tables;
        let definitions = match history.is_defined {
            true => String::new(),
            false => tables.definitions(),
        };
        let take = statements::take_lease(tables);
        let query = format!("BEGIN; {definitions}{take}; COMMIT; {}", read_text(tables));
        let query = db.query(query).bind(("_sbl", self.parameters()));
        let mut response = answer(query.into_future(), TAKE, timeout).await?;
        let read = response.num_statements().saturating_sub(1);
        if let Some(error) = first_cause(&mut response, read) {
            return match meaning(&error) {
                Meaning::Conflict => Ok(Attempt::Conflict(EngineError::from(&error))),
                Meaning::Thrown => Err(ErrorKind::not_written(TAKE).into()),
                _ => Err(ErrorKind::engine_error(TAKE, error).into()),
            };
        }
        let history = History::from_response(tables, response, read)?;
        let holder = history.lease.as_ref().map(|lease| &*lease.holder);
        Ok(match holder == Some(&*self.name) {
            true => Attempt::Taken(history),
            false => Attempt::Refused(history),
        })
    }

    /// Renews the lease again and again. Ends only when the database does not answer: what else is
    /// in progress will not be answered either.
    pub(crate) async fn keep<C: Connection>(
        &self,
        db: &Surreal<C>,
        tables: &Tables,
        timeout: Duration,
    ) -> Error {
        const RENEW: &str = "renew the lease on the migrations";
        loop {
            tokio::time::sleep((self.term / 3).max(MIN_RENEWAL)).await;
            let query = db.query(statements::renew_lease(tables));
            let query = query.bind(("_sbl", self.parameters())).into_future();
            match tokio::time::timeout(timeout, query).await {
                Err(_) => return ErrorKind::no_answer(RENEW, timeout).into(),
                // Over some protocols a broken connection is noticed here first; the request for the
                // migration fails as well, and has more to say about it.
                Ok(Err(error)) => tracing::warn!(
                    target: "migrate_runtime",
                    %error,
                    "the lease could not be renewed"
                ),
                Ok(Ok(_)) => {}
            }
        }
    }

    /// Gives the lease back. If that fails, it expires by itself.
    pub(crate) async fn release<C: Connection>(
        &self,
        db: &Surreal<C>,
        tables: &Tables,
        timeout: Duration,
    ) {
        let query = db.query(statements::release_lease(tables));
        let query = query.bind(("_sbl", self.parameters())).into_future();
        let problem = match tokio::time::timeout(timeout, query).await {
            Ok(Ok(_)) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer for {timeout:.1?}"),
        };
        tracing::warn!(
            target: "migrate_runtime",
            problem,
            "the lease could not be released"
        );
    }

    fn parameters(&self) -> Parameters {
        Parameters {
            holder: self.name.clone(),
            term: surrealdb::types::Duration::from_std(self.term),
        }
    }
}
