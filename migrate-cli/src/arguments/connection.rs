//! Which database, and as whom: by arguments, environment variables and `.env`, with the names that
//! `surreal sql` uses.

use std::cell::Cell;
use std::fmt;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches, ValueEnum};
use migrate_runtime::{ErrorKind, Wait};
use surrealdb::Surreal;
use surrealdb::engine::any::{self, Any};
use surrealdb::opt::auth;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::warn;

/// How long a server may take to answer, unless `--wait` says more.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// The schemes of endpoints that are opened by this process itself. Nobody signs in to such a
/// database: whoever may open its files may do everything.
const EMBEDDED: [&str; 4] = ["mem", "memory", "surrealkv", "rocksdb"];

/// Which database, and as whom.
#[derive(Clone, Args)]
#[command(next_help_heading = "Database")]
struct Given {
    /// Where it is: `ws://localhost:8000`, `https://…`, `surrealkv://folder`
    #[arg(
        short = 'e',
        long,
        value_name = "URL",
        env = "SURREAL_ENDPOINT",
        hide_env_values = true
    )]
    endpoint: Option<String>,
    /// The namespace
    #[arg(
        long,
        visible_alias = "ns",
        value_name = "NAME",
        env = "SURREAL_NAMESPACE",
        hide_env_values = true
    )]
    namespace: Option<String>,
    /// The database in that namespace
    #[arg(
        long,
        visible_alias = "db",
        value_name = "NAME",
        env = "SURREAL_DATABASE",
        hide_env_values = true
    )]
    database: Option<String>,
    /// The user to sign in as
    #[arg(
        short = 'u',
        long,
        visible_alias = "user",
        value_name = "NAME",
        env = "SURREAL_USER",
        hide_env_values = true
    )]
    username: Option<String>,
    /// The user's password; rather set the variable, which others do not see
    #[arg(
        short = 'p',
        long,
        visible_alias = "pass",
        value_name = "WORD",
        env = "SURREAL_PASS",
        hide_env_values = true
    )]
    password: Option<String>,
    /// A token instead of a user and a password
    #[arg(
        short = 't',
        long,
        value_name = "JWT",
        env = "SURREAL_TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
    /// Where the user is defined
    #[arg(
        long,
        value_enum,
        value_name = "LEVEL",
        env = "SURREAL_AUTH_LEVEL",
        hide_env_values = true,
        default_value_t = AuthLevel::Root
    )]
    auth_level: AuthLevel,
    /// How long to wait for a database that is still starting
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 0,
        hide_default_value = true
    )]
    wait: u64,
}

/// Where a user is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AuthLevel {
    Root,
    #[value(alias = "ns")]
    Namespace,
    #[value(alias = "db")]
    Database,
}

/// Which database, and as whom, as far as the arguments and the environment say.
#[derive(Clone)]
pub struct ConnectionArguments {
    given: Given,
    /// Where each of the secrets was given, if it was.
    password_source: Option<ValueSource>,
    token_source: Option<ValueSource>,
    username_source: Option<ValueSource>,
}

/// Nothing that is secret.
impl fmt::Debug for ConnectionArguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionArguments")
            .finish_non_exhaustive()
    }
}

impl FromArgMatches for ConnectionArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self {
            given: Given::from_arg_matches(matches)?,
            password_source: matches.value_source("password"),
            token_source: matches.value_source("token"),
            username_source: matches.value_source("username"),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for ConnectionArguments {
    fn augment_args(command: Command) -> Command {
        Given::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Given::augment_args_for_update(command)
    }
}

/// With what somebody signs in.
enum Credentials {
    Nobody,
    Token(String),
    Root(auth::Root),
    Namespace(auth::Namespace),
    Database(auth::Database),
}

/// Everything that is needed to connect.
struct Target {
    endpoint: String,
    namespace: String,
    database: String,
    credentials: Credentials,
}

impl ConnectionArguments {
    /// Connects, signs in and selects the database.
    pub async fn connect(&self) -> Result<Surreal<Any>, Failure> {
        let target = self.target()?;
        let stage = Cell::new(Stage::Connect);
        let connected = match self.given.wait {
            0 => {
                let opened = tokio::time::timeout(CONNECT_TIMEOUT, open(&target, &stage)).await;
                let opened = opened.map(|opened| opened.map_err(|error| error.to_string()));
                opened.unwrap_or_else(|_| Err(format!("no answer for {CONNECT_TIMEOUT:.1?}")))
            }
            seconds => {
                let wait = Wait::at_most(Duration::from_secs(seconds));
                let opened = wait.connect(|| open(&target, &stage)).await;
                opened.map_err(|error| match error.kind() {
                    ErrorKind::Unreachable { engine, waited, .. } => {
                        format!("{engine} (after {waited:.1?})")
                    }
                    kind => kind.engine().map_or(error.to_string(), ToString::to_string),
                })
            }
        };
        connected.map_err(|reason| target.failed(stage.get(), &reason))
    }

    fn target(&self) -> Result<Target, Failure> {
        let given = &self.given;
        let endpoint = given.endpoint.clone().ok_or_else(no_endpoint)?;
        let (namespace, database) = (given.namespace.clone(), given.database.clone());
        let (Some(namespace), Some(database)) = (namespace, database) else {
            let missing = match given.namespace {
                None => "namespace",
                Some(_) => "database",
            };
            return Err(no_selection(missing));
        };
        let credentials = match is_embedded(&endpoint) {
            true => Credentials::Nobody,
            false => self.credentials(&namespace, &database)?,
        };
        Ok(Target {
            endpoint,
            namespace,
            database,
            credentials,
        })
    }

    /// What is on the command line comes before what is in the environment.
    fn credentials(&self, namespace: &str, database: &str) -> Result<Credentials, Failure> {
        const COMMAND_LINE: Option<ValueSource> = Some(ValueSource::CommandLine);
        let given = &self.given;
        for (source, name, variable) in [
            (self.password_source, "--password", "SURREAL_PASS"),
            (self.token_source, "--token", "SURREAL_TOKEN"),
        ] {
            if source == COMMAND_LINE {
                warn(&format!(
                    "others on this machine can see the value of `{name}` in its list of processes\n  = help: set the variable `{variable}`, or put it into a file `.env`"
                ));
            }
        }
        let prefers_user =
            self.username_source == COMMAND_LINE && self.token_source != COMMAND_LINE;
        match (&given.token, &given.username, &given.password) {
            (Some(_), Some(_), _) if self.username_source == self.token_source => {
                Err(two_identities())
            }
            (Some(token), ..) if !prefers_user => Ok(Credentials::Token(token.clone())),
            (_, None, None) => Ok(Credentials::Nobody),
            (_, Some(username), Some(password)) => {
                Ok(self.user(username, password, namespace, database))
            }
            (_, Some(_), None) => Err(incomplete("password", "a user", "SURREAL_PASS")),
            (_, None, Some(_)) => Err(incomplete("username", "a password", "SURREAL_USER")),
        }
    }

    fn user(&self, username: &str, password: &str, namespace: &str, database: &str) -> Credentials {
        let (username, password) = (username.to_owned(), password.to_owned());
        let (namespace, database) = (namespace.to_owned(), database.to_owned());
        match self.given.auth_level {
            AuthLevel::Root => Credentials::Root(auth::Root { username, password }),
            AuthLevel::Namespace => Credentials::Namespace(auth::Namespace {
                namespace,
                username,
                password,
            }),
            AuthLevel::Database => Credentials::Database(auth::Database {
                namespace,
                database,
                username,
                password,
            }),
        }
    }
}

/// How far an attempt to connect came.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Connect,
    SignIn,
    Select,
}

async fn open(target: &Target, stage: &Cell<Stage>) -> surrealdb::Result<Surreal<Any>> {
    stage.set(Stage::Connect);
    let db = any::connect(&target.endpoint).await?;
    stage.set(Stage::SignIn);
    target.credentials.sign_in(&db).await?;
    stage.set(Stage::Select);
    db.use_ns(&target.namespace)
        .use_db(&target.database)
        .await?;
    Ok(db)
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
    fn shown(&self) -> String {
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

fn is_embedded(endpoint: &str) -> bool {
    let scheme = endpoint
        .split_once(':')
        .map_or(endpoint, |(scheme, _)| scheme);
    EMBEDDED.contains(&scheme)
}

fn no_endpoint() -> Failure {
    Failure::new(Exit::Usage, "no_endpoint", "this command needs a database, and no endpoint is given")
        .help("pass it: `--endpoint ws://localhost:8000` for a server, `--endpoint surrealkv://data` for a folder")
        .help("or set `SURREAL_ENDPOINT`, in the environment or in a file `.env` here or above")
}

fn no_selection(missing: &str) -> Failure {
    let variable = format!("SURREAL_{}", missing.to_uppercase());
    Failure::new(
        Exit::Usage,
        "no_database",
        format_args!("no {missing} is given"),
    )
    .help(format_args!("pass it: `--{missing} NAME`"))
    .help(format_args!(
        "or set `{variable}`, in the environment or in a file `.env` here or above"
    ))
}

fn incomplete(missing: &str, given: &str, variable: &str) -> Failure {
    let message = format_args!("{given} is given, but no {missing}").to_string();
    Failure::new(Exit::Usage, "incomplete_credentials", message).help(format_args!(
        "set `{variable}`, in the environment or in a file `.env` here or above"
    ))
}

fn two_identities() -> Failure {
    Failure::new(Exit::Usage, "two_identities", "both a token and a user are given")
        .note("each signs in by itself")
        .help("pass one of them on the command line, which comes before the environment; or unset `SURREAL_TOKEN` or `SURREAL_USER`")
}
