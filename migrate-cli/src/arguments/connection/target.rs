//! Connecting to a database, signing in to it, and selecting it.

use std::cell::Cell;
use std::fmt;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use migrate_runtime::{ErrorKind, Wait};
use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};
use surrealdb::opt::auth;

use super::existence::{Missing, is_namespace_missing, missing};
use crate::arguments::{IfMissing, Selects};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::tell;

/// How long selecting a database may conflict with others.
const SELECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Who opens the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// This process. Nobody signs in: whoever may open its files may do everything.
    Embedded,
    /// A server.
    Remote,
}

/// How an endpoint is connected to.
pub fn protocol(endpoint: &str) -> Result<Protocol, Failure> {
    let scheme = endpoint
        .split_once(':')
        .map_or(endpoint, |(scheme, _)| scheme);
    match scheme {
        "mem" | "memory" | "surrealkv" | "surrealkv+versioned" => Ok(Protocol::Embedded),
        "ws" | "wss" | "http" | "https" => Ok(Protocol::Remote),
        _ => {
            let endpoint = without_user(endpoint);
            let message = format!("`{endpoint}` is no endpoint that this command connects to");
            Err(Failure::new(Exit::Usage, "no_such_endpoint", message)
                .help("for a server: `ws://localhost:8000`, or with `wss`, `http` or `https`")
                .help("for a folder: `surrealkv://data`; in memory, and gone at the end: `mem://`"))
        }
    }
}

/// With what somebody signs in.
pub enum Credentials {
    Nobody,
    Token(String),
    Root(auth::Root),
    Namespace(auth::Namespace),
    Database(auth::Database),
}

/// Everything that is needed to connect.
pub struct Target {
    pub endpoint: String,
    pub namespace: String,
    pub database: String,
    pub credentials: Credentials,
}

/// How far an attempt to connect came.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Connect,
    SignIn,
    Select,
}

impl Target {
    /// Connects, within `wait` if the database is still starting, or once, within `timeout`.
    pub async fn connect(
        &self,
        wait: Duration,
        timeout: Duration,
        selects: Selects,
    ) -> Result<Surreal<Any>, Failure> {
        let stage = Cell::new(Stage::Connect);
        let connected = match wait.is_zero() {
            true => self.connect_once(timeout, &stage).await,
            false => self.connect_within(wait, &stage).await,
        };
        let db = connected.map_err(|reason| self.failed(stage.get(), &reason))?;
        match selects {
            Selects::Database(if_missing) => self.select(&db, if_missing).await?,
            Selects::Namespace(if_missing) => self.select_namespace(&db, if_missing).await?,
        }
        Ok(db)
    }

    async fn connect_once(
        &self,
        limit: Duration,
        stage: &Cell<Stage>,
    ) -> Result<Surreal<Any>, String> {
        match tokio::time::timeout(limit, self.sign_in(stage)).await {
            Ok(connected) => connected.map_err(|error| error.to_string()),
            Err(_) => Err(format!("no answer for {limit:.1?}")),
        }
    }

    async fn connect_within(
        &self,
        limit: Duration,
        stage: &Cell<Stage>,
    ) -> Result<Surreal<Any>, String> {
        let connected = Wait::at_most(limit).connect(|| self.sign_in(stage)).await;
        connected.map_err(|error| match error.kind() {
            ErrorKind::Unreachable {
                engine, attempts, ..
            } => format!("{engine}, at the last of {attempts} attempts"),
            kind => kind
                .engine()
                .map_or_else(|| error.to_string(), ToString::to_string),
        })
    }

    async fn sign_in(&self, stage: &Cell<Stage>) -> surrealdb::Result<Surreal<Any>> {
        stage.set(Stage::Connect);
        let db = any::connect(&self.endpoint).await?;
        stage.set(Stage::SignIn);
        self.credentials.sign_in(&db).await?;
        Ok(db)
    }

    /// Selects the database.
    async fn select(&self, db: &Surreal<Any>, if_missing: IfMissing) -> Result<(), Failure> {
        let failed = |error: surrealdb::Error| self.failed(Stage::Select, &error.to_string());
        // What is in memory is always new.
        if !self.endpoint.starts_with("mem") {
            let missing = missing(db, &self.namespace, &self.database).await;
            if let Some(missing) = missing.map_err(failed)? {
                self.announce(missing, if_missing)?;
            }
        }
        // Processes that create a database at the same moment conflict, and Wait tries again.
        let select = async || db.use_ns(&self.namespace).use_db(&self.database).await;
        let selected = Wait::at_most(SELECT_TIMEOUT).connect(select).await;
        selected.map(drop).map_err(|error| {
            let engine = error.kind().engine().map(ToString::to_string);
            self.failed(Stage::Select, &engine.unwrap_or_else(|| error.to_string()))
        })
    }

    /// Selects the namespace alone.
    async fn select_namespace(
        &self,
        db: &Surreal<Any>,
        if_missing: IfMissing,
    ) -> Result<(), Failure> {
        let failed = |error: surrealdb::Error| self.failed(Stage::Select, &error.to_string());
        let is_new = is_namespace_missing(db, &self.namespace).await;
        if is_new.map_err(failed)? && if_missing == IfMissing::Fail {
            return Err(self.not_there(Missing::Namespace));
        }
        db.use_ns(&self.namespace).await.map(drop).map_err(failed)
    }

    /// Says that the database is going to be created, so that somebody notices a mistyped name.
    fn announce(&self, missing: Missing, if_missing: IfMissing) -> Result<(), Failure> {
        if if_missing == IfMissing::Fail {
            return Err(self.not_there(missing));
        }
        if io::stderr().is_terminal() {
            tell(&format!(
                "creating the database `{}` in the namespace `{}`",
                self.database, self.namespace
            ));
        }
        Ok(())
    }

    fn not_there(&self, missing: Missing) -> Failure {
        let message = match missing {
            Missing::Namespace => format!("there is no namespace `{}`", self.namespace),
            Missing::Database => format!(
                "there is no database `{}` in the namespace `{}`",
                self.database, self.namespace
            ),
        };
        Failure::new(Exit::NotConnected, "no_such_database", message)
            .note(format_args!(
                "at {}; nothing was done",
                without_user(&self.endpoint)
            ))
            .help("check both names; if it is to be a new database, `migrate up` creates it")
    }
}

impl Credentials {
    async fn sign_in(&self, db: &Surreal<Any>) -> surrealdb::Result<()> {
        match self {
            Self::Nobody => Ok(()),
            Self::Token(token) => db.authenticate(token.as_str()).await.map(drop),
            Self::Root(user) => db.signin(user.clone()).await.map(drop),
            Self::Namespace(user) => db.signin(user.clone()).await.map(drop),
            Self::Database(user) => db.signin(user.clone()).await.map(drop),
        }
    }
}

/// Who it is, in words.
impl fmt::Display for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => f.write_str("nobody"),
            Self::Token(_) => f.write_str("whoever the token is for"),
            Self::Root(user) => write!(f, "the root user `{}`", user.username),
            Self::Namespace(user) => write!(
                f,
                "the user `{}` of the namespace `{}`",
                user.username, user.namespace
            ),
            Self::Database(user) => write!(
                f,
                "the user `{}` of the database `{}` in the namespace `{}`",
                user.username, user.database, user.namespace
            ),
        }
    }
}

impl Target {
    fn failed(&self, stage: Stage, reason: &str) -> Failure {
        let endpoint = without_user(&self.endpoint);
        let reason = reason.replace(&self.endpoint, &endpoint);
        let failure = |kind, message: String| {
            let failure = Failure::new(Exit::NotConnected, kind, message);
            failure.note(format_args!("the engine says: {reason}"))
        };
        match stage {
            Stage::Connect if protocol(&self.endpoint) == Ok(Protocol::Embedded) => {
                failure("not_opened", format!("cannot open the database {endpoint}"))
                    .help("name a folder that you may write to and that no other process has open")
            }
            Stage::Connect => failure("unreachable", format!("cannot connect to {endpoint}"))
                .help("check that the database is running, and that the address is right")
                .help("if it is still starting: `--wait 30` tries again for so many seconds"),
            Stage::SignIn if matches!(self.credentials, Credentials::Token(_)) => failure(
                "not_signed_in",
                format!("cannot sign in to {endpoint} with the token"),
            )
            .help("tokens end after a time: have the database make a new one"),
            Stage::SignIn => {
                let who = &self.credentials;
                failure("not_signed_in", format!("cannot sign in to {endpoint} as {who}"))
                    .help("check the name and the password, and where the user is defined: `--auth-level root`, `namespace` or `database`")
            }
            Stage::Select => {
                let message = format!(
                    "cannot select the database `{}` in the namespace `{}`",
                    self.database, self.namespace
                );
                let failure = failure("not_selected", message);
                match self.credentials {
                    Credentials::Nobody => failure
                        .help("sign in: set `SURREAL_USER` and `SURREAL_PASS`, or `SURREAL_TOKEN`"),
                    _ => failure,
                }
            }
        }
    }
}

/// An endpoint without a user and a password that may stand in it.
pub fn without_user(endpoint: &str) -> String {
    let Some((scheme, rest)) = endpoint.split_once("://") else {
        return endpoint.to_owned();
    };
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    match host.rfind('@') {
        Some(at) => format!("{scheme}://…{}", &rest[at..]),
        None => endpoint.to_owned(),
    }
}
