//! Which database, and as whom: by arguments, environment variables and `.env`, with the names that
//! `surreal sql` uses.

mod existence;
mod target;

use std::fmt;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches, ValueEnum};
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use surrealdb::opt::auth;

use crate::arguments::Selects;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::warn;

use target::{Credentials, Protocol, Target, protocol, without_user};

// Which database, and as whom.
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
    /// The user's password; the variable is safer, which others cannot see
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
    /// How long an answer may take, other than that to a script
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    timeout: u64,
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

impl ConnectionArguments {
    /// Connects, signs in and selects what a command needs.
    pub async fn connect(&self, selects: Selects) -> Result<Surreal<Any>, Failure> {
        let database = match selects {
            // Only the user of a database has to name one to sign in.
            Selects::Namespace(_) if self.given.auth_level != AuthLevel::Database => Some(""),
            _ => self.given.database.as_deref(),
        };
        let (wait, timeout) = (Duration::from_secs(self.given.wait), self.timeout());
        self.target(database)?.connect(wait, timeout, selects).await
    }

    /// Whether a database is named at all.
    pub const fn is_given(&self) -> bool {
        self.given.endpoint.is_some()
    }

    /// Where the database is, without secrets.
    pub fn place(&self) -> Option<String> {
        self.given.endpoint.as_deref().map(without_user)
    }

    /// How long an answer may take.
    pub const fn timeout(&self) -> Duration {
        Duration::from_secs(self.given.timeout)
    }

    fn target(&self, database: Option<&str>) -> Result<Target, Failure> {
        let Given {
            endpoint,
            namespace,
            ..
        } = &self.given;
        let (Some(endpoint), Some(namespace), Some(database)) = (endpoint, namespace, database)
        else {
            return Err(self.missing(database));
        };
        let credentials = match protocol(endpoint)? {
            Protocol::Embedded => Credentials::Nobody,
            Protocol::Remote => self.credentials(namespace, database)?,
        };
        Ok(Target {
            endpoint: endpoint.clone(),
            namespace: namespace.clone(),
            database: database.to_owned(),
            credentials,
        })
    }

    /// Everything that is missing, at once.
    fn missing(&self, database: Option<&str>) -> Failure {
        let Given {
            endpoint,
            namespace,
            ..
        } = &self.given;
        let missing = [
            (
                "endpoint",
                endpoint.as_deref(),
                "ws://localhost:8000` for a server, or `surrealkv://data` for a folder",
            ),
            ("namespace", namespace.as_deref(), "NAME`"),
            ("database", database, "NAME`"),
        ];
        let missing = missing.into_iter().filter(|(_, given, _)| given.is_none());
        let missing: Vec<(&str, &str)> = missing.map(|(name, _, value)| (name, value)).collect();
        let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
        let message = match &*names {
            [names @ .., last] if !names.is_empty() => format!(
                "this command needs a database, and no {} or {last} is given",
                names.join(", ")
            ),
            names => format!("no {} is given", names.concat()),
        };
        let failure = Failure::new(Exit::Usage, "no_database_given", message);
        let failure = missing.iter().fold(failure, |failure, (name, value)| {
            let variable = variable(name);
            failure.help(format_args!(
                "`--{name} {value}; or the variable `{variable}`"
            ))
        });
        failure
            .note("variables are read from the environment, and from a file `.env` here or above")
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

fn variable(argument: &str) -> String {
    format!("SURREAL_{}", argument.to_uppercase())
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
