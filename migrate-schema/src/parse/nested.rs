//! Everything that is nested in a statement, whether it is evaluated along with it or kept for later:
//! the body of a function, an event, a permission.

use std::collections::HashSet;
use std::ops::Bound;

use surrealdb_sql::literal::ObjectEntry;
use surrealdb_sql::lookup::LookupSubject;
use surrealdb_sql::operator::PostfixOperator;
use surrealdb_sql::order::Ordering;
use surrealdb_sql::part::{DestructurePart, RecurseInstruction};
use surrealdb_sql::reference::ReferenceDeleteStrategy;
use surrealdb_sql::statements::access::AccessStatement;
use surrealdb_sql::statements::alter::field::AlterDefault;
use surrealdb_sql::statements::alter::{AlterApiClause, AlterKind};
use surrealdb_sql::statements::define::config::ConfigInner;
use surrealdb_sql::statements::define::config::api::ApiConfig;
use surrealdb_sql::statements::define::{ApiAction, DefineDefault};
use surrealdb_sql::statements::info::InfoStatement;
use surrealdb_sql::statements::live::LiveFields;
use surrealdb_sql::statements::r#use::UseStatement;
use surrealdb_sql::statements::{
    AlterStatement, DefineStatement, RemoveStatement, SelectStatement,
};
use surrealdb_sql::{
    AccessType, Cond, Data, Expr, Fetchs, Field, Fields, Groups, Idiom, Index, Literal, Lookup,
    Output, Part, Permission, Permissions, RecordIdKeyLit, RecordIdKeyRangeLit, Splits,
    TopLevelExpr,
};

/// How deep to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Without what a definition or a closure keeps for later.
    WhatRuns,
    /// With it.
    Everything,
}

/// A statement's expressions and inner statements.
pub fn all(statement: &TopLevelExpr, depth: Depth) -> Vec<&Expr> {
    let mut nested = Nested::default();
    nested.top_level(statement);
    nested.with_all_inside(depth)
}

/// What a statement keeps for later, apart from what is evaluated at once: `runs`.
pub fn kept_for_later<'a>(statement: &'a TopLevelExpr, runs: &[&'a Expr]) -> Vec<&'a Expr> {
    let keeps = |expr: &&Expr| matches!(expr, Expr::Define(_) | Expr::Alter(_) | Expr::Closure(_));
    if !runs.iter().any(keeps) {
        return Vec::new();
    }
    let mut later = all(statement, Depth::Everything);
    if later.len() == runs.len() {
        return Vec::new();
    }
    let runs: HashSet<*const Expr> = runs.iter().map(|expr| std::ptr::from_ref(*expr)).collect();
    later.retain(|expr| !runs.contains(&std::ptr::from_ref(*expr)));
    later
}

/// An expression and everything in it.
pub fn all_in(expr: &Expr) -> Vec<&Expr> {
    Nested(vec![expr]).with_all_inside(Depth::Everything)
}

/// The expressions directly inside of something. The matches have an arm for everything there is,
/// so that what a later engine adds is not overlooked.
#[derive(Default)]
struct Nested<'a>(Vec<&'a Expr>);

impl<'a> Nested<'a> {
    fn with_all_inside(mut self, depth: Depth) -> Vec<&'a Expr> {
        let mut next = 0;
        while let Some(expr) = self.0.get(next).copied() {
            match (depth, expr) {
                (Depth::WhatRuns, Expr::Define(definition)) => self.evaluated_to_define(definition),
                (Depth::WhatRuns, Expr::Alter(alteration)) => self.evaluated_to_alter(alteration),
                (Depth::WhatRuns, Expr::Closure(_)) => {}
                _ => self.inside(expr),
            }
            next += 1;
        }
        self.0
    }

    fn add(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        self.0.extend(exprs);
    }

    fn top_level(&mut self, statement: &'a TopLevelExpr) {
        match statement {
            TopLevelExpr::Begin
            | TopLevelExpr::Cancel
            | TopLevelExpr::Commit
            | TopLevelExpr::Option(_)
            | TopLevelExpr::Show(_) => {}
            TopLevelExpr::Access(access) => match &**access {
                AccessStatement::Show(show) => self.cond(show.cond.as_ref()),
                AccessStatement::Revoke(revoke) => self.cond(revoke.cond.as_ref()),
                AccessStatement::Grant(_) | AccessStatement::Purge(_) => {}
            },
            TopLevelExpr::Kill(kill) => self.add([&kill.id]),
            TopLevelExpr::Live(live) => {
                if let LiveFields::Select(fields) = &live.fields {
                    self.fields(fields);
                }
                self.add([&live.what]);
                self.cond(live.cond.as_ref());
                self.fetch(live.fetch.as_ref());
            }
            TopLevelExpr::Use(selection) => match selection {
                UseStatement::Ns(name) | UseStatement::Db(name) => self.add([name]),
                UseStatement::NsDb(namespace, database) => self.add([namespace, database]),
                UseStatement::Default => {}
            },
            TopLevelExpr::Expr(expr) => self.add([expr]),
        }
    }

    fn inside(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Param(_)
            | Expr::Table(_)
            | Expr::Mock(_)
            | Expr::Constant(_)
            | Expr::Break
            | Expr::Continue
            | Expr::Rebuild(_)
            | Expr::Sleep(_) => {}
            Expr::Literal(literal) => self.literal(literal),
            Expr::Idiom(idiom) => self.idiom(idiom),
            Expr::Block(block) => self.add(&block.0),
            Expr::Prefix { expr, .. } | Expr::Throw(expr) => self.add([&**expr]),
            Expr::Postfix { expr, op } => {
                self.add([&**expr]);
                match op {
                    PostfixOperator::MethodCall(_, arguments)
                    | PostfixOperator::Call(arguments) => self.add(arguments),
                    PostfixOperator::Range | PostfixOperator::RangeSkip => {}
                }
            }
            Expr::Binary { left, right, .. } => self.add([&**left, &**right]),
            Expr::FunctionCall(call) => self.add(&call.arguments),
            Expr::Closure(closure) => self.add([&closure.body]),
            Expr::Return(output) => {
                self.add([&output.what]);
                self.fetch(output.fetch.as_ref());
            }
            Expr::IfElse(branches) => {
                self.add(branches.exprs.iter().flat_map(|(when, then)| [when, then]));
                self.add(&branches.close);
            }
            Expr::Foreach(each) => {
                self.add([&each.range]);
                self.add(&each.block.0);
            }
            Expr::Let(assigned) => self.add([&assigned.what]),
            Expr::Explain { statement, .. } => self.add([&**statement]),
            Expr::Info(info) => self.info(info),
            Expr::Select(select) => self.select(select),
            Expr::Create(create) => {
                self.add(&create.what);
                self.data(create.data.as_ref());
                self.output(create.output.as_ref());
                self.add([&create.timeout]);
            }
            Expr::Update(update) => {
                self.add(&update.what);
                self.data(update.data.as_ref());
                self.cond(update.cond.as_ref());
                self.output(update.output.as_ref());
                self.add([&update.timeout]);
            }
            Expr::Upsert(upsert) => {
                self.add(&upsert.what);
                self.data(upsert.data.as_ref());
                self.cond(upsert.cond.as_ref());
                self.output(upsert.output.as_ref());
                self.add([&upsert.timeout]);
            }
            Expr::Delete(delete) => {
                self.add(&delete.what);
                self.cond(delete.cond.as_ref());
                self.output(delete.output.as_ref());
                self.add([&delete.timeout]);
            }
            Expr::Relate(relate) => {
                self.add([&relate.from, &relate.through, &relate.to]);
                self.data(relate.data.as_ref());
                self.output(relate.output.as_ref());
                self.add([&relate.timeout]);
            }
            Expr::Insert(insert) => {
                self.add(&insert.into);
                self.data(Some(&insert.data));
                self.data(insert.update.as_ref());
                self.output(insert.output.as_ref());
                self.add([&insert.timeout]);
            }
            Expr::Define(definition) => self.define(definition),
            Expr::Alter(alteration) => self.alter(alteration),
            Expr::Remove(removal) => self.remove(removal),
        }
    }

    fn literal(&mut self, literal: &'a Literal) {
        match literal {
            Literal::Array(items) | Literal::Set(items) => self.add(items),
            Literal::Object(entries) => self.entries(entries),
            Literal::RecordId(id) => self.key(&id.key),
            Literal::None
            | Literal::Null
            | Literal::UnboundedRange
            | Literal::Bool(_)
            | Literal::Float(_)
            | Literal::Integer(_)
            | Literal::Decimal(_)
            | Literal::Duration(_)
            | Literal::String(_)
            | Literal::Datetime(_)
            | Literal::Uuid(_)
            | Literal::Regex(_)
            | Literal::Geometry(_)
            | Literal::File(_)
            | Literal::Bytes(_) => {}
        }
    }

    fn entries(&mut self, entries: &'a [ObjectEntry]) {
        self.add(entries.iter().map(|entry| &entry.value));
    }

    fn key(&mut self, key: &'a RecordIdKeyLit) {
        match key {
            RecordIdKeyLit::Number(_)
            | RecordIdKeyLit::String(_)
            | RecordIdKeyLit::Uuid(_)
            | RecordIdKeyLit::Generate(_) => {}
            RecordIdKeyLit::Array(items) => self.add(items),
            RecordIdKeyLit::Object(entries) => self.entries(entries),
            RecordIdKeyLit::Range(range) => self.key_range(range),
        }
    }

    fn key_range(&mut self, range: &'a RecordIdKeyRangeLit) {
        for bound in [&range.start, &range.end] {
            if let Bound::Included(key) | Bound::Excluded(key) = bound {
                self.key(key);
            }
        }
    }

    fn idiom(&mut self, idiom: &'a Idiom) {
        for part in &idiom.0 {
            match part {
                Part::Start(expr) | Part::Where(expr) | Part::Value(expr) => self.add([expr]),
                Part::Method(_, arguments) => self.add(arguments),
                Part::Graph(lookup) => self.lookup(lookup),
                Part::Destructure(parts) => self.destructure(parts),
                Part::Recurse(_, idiom, instruction) => {
                    self.idioms(idiom);
                    if let Some(RecurseInstruction::Shortest { expects, .. }) = instruction {
                        self.add([expects]);
                    }
                }
                Part::All
                | Part::Flatten
                | Part::Last
                | Part::First
                | Part::Field(_)
                | Part::Optional
                | Part::Doc
                | Part::RepeatRecurse => {}
            }
        }
    }

    fn idioms(&mut self, idioms: impl IntoIterator<Item = &'a Idiom>) {
        idioms.into_iter().for_each(|idiom| self.idiom(idiom));
    }

    fn destructure(&mut self, parts: &'a [DestructurePart]) {
        for part in parts {
            match part {
                DestructurePart::All(_) | DestructurePart::Field(_) => {}
                DestructurePart::Aliased(_, idiom) => self.idiom(idiom),
                DestructurePart::Destructure(_, inner) => self.destructure(inner),
            }
        }
    }

    fn lookup(&mut self, lookup: &'a Lookup) {
        for subject in &lookup.what {
            match subject {
                LookupSubject::Table { .. } => {}
                LookupSubject::Range { range, .. } => self.key_range(range),
            }
        }
        if let Some(fields) = &lookup.expr {
            self.fields(fields);
        }
        self.cond(lookup.cond.as_ref());
        self.groups(lookup.group.as_ref());
        self.splits(lookup.split.as_ref());
        self.order(lookup.order.as_ref());
        self.add(lookup.limit.iter().map(|limit| &limit.0));
        self.add(lookup.start.iter().map(|start| &start.0));
    }

    fn select(&mut self, select: &'a SelectStatement) {
        self.fields(&select.fields);
        self.add(&select.omit);
        self.add(&select.what);
        self.cond(select.cond.as_ref());
        self.groups(select.group.as_ref());
        self.splits(select.split.as_ref());
        self.order(select.order.as_ref());
        self.add(select.limit.iter().map(|limit| &limit.0));
        self.add(select.start.iter().map(|start| &start.0));
        self.fetch(select.fetch.as_ref());
        self.add([&select.version, &select.timeout]);
    }

    fn fields(&mut self, fields: &'a Fields) {
        match fields {
            Fields::Value(value) => self.add([&value.expr]),
            Fields::Select(fields) => {
                for field in fields {
                    match field {
                        Field::All => {}
                        Field::Single(field) => self.add([&field.expr]),
                    }
                }
            }
        }
    }

    fn cond(&mut self, cond: Option<&'a Cond>) {
        self.add(cond.map(|cond| &cond.0));
    }

    fn groups(&mut self, groups: Option<&'a Groups>) {
        let groups = groups.into_iter().flat_map(|groups| &groups.0);
        self.idioms(groups.map(|group| &group.0));
    }

    fn splits(&mut self, splits: Option<&'a Splits>) {
        let splits = splits.into_iter().flat_map(|splits| &splits.0);
        self.idioms(splits.map(|split| &split.0));
    }

    fn order(&mut self, order: Option<&'a Ordering>) {
        if let Some(Ordering::Order(orders)) = order {
            self.idioms(orders.0.iter().map(|order| &order.value));
        }
    }

    fn fetch(&mut self, fetch: Option<&'a Fetchs>) {
        let fetch = fetch.into_iter().flat_map(|fetch| &fetch.0);
        self.add(fetch.map(|fetch| &fetch.0));
    }

    fn output(&mut self, output: Option<&'a Output>) {
        match output {
            Some(Output::Fields(fields)) => self.fields(fields),
            Some(Output::None | Output::Null | Output::Diff | Output::After | Output::Before)
            | None => {}
        }
    }

    fn data(&mut self, data: Option<&'a Data>) {
        match data {
            Some(Data::EmptyExpression) | None => {}
            Some(Data::SetExpression(assignments) | Data::UpdateExpression(assignments)) => {
                for assignment in assignments {
                    self.idiom(&assignment.place);
                    self.add([&assignment.value]);
                }
            }
            Some(Data::UnsetExpression(fields)) => self.idioms(fields),
            Some(
                Data::PatchExpression(value)
                | Data::MergeExpression(value)
                | Data::ReplaceExpression(value)
                | Data::ContentExpression(value)
                | Data::SingleExpression(value),
            ) => self.add([value]),
            Some(Data::ValuesExpression(rows)) => {
                for (field, value) in rows.iter().flatten() {
                    self.idiom(field);
                    self.add([value]);
                }
            }
        }
    }

    fn permission(&mut self, permission: &'a Permission) {
        match permission {
            Permission::None | Permission::Full => {}
            Permission::Specific(condition) => self.add([condition]),
        }
    }

    fn permissions(&mut self, permissions: &'a Permissions) {
        self.permission(&permissions.select);
        self.permission(&permissions.create);
        self.permission(&permissions.update);
        self.permission(&permissions.delete);
    }

    fn middleware(&mut self, config: &'a ApiConfig) {
        self.add(config.middleware.iter().flat_map(|each| &each.args));
    }

    fn api_action(&mut self, action: &'a ApiAction) {
        self.add([&action.action]);
        self.permission(&action.config.permissions);
    }

    fn evaluated_to_configure(&mut self, config: &'a ConfigInner) {
        match config {
            ConfigInner::GraphQL(_) => {}
            ConfigInner::Api(config) => self.middleware(config),
            ConfigInner::Default(config) => self.add([&config.namespace, &config.database]),
        }
    }

    fn config(&mut self, config: &'a ConfigInner) {
        if let ConfigInner::Api(config) = config {
            self.permission(&config.permissions);
        }
    }

    fn reference(&mut self, strategy: &'a ReferenceDeleteStrategy) {
        match strategy {
            ReferenceDeleteStrategy::Reject
            | ReferenceDeleteStrategy::Ignore
            | ReferenceDeleteStrategy::Cascade
            | ReferenceDeleteStrategy::Unset => {}
            ReferenceDeleteStrategy::Custom(expr) => self.add([expr]),
        }
    }

    fn access_type(&mut self, access: &'a AccessType) {
        match access {
            AccessType::Record(record) => {
                self.add(record.signup.iter().chain(&record.signin));
            }
            AccessType::Jwt(_) | AccessType::Bearer(_) => {}
        }
    }

    fn define(&mut self, definition: &'a DefineStatement) {
        self.evaluated_to_define(definition);
        match definition {
            DefineStatement::Namespace(_)
            | DefineStatement::Database(_)
            | DefineStatement::Analyzer(_)
            | DefineStatement::User(_)
            | DefineStatement::Sequence(_) => {}
            DefineStatement::Function(it) => {
                self.add(&it.block.0);
                self.permission(&it.permissions);
            }
            DefineStatement::Param(it) => self.permission(&it.permissions),
            DefineStatement::Table(it) => {
                self.permissions(&it.permissions);
                if let Some(view) = &it.view {
                    self.fields(&view.expr);
                    self.cond(view.cond.as_ref());
                    self.groups(view.group.as_ref());
                }
            }
            DefineStatement::Event(it) => {
                self.add([&it.when]);
                self.add(&it.then);
            }
            DefineStatement::Field(it) => {
                self.add(it.value.iter().chain(&it.assert).chain(&it.computed));
                match &it.default {
                    DefineDefault::None => {}
                    DefineDefault::Always(value) | DefineDefault::Set(value) => self.add([value]),
                }
                self.permissions(&it.permissions);
                if let Some(reference) = &it.reference {
                    self.reference(&reference.on_delete);
                }
            }
            DefineStatement::Index(it) => {
                self.add(&it.cols);
                if let Index::Count(cond) = &it.index {
                    self.cond(cond.as_ref());
                }
            }
            DefineStatement::Model(it) => self.permission(&it.permissions),
            DefineStatement::Access(it) => {
                self.access_type(&it.access_type);
                self.add(it.authenticate.iter().chain(&it.context));
            }
            DefineStatement::Config(it) => self.config(&it.inner),
            DefineStatement::Api(it) => {
                self.add(&it.fallback);
                self.permission(&it.config.permissions);
                it.actions.iter().for_each(|action| self.api_action(action));
            }
            DefineStatement::Bucket(it) => self.permission(&it.permissions),
            DefineStatement::Module(it) => self.permission(&it.permissions),
        }
    }

    /// What is evaluated when a definition is made, and of which the value is kept: the name, the
    /// comment, the value of a parameter.
    fn evaluated_to_define(&mut self, definition: &'a DefineStatement) {
        match definition {
            DefineStatement::Namespace(it) => self.add([&it.name, &it.comment]),
            DefineStatement::Database(it) => self.add([&it.name, &it.comment]),
            DefineStatement::Function(it) => self.add([&it.comment]),
            DefineStatement::Analyzer(it) => self.add([&it.name, &it.comment]),
            DefineStatement::Param(it) => self.add([&it.value, &it.comment]),
            DefineStatement::Table(it) => self.add([&it.name, &it.comment]),
            DefineStatement::Event(it) => self.add([&it.name, &it.target_table, &it.comment]),
            DefineStatement::Field(it) => self.add([&it.name, &it.what, &it.comment]),
            DefineStatement::Index(it) => self.add([&it.name, &it.what, &it.comment]),
            DefineStatement::User(it) => self.add([
                &it.name,
                &it.token_duration,
                &it.session_duration,
                &it.comment,
            ]),
            DefineStatement::Model(it) => self.add([&it.comment]),
            DefineStatement::Access(it) => self.add([
                &it.name,
                &it.comment,
                &it.duration.grant,
                &it.duration.token,
                &it.duration.session,
            ]),
            DefineStatement::Config(it) => self.evaluated_to_configure(&it.inner),
            DefineStatement::Api(it) => {
                self.add([&it.path, &it.comment]);
                self.middleware(&it.config);
                it.actions.iter().for_each(|it| self.middleware(&it.config));
            }
            DefineStatement::Bucket(it) => {
                self.add([&it.name, &it.comment]);
                self.add(&it.backend);
            }
            DefineStatement::Sequence(it) => {
                self.add([&it.name, &it.batch, &it.start, &it.timeout]);
            }
            DefineStatement::Module(it) => self.add([&it.comment]),
        }
    }

    /// The same of an alteration.
    fn evaluated_to_alter(&mut self, alteration: &'a AlterStatement) {
        match alteration {
            AlterStatement::Param(it) => self.add(&it.value),
            AlterStatement::Config(it) => self.evaluated_to_configure(&it.inner),
            AlterStatement::Api(it) => {
                for clause in &it.clauses {
                    match clause {
                        AlterApiClause::ForAny {
                            config: Some(config),
                            ..
                        } => self.middleware(config),
                        AlterApiClause::SetAction(action) => self.middleware(&action.config),
                        AlterApiClause::ForAny { config: None, .. }
                        | AlterApiClause::DropAction { .. } => {}
                    }
                }
            }
            AlterStatement::System(_)
            | AlterStatement::Namespace(_)
            | AlterStatement::Database(_)
            | AlterStatement::Table(_)
            | AlterStatement::Event(_)
            | AlterStatement::Index(_)
            | AlterStatement::Sequence(_)
            | AlterStatement::Field(_)
            | AlterStatement::Bucket(_)
            | AlterStatement::Analyzer(_)
            | AlterStatement::Function(_)
            | AlterStatement::User(_)
            | AlterStatement::Access(_)
            | AlterStatement::Module(_) => {}
        }
    }

    fn alter(&mut self, alteration: &'a AlterStatement) {
        self.evaluated_to_alter(alteration);
        match alteration {
            AlterStatement::System(it) => self.altered(&it.query_timeout),
            AlterStatement::Namespace(_) | AlterStatement::Database(_) => {}
            AlterStatement::Table(it) => {
                self.add([&it.name]);
                if let Some(permissions) = &it.permissions {
                    self.permissions(permissions);
                }
            }
            AlterStatement::Api(it) => {
                self.add([&it.path]);
                for clause in &it.clauses {
                    match clause {
                        AlterApiClause::ForAny { config, fallback } => {
                            if let Some(config) = config {
                                self.permission(&config.permissions);
                            }
                            self.altered(fallback);
                        }
                        AlterApiClause::SetAction(action) => self.api_action(action),
                        AlterApiClause::DropAction { .. } => {}
                    }
                }
            }
            AlterStatement::Event(it) => {
                self.add([&it.name, &it.what]);
                self.altered(&it.when);
                if let AlterKind::Set(then) = &it.then {
                    self.add(then);
                }
            }
            AlterStatement::Index(it) => self.add([&it.name, &it.table]),
            AlterStatement::Sequence(it) => {
                self.add([&it.name]);
                self.add(&it.timeout);
            }
            AlterStatement::Field(it) => {
                self.add([&it.name, &it.what]);
                self.altered(&it.value);
                self.altered(&it.assert);
                match &it.default {
                    AlterDefault::None | AlterDefault::Drop => {}
                    AlterDefault::Always(value) | AlterDefault::Set(value) => self.add([value]),
                }
                if let Some(permissions) = &it.permissions {
                    self.permissions(permissions);
                }
                if let AlterKind::Set(reference) = &it.reference {
                    self.reference(&reference.on_delete);
                }
            }
            AlterStatement::Param(it) => {
                it.permissions.iter().for_each(|it| self.permission(it));
            }
            AlterStatement::Bucket(it) => {
                self.add([&it.name]);
                it.permissions.iter().for_each(|it| self.permission(it));
            }
            AlterStatement::Config(it) => self.config(&it.inner),
            AlterStatement::Analyzer(it) => self.add([&it.name]),
            AlterStatement::Function(it) => {
                if let AlterKind::Set(block) = &it.block {
                    self.add(&block.0);
                }
                it.permissions.iter().for_each(|it| self.permission(it));
            }
            AlterStatement::User(it) => self.add([&it.name]),
            AlterStatement::Access(it) => {
                self.add([&it.name]);
                self.altered(&it.authenticate);
                self.altered(&it.context);
            }
            AlterStatement::Module(it) => {
                it.permissions.iter().for_each(|it| self.permission(it));
            }
        }
    }

    fn altered(&mut self, value: &'a AlterKind<Expr>) {
        match value {
            AlterKind::None | AlterKind::Drop => {}
            AlterKind::Set(value) => self.add([value]),
        }
    }

    fn remove(&mut self, removal: &'a RemoveStatement) {
        match removal {
            RemoveStatement::Namespace(it) => self.add([&it.name]),
            RemoveStatement::Database(it) => self.add([&it.name]),
            RemoveStatement::Analyzer(it) => self.add([&it.name]),
            RemoveStatement::Access(it) => self.add([&it.name]),
            RemoveStatement::Table(it) => self.add([&it.name]),
            RemoveStatement::Event(it) => self.add([&it.name, &it.what]),
            RemoveStatement::Field(it) => self.add([&it.name, &it.what]),
            RemoveStatement::Index(it) => self.add([&it.name, &it.what]),
            RemoveStatement::User(it) => self.add([&it.name]),
            RemoveStatement::Api(it) => self.add([&it.name]),
            RemoveStatement::Bucket(it) => self.add([&it.name]),
            RemoveStatement::Sequence(it) => self.add([&it.name]),
            RemoveStatement::Function(_)
            | RemoveStatement::Param(_)
            | RemoveStatement::Model(_)
            | RemoveStatement::Module(_)
            | RemoveStatement::Config(_) => {}
        }
    }

    fn info(&mut self, info: &'a InfoStatement) {
        match info {
            InfoStatement::Root(_, version)
            | InfoStatement::Ns(_, version)
            | InfoStatement::Db(_, version) => self.add(version),
            InfoStatement::Tb(table, _, version) => {
                self.add([table]);
                self.add(version);
            }
            InfoStatement::User(name, ..) => self.add([name]),
            InfoStatement::Index(name, table, _) => self.add([name, table]),
        }
    }
}
