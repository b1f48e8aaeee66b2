//! Connecting to a database, signing in to it, and selecting it.

use std::cell::Cell;
use std::fmt;
use std::time::Duration;

use migrate_runtime::{ErrorKind, Wait};
use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};
use surrealdb::opt::auth;

use super::existence::{Missing, missing};
use crate::arguments::IfMissing;
use crate::exit::Exit;
use crate::failure::Failure;

/// How long a server may take to answer, unless it is waited for.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// The schemes of endpoints that are opened by this process itself. Nobody signs in to such a
/// database: whoever may open its files may do everything.
const EMBEDDED: [&str; 4] = ["mem", "memory", "surrealkv", "rocksdb"];

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
    /// Connects, for so long if the database is still starting, or once.
    pub async fn connect(
        &self,
        wait: Duration,
        if_missing: IfMissing,
    ) -> Result<Surreal<Any>, Failure> {
        let stage = Cell::new(Stage::Connect);
        let connected = match wait.is_zero() {
            true => self.connect_once(&stage).await,
            false => self.connect_within(wait, &stage).await,
        };
        let db = connected.map_err(|reason| self.failed(stage.get(), &reason))?;
        self.select(&db, if_missing).await?;
        Ok(db)
    }

    async fn connect_once(&self, stage: &Cell<Stage>) -> Result<Surreal<Any>, String> {
        match tokio::time::timeout(CONNECT_TIMEOUT, self.sign_in(stage)).await {
            Ok(connected) => connected.map_err(|error| error.to_string()),
            Err(_) => Err(format!("no answer for {CONNECT_TIMEOUT:.1?}")),
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
        let is_new = self.endpoint.starts_with("mem");
        if if_missing == IfMissing::Fail && !is_new {
            let missing = missing(db, &self.namespace, &self.database).await;
            if let Some(missing) = missing.map_err(failed)? {
                return Err(self.not_there(missing));
            }
        }
        let selected = db.use_ns(&self.namespace).use_db(&self.database).await;
        selected.map(drop).map_err(failed)
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
            .note(format_args!("at {}; nothing was done", self.shown()))
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
            Self::Token(_) => f.write_str("whom the token is for"),
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
    /// The endpoint without a user and a password that may stand in it.
    pub fn shown(&self) -> String {
        let Some((scheme, rest)) = self.endpoint.split_once("://") else {
            return self.endpoint.clone();
        };
        let host = rest.split_once('/').map_or(rest, |(host, _)| host);
        match host.rfind('@') {
            Some(at) => format!("{scheme}://…{}", &rest[at..]),
            None => self.endpoint.clone(),
        }
    }

    fn failed(&self, stage: Stage, reason: &str) -> Failure {
        let endpoint = self.shown();
        let reason = reason.replace(&self.endpoint, &endpoint);
        let failure = |kind, message: String| {
            let failure = Failure::new(Exit::NotConnected, kind, message);
            failure.note(format_args!("the engine says: {reason}"))
        };
        match stage {
            Stage::Connect if is_embedded(&self.endpoint) => {
                failure("not_opened", format!("cannot open the database {endpoint}"))
                    .help("name a folder that you may write to and that no other process has open")
            }
            Stage::Connect => failure("unreachable", format!("cannot connect to {endpoint}"))
                .help("check that the database is running, and that the address is right")
                .help("if it is still starting: `--wait 30` tries again for so many seconds"),
            Stage::SignIn => {
                let who = &self.credentials;
                failure("not_signed_in", format!("cannot sign in to {endpoint} as {who}"))
                    .help("check the name and the password, and where the user is defined: `--auth-level root`, `namespace` or `database`")
            }
            Stage::Select => failure(
                "not_selected",
                format!(
                    "cannot select the database `{}` in the namespace `{}`",
                    self.database, self.namespace
                ),
            ),
        }
    }
}

/// Whether this process opens the database itself.
pub fn is_embedded(endpoint: &str) -> bool {
    let scheme = endpoint
        .split_once(':')
        .map_or(endpoint, |(scheme, _)| scheme);
    EMBEDDED.contains(&scheme)
}
