//! Statements, one after the other, and what is evaluated along with them.

use surrealdb_sql::statements::define::{DefineDefault, DefineFieldStatement, DefineKind};
use surrealdb_sql::statements::rebuild::RebuildStatement;
use surrealdb_sql::statements::{
    CreateStatement, DefineIndexStatement, DefineStatement, DefineTableStatement, DeleteStatement,
    InsertStatement, RelateStatement, RemoveStatement, SelectStatement, UpdateStatement,
    UpsertStatement,
};
use surrealdb_sql::{
    BinaryOperator, Data, Expr, Field, Fields, Function, Index, Literal, TopLevelExpr, With,
};

use super::fields::written;
use super::lookups;
use super::names::{field_path, key_value, name, whole_table};
use super::variables::Variables;
use crate::effect::{Effect, Effects, IndexKind, IndexMode, Lookup, Name, Target};
use crate::parse::control_flow::evaluated;
use crate::parse::nested::all_in;

/// Reads the statements of a script in their order: a variable of one is known in the next.
#[derive(Debug, Default)]
pub struct EffectsReader {
    variables: Variables,
}

/// Whether what an expression returns is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Used,
    Dropped,
}

impl EffectsReader {
    /// What the next statement does, in the order that it does it.
    pub fn read(&mut self, statement: &TopLevelExpr) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let TopLevelExpr::Expr(expr) = statement {
            self.add(expr, Answer::Dropped, &mut effects);
        }
        effects
    }

    fn add(&mut self, expr: &Expr, answer: Answer, effects: &mut Vec<Effect>) {
        match expr {
            Expr::Block(block) => self.add_block(&block.0, answer, effects),
            Expr::IfElse(branches) => {
                for (when, _) in &branches.exprs {
                    self.add(when, Answer::Used, effects);
                }
                let bodies = branches.exprs.iter().map(|(_, then)| then);
                let bodies: Vec<&Expr> = bodies.chain(&branches.close).collect();
                self.add_branches(&bodies, answer, effects);
            }
            Expr::Foreach(each) => {
                self.add(&each.range, Answer::Used, effects);
                let outside = self.variables.clone();
                self.variables.set(each.param.as_str(), &each.range);
                let mut body = Vec::new();
                self.add_block(&each.block.0, Answer::Dropped, &mut body);
                self.variables = outside;
                push_branches(vec![body], effects);
            }
            Expr::Let(assigned) => {
                self.add(&assigned.what, Answer::Used, effects);
                self.variables.set(assigned.name.as_str(), &assigned.what);
            }
            Expr::Binary {
                left,
                op:
                    BinaryOperator::And
                    | BinaryOperator::Or
                    | BinaryOperator::NullCoalescing
                    | BinaryOperator::TenaryCondition,
                right,
            } => {
                self.add(left, Answer::Used, effects);
                self.add_branches(&[&**right], Answer::Used, effects);
            }
            Expr::Return(output) => self.add(&output.what, Answer::Used, effects),
            Expr::Select(select) => self.add_select(select, answer, effects),
            Expr::Create(create) => self.add_create(create, effects),
            Expr::Insert(insert) => self.add_insert(insert, effects),
            Expr::Relate(relate) => self.add_relate(relate, effects),
            Expr::Update(update) => self.add_update(update, effects),
            Expr::Upsert(upsert) => self.add_upsert(upsert, effects),
            Expr::Delete(delete) => self.add_delete(delete, effects),
            Expr::Define(definition) => effects.extend(defined(definition)),
            Expr::Remove(removal) => effects.extend(removed(removal)),
            Expr::Rebuild(rebuild) => {
                let RebuildStatement::Index(index) = &**rebuild;
                if !index.if_exists {
                    effects.push(Effect::RebuildsIndex {
                        table: index.what.as_str().to_owned().into(),
                        index: index.name.as_str().to_owned().into(),
                    });
                }
            }
            _ => {
                for inner in evaluated(expr) {
                    self.add(inner, Answer::Used, effects);
                }
                effects.extend(taken_from(expr));
            }
        }
    }

    /// The last expression of a block is its value.
    fn add_block(&mut self, block: &[Expr], answer: Answer, effects: &mut Vec<Effect>) {
        let outside = self.variables.clone();
        if let [first @ .., last] = block {
            for expr in first {
                self.add(expr, Answer::Dropped, effects);
            }
            self.add(last, answer, effects);
        }
        self.variables = outside;
    }

    /// What may be evaluated: at most one of these.
    fn add_branches(&mut self, bodies: &[&Expr], answer: Answer, effects: &mut Vec<Effect>) {
        let branches = bodies.iter().map(|body| {
            let mut branch = Vec::new();
            let outside = self.variables.clone();
            self.add(body, answer, &mut branch);
            self.variables = outside;
            branch
        });
        push_branches(branches.collect(), effects);
    }

    /// What is evaluated for each record, of which there may be none.
    fn add_for_each<'e>(
        &mut self,
        inner: impl IntoIterator<Item = &'e Expr>,
        effects: &mut Vec<Effect>,
    ) {
        let mut body = Vec::new();
        for expr in inner {
            self.add(expr, Answer::Used, &mut body);
        }
        push_branches(vec![body], effects);
    }

    fn add_select(&mut self, select: &SelectStatement, answer: Answer, effects: &mut Vec<Effect>) {
        for source in &select.what {
            self.add(source, Answer::Used, effects);
        }
        let fields: Vec<&Expr> = match &select.fields {
            Fields::Value(value) => vec![&value.expr],
            Fields::Select(fields) => fields
                .iter()
                .filter_map(|field| match field {
                    Field::Single(field) => Some(&field.expr),
                    Field::All => None,
                })
                .collect(),
        };
        let condition = select.cond.iter().map(|cond| &cond.0);
        self.add_for_each(condition.chain(fields), effects);
        if answer == Answer::Used {
            push_reads(&select.what, lookups::of_select(select), effects);
        }
    }

    fn add_create(&mut self, create: &CreateStatement, effects: &mut Vec<Effect>) {
        for value in create.data.iter().flat_map(values) {
            self.add(value, Answer::Used, effects);
        }
        for expr in &create.what {
            self.add(expr, Answer::Used, effects);
            for target in self.variables.targets(expr) {
                effects.push(Effect::Creates {
                    target,
                    or_updates: false,
                });
            }
        }
    }

    fn add_insert(&mut self, insert: &InsertStatement, effects: &mut Vec<Effect>) {
        for value in values(&insert.data) {
            self.add(value, Answer::Used, effects);
        }
        let Some(table) = insert.into.as_ref().and_then(whole_table) else {
            return;
        };
        let may_be_there = insert.ignore || insert.update.is_some();
        let keys = match may_be_there {
            true => vec![None],
            false => inserted_keys(&insert.data),
        };
        for record in keys {
            let table = table.clone();
            effects.push(Effect::Creates {
                target: Target { table, record },
                or_updates: false,
            });
        }
        if let Some(data) = &insert.update {
            self.add_for_each(values(data), effects);
            let target = Target {
                table,
                record: None,
            };
            effects.push(updates(target, Some(data)));
        }
    }

    fn add_relate(&mut self, relate: &RelateStatement, effects: &mut Vec<Effect>) {
        for expr in [&relate.from, &relate.to] {
            self.add(expr, Answer::Used, effects);
        }
        self.add_for_each(relate.data.iter().flat_map(values), effects);
        for target in self.variables.targets(&relate.through) {
            // An edge that is there already is overwritten without an error.
            let may_be_there = relate.or_update || whole_table(&relate.through).is_none();
            effects.push(Effect::Creates {
                target: target.clone(),
                or_updates: may_be_there,
            });
            if relate.or_update {
                effects.push(updates(target, relate.data.as_ref()));
            }
        }
    }

    fn add_update(&mut self, update: &UpdateStatement, effects: &mut Vec<Effect>) {
        let condition = update.cond.as_ref().map(|cond| &cond.0);
        self.add_writes(&update.what, update.data.as_ref(), condition, effects);
        push_filter(&update.what, update.with.as_ref(), condition, effects);
        for expr in &update.what {
            let targets = self.variables.targets(expr).into_iter();
            effects.extend(targets.map(|target| updates(target, update.data.as_ref())));
        }
    }

    fn add_upsert(&mut self, upsert: &UpsertStatement, effects: &mut Vec<Effect>) {
        let condition = upsert.cond.as_ref().map(|cond| &cond.0);
        self.add_writes(&upsert.what, upsert.data.as_ref(), condition, effects);
        push_filter(&upsert.what, upsert.with.as_ref(), condition, effects);
        for expr in &upsert.what {
            for target in self.variables.targets(expr) {
                effects.push(updates(target.clone(), upsert.data.as_ref()));
                effects.push(Effect::Creates {
                    target,
                    or_updates: true,
                });
            }
        }
    }

    fn add_delete(&mut self, delete: &DeleteStatement, effects: &mut Vec<Effect>) {
        let condition = delete.cond.as_ref().map(|cond| &cond.0);
        self.add_writes(&delete.what, None, condition, effects);
        push_filter(&delete.what, delete.with.as_ref(), condition, effects);
        for expr in &delete.what {
            let targets = self.variables.targets(expr).into_iter();
            effects.extend(targets.map(|target| Effect::Deletes { target }));
        }
    }

    /// What is evaluated along with a write: its targets once, the rest for each record.
    fn add_writes(
        &mut self,
        what: &[Expr],
        data: Option<&Data>,
        condition: Option<&Expr>,
        effects: &mut Vec<Effect>,
    ) {
        for expr in what {
            self.add(expr, Answer::Used, effects);
        }
        let values = data.into_iter().flat_map(values);
        self.add_for_each(condition.into_iter().chain(values), effects);
    }
}

/// The values that are written.
fn values(data: &Data) -> Vec<&Expr> {
    match data {
        Data::EmptyExpression | Data::UnsetExpression(_) => Vec::new(),
        Data::SetExpression(assignments) | Data::UpdateExpression(assignments) => {
            assignments.iter().map(|it| &it.value).collect()
        }
        Data::PatchExpression(value)
        | Data::MergeExpression(value)
        | Data::ReplaceExpression(value)
        | Data::ContentExpression(value)
        | Data::SingleExpression(value) => vec![value],
        Data::ValuesExpression(rows) => rows.iter().flatten().map(|(_, value)| value).collect(),
    }
}

/// The keys of the records that are inserted, one for each; a single `None` where the text does not
/// have all of them.
fn inserted_keys(data: &Data) -> Vec<Option<Name>> {
    let records = match data {
        Data::SingleExpression(Expr::Literal(Literal::Array(records))) => &**records,
        Data::SingleExpression(record) => std::slice::from_ref(record),
        _ => &[],
    };
    let key = |record: &Expr| match record {
        Expr::Literal(Literal::Object(entries)) => {
            let mut entries = entries.iter();
            let id = entries.find(|entry| entry.key.as_str() == "id")?;
            key_value(&id.value)
        }
        _ => None,
    };
    let keys: Option<Vec<_>> = records.iter().map(|record| key(record).map(Some)).collect();
    match keys {
        Some(keys) if !keys.is_empty() => keys,
        _ => vec![None],
    }
}

fn updates(target: Target, data: Option<&Data>) -> Effect {
    Effect::Updates {
        target,
        fields: data.map(written).unwrap_or_default(),
    }
}

fn push_branches(branches: Vec<Vec<Effect>>, effects: &mut Vec<Effect>) {
    let branches = branches.into_iter().filter(|branch| !branch.is_empty());
    let branches: Vec<Effects> = branches.collect();
    if !branches.is_empty() {
        effects.push(Effect::Either(branches));
    }
}

/// What the condition of a write reads.
fn push_filter(
    what: &[Expr],
    with: Option<&With>,
    condition: Option<&Expr>,
    effects: &mut Vec<Effect>,
) {
    if with.is_none() {
        push_reads(what, lookups::of_statement(condition), effects);
    }
}

fn push_reads(what: &[Expr], by: Option<Lookup>, effects: &mut Vec<Effect>) {
    let tables = what.iter().filter_map(whole_table);
    let reads = tables.zip(by.into_iter().cycle());
    effects.extend(reads.map(|(table, by)| Effect::Reads { table, by }));
}

fn defined(definition: &DefineStatement) -> Vec<Effect> {
    match definition {
        DefineStatement::Table(table) => defined_table(table).unwrap_or_default(),
        DefineStatement::Index(index) => defined_index(index).into_iter().collect(),
        DefineStatement::Field(field) => added_computed(field).into_iter().collect(),
        DefineStatement::Sequence(sequence) => {
            let overwrite = sequence.kind == DefineKind::Overwrite;
            let sequence = name(&sequence.name);
            let defines = sequence.map(|sequence| Effect::DefinesSequence {
                sequence,
                overwrite,
            });
            defines.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn defined_table(definition: &DefineTableStatement) -> Option<Vec<Effect>> {
    let table = name(&definition.name)?;
    let mut effects = Vec::new();
    if definition.kind == DefineKind::Default {
        effects.push(Effect::CreatesTable {
            table: table.clone(),
        });
    }
    if let Some(view) = &definition.view {
        let sources = view.what.iter();
        let sources = sources.map(|source| Name::from(source.as_str().to_owned()));
        let sources: Vec<Name> = sources.collect();
        if let Some(by) = lookups::of_statement(view.cond.as_ref().map(|cond| &cond.0)) {
            effects.extend(sources.iter().map(|source| Effect::Reads {
                table: source.clone(),
                by: by.clone(),
            }));
        }
        effects.push(Effect::FillsView { table, sources });
    }
    Some(effects)
}

fn defined_index(definition: &DefineIndexStatement) -> Option<Effect> {
    let fields: Option<Vec<Name>> = definition.cols.iter().map(field_path).collect();
    Some(Effect::DefinesIndex {
        table: name(&definition.what)?,
        index: name(&definition.name)?,
        mode: match definition.kind {
            DefineKind::Default => IndexMode::Plain,
            DefineKind::Overwrite => IndexMode::Overwrite,
            DefineKind::IfNotExists => IndexMode::IfNotExists,
        },
        kind: match &definition.index {
            Index::Idx | Index::Uniq => IndexKind::Values,
            Index::Hnsw(_) | Index::DiskAnn(_) => IndexKind::Vector,
            Index::FullText(_) => IndexKind::FullText,
            Index::Count(None) => IndexKind::Count,
            Index::Count(Some(_)) => IndexKind::CountSome,
        },
        fields: fields.unwrap_or_default(),
    })
}

/// A new field that each update gives a value, whatever it writes. Where the value is made of the
/// one that the record has, it may be the same.
fn added_computed(definition: &DefineFieldStatement) -> Option<Effect> {
    let value = match &definition.default {
        DefineDefault::Always(value) => Some(value),
        DefineDefault::Set(_) | DefineDefault::None => None,
    };
    let value = definition.value.as_ref().or(value)?;
    if definition.kind != DefineKind::Default
        || all_in(value)
            .into_iter()
            .any(|it| matches!(it, Expr::Param(_)))
    {
        return None;
    }
    Some(Effect::AddsComputed {
        table: name(&definition.what)?,
        field: field_path(&definition.name)?,
    })
}

fn removed(removal: &RemoveStatement) -> Option<Effect> {
    Some(match removal {
        RemoveStatement::Table(removal) => Effect::RemovesTable {
            table: name(&removal.name)?,
            if_exists: removal.if_exists,
        },
        RemoveStatement::Index(removal) => Effect::RemovesIndex {
            table: name(&removal.what)?,
            index: name(&removal.name)?,
        },
        RemoveStatement::Sequence(removal) => Effect::RemovesSequence {
            sequence: name(&removal.name)?,
        },
        _ => return None,
    })
}

fn taken_from(expr: &Expr) -> Option<Effect> {
    let Expr::FunctionCall(call) = expr else {
        return None;
    };
    match (&call.receiver, &*call.arguments) {
        (Function::Normal(function), [sequence]) if function == "sequence::nextval" => {
            let sequence = name(sequence)?;
            Some(Effect::TakesFromSequence { sequence })
        }
        _ => None,
    }
}
