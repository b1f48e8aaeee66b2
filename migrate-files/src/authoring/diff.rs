//! What would turn the schema of the migrations into a desired one.

use migrate_schema::Kind;
use migrate_schema::model::{Change, Clauses, Definition, Object, Schema, State};
use migrate_schema::parse::parse;

use super::layout::lay_out;
use super::model::{is_own, schema_at};
use crate::listing::File;
use crate::migration::Version;
use crate::place::Snippet;
use crate::problem::{Problem, Problems};
use crate::script::Script;
use crate::set::{At, Set, Texts, failure_message};
use crate::text::decode;

/// How a desired schema differs from what the migrations make.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct SchemaDiff {
    /// What is to be there and is not yet.
    pub added: Vec<String>,
    /// What is there and is not to be.
    pub removed: Vec<String>,
    /// What is to say something else.
    pub changed: Vec<String>,
    /// What is left as it is, since the scripts or the definitions leave open what it is, or is to be.
    pub open: Vec<String>,
    /// What makes the desired schema, as the text of an up script; empty where there is nothing to do.
    pub up: String,
}

impl SchemaDiff {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// Files that say what a schema is to be: definitions, in any order.
#[derive(Debug)]
pub struct DesiredSchema {
    scripts: Vec<Script>,
}

impl DesiredSchema {
    /// Reads files of definitions. Messages call each file by its name.
    ///
    /// # Errors
    /// What is not SurrealQL, or not a definition.
    pub fn read(files: &[File]) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut scripts = Vec::new();
        for file in files {
            match script(file) {
                Ok(script) => {
                    problems.extend(check(&script));
                    scripts.push(script);
                }
                Err(problem) => problems.push(problem),
            }
        }
        match Problems::new(problems) {
            None => Ok(Self { scripts }),
            Some(problems) => Err(problems),
        }
    }

    /// The schema that the definitions make on an empty database, whatever their order, and what of
    /// them cannot be there.
    fn schema(&self) -> (Schema<'_, At<'_>>, Vec<Problem>) {
        let mut schema = Schema::empty();
        let mut left: Vec<Statement<'_>> = Vec::new();
        for script in &self.scripts {
            let statements = parse(&script.text).statements.into_iter();
            let statements = statements.filter(|it| it.kind != Kind::Option);
            left.extend(statements.map(|statement| Statement {
                at: At {
                    script,
                    start: statement.span.start,
                },
                changes: statement.changes,
            }));
        }
        // Tables come into being by what is defined on them as well, and are not to be so here.
        let (tables, others): (Vec<_>, Vec<_>) =
            left.into_iter().partition(Statement::is_plain_table);
        let mut left: Vec<Statement<'_>> = tables.into_iter().chain(others).collect();
        loop {
            let before = left.len();
            left.retain(|statement| !statement.apply(&mut schema));
            if left.is_empty() || left.len() == before {
                break;
            }
        }
        left.sort_by_key(|it| (self.position(it.at.script), it.at.start));
        let problems = left.iter().filter_map(|it| it.problem(&schema)).collect();
        (schema, problems)
    }

    fn position(&self, script: &Script) -> Option<usize> {
        self.scripts.iter().position(|it| it.file == script.file)
    }
}

/// A definition of the desired schema.
struct Statement<'s> {
    at: At<'s>,
    changes: Vec<Change>,
}

impl<'s> Statement<'s> {
    fn is_plain_table(&self) -> bool {
        self.changes.iter().any(|change| match change {
            Change::Defines {
                object: Object::Table(_),
                definition,
                ..
            } => definition.as_ref().is_none_or(|it| !is_view(it)),
            _ => false,
        })
    }

    /// Applies it unless it fails by now.
    fn apply(&self, schema: &mut Schema<'_, At<'s>>) -> bool {
        let fails = self.failure(schema).is_some();
        if !fails {
            for change in &self.changes {
                let _ = schema.apply(change, &self.at);
            }
        }
        !fails
    }

    /// Why it fails, if it does.
    fn failure(&self, schema: &Schema<'_, At<'s>>) -> Option<String> {
        let mut trial = schema.branch();
        let mut changes = self.changes.iter();
        changes.find_map(|change| {
            let failure = trial.apply(change, &self.at).err()?;
            Some(failure_message(change, &failure))
        })
    }

    fn problem(&self, schema: &Schema<'_, At<'s>>) -> Option<Problem> {
        let (script, start) = (self.at.script, self.at.start as usize);
        let end = start + self.at.statement()?.len();
        let problem = Problem::new(&*script.file, self.failure(schema)?);
        Some(problem.at(Snippet::new(&script.text, start, end, "")))
    }
}

fn is_view(definition: &Definition) -> bool {
    matches!(definition.clauses(), Clauses::Table(table) if table.view.is_some())
}

fn script(file: &File) -> Result<Script, Problem> {
    let bytes = file
        .bytes
        .as_ref()
        .map_err(|error| Problem::new(&*file.name, format!("the file cannot be read: {error}")))?;
    let text = decode(bytes).map_err(|fault| {
        Problem::new(&*file.name, "this is not valid UTF-8")
            .at(fault.snippet)
            .help(fault.help)
    })?;
    Ok(Script::new(file.name.clone(), text))
}

/// What of a file is not a definition.
fn check(script: &Script) -> Vec<Problem> {
    let parsed = parse(&script.text);
    let at = |start: usize, end: usize, label: &str| Snippet::new(&script.text, start, end, label);
    let errors = parsed.errors.iter().map(|error| {
        let snippet = at(error.start, error.end, &error.label);
        Problem::new(&*script.file, &*error.message).at(snippet)
    });
    let others = parsed.statements.iter().filter(|statement| {
        let is_definition = |change: &Change| matches!(change, Change::Defines { .. });
        // As an export begins.
        statement.kind != Kind::Option && !statement.changes.iter().any(is_definition)
    });
    let others = others.map(|statement| {
        let (start, end) = (statement.span.start as usize, statement.span.end as usize);
        Problem::new(&*script.file, "this does not define anything")
            .at(at(start, end, ""))
            .help("remove it: what a schema is to be is said by definitions alone, without a `REMOVE`, an `ALTER` or records")
    });
    errors.chain(others).collect()
}

/// What would turn the schema that the migrations of a set make into a desired one. `table` is the
/// history table of the set.
///
/// # Errors
/// What of the desired schema cannot be there.
pub fn schema_diff(
    set: &Set,
    table: &str,
    desired: &DesiredSchema,
) -> Result<SchemaDiff, Problems> {
    let is = schema_at(set, Version::MAX);
    let (mut wanted, problems) = desired.schema();
    if let Some(problems) = Problems::new(problems) {
        return Err(problems);
    }
    keep_secrets(&is, &mut wanted);
    let Some(first) = desired.scripts.first() else {
        return Ok(SchemaDiff::default());
    };
    let here = At {
        script: first,
        start: 0,
    };
    let transition = is.become_other(&wanted, &Texts, &here);
    let is_own = is_own(table);
    let open = transition.open.iter().filter(|it| !is_own(it));
    let mut diff = SchemaDiff {
        up: lay_out(&transition.steps),
        open: open.map(ToString::to_string).collect(),
        ..SchemaDiff::default()
    };
    let mut objects: Vec<&Object> = transition
        .steps
        .iter()
        .filter_map(|it| it.object.as_ref())
        .collect();
    objects.sort();
    objects.dedup();
    for object in objects {
        let words = object.to_string();
        match (is.state(object), wanted.state(object)) {
            (State::Absent(_), _) => diff.added.push(words),
            (_, State::Absent(_)) => diff.removed.push(words),
            // It only makes room for something else.
            (was, is) if is_same(&was, &is) => {}
            _ => diff.changed.push(words),
        }
    }
    Ok(diff)
}

fn is_same(was: &State<At<'_>>, is: &State<At<'_>>) -> bool {
    let definition = |state: &State<At<'_>>| match state {
        State::Present { definition, .. } => definition.clone(),
        _ => None,
    };
    let definitions = definition(was).zip(definition(is));
    definitions.is_some_and(|(was, is)| !is.differs_in_text(&was))
}

/// Who may sign in is rarely part of what is desired: it stays as it is where the desired schema says
/// nothing of it.
fn keep_secrets<'s>(is: &Schema<'_, At<'s>>, wanted: &mut Schema<'_, At<'s>>) {
    for object in is.possible() {
        let is_secret = matches!(object, Object::User(_) | Object::Access(_));
        let is_said = matches!(wanted.state(&object), State::Present { .. });
        let State::Present { at, .. } = is.state(&object) else {
            continue;
        };
        if is_secret && !is_said {
            let statements = parse(at.statement().unwrap_or_default()).statements;
            for change in statements.iter().flat_map(|it| &it.changes) {
                let _ = wanted.apply(change, &at);
            }
        }
    }
}
