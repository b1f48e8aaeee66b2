//! What is likely to hurt, although it can work: a page about each rule, with what the engine does and
//! what to write instead.
//!
//! A statement that certainly fails is an error. These rules are about statements whose harm depends on
//! the records that a database holds, or of which the engine says nothing. They see the schema that
//! the migrations before have made. What they find is a compiler warning:
//!
//! ```text
//! warning: use of deprecated unit struct `MIGRATIONS::required_field`:
//!          migrations/021_stars.up.surql:1:1: from here on every update of a record of `source` that is there already fails: it has no `stars`, and `DEFAULT` is for new records [required_field]
//!            |
//!          1 | DEFINE FIELD stars ON source TYPE int DEFAULT 0;
//!            | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
//!            = help: write `UPDATE source SET stars = …` behind this statement, or make it an `option<…>`; if this is meant, begin the file with `-- migrate: allow required_field: REASON`
//! ```
//!
//! Its first line is how a macro makes the compiler warn on stable Rust. There are three ways to deal
//! with it:
//!
//! - Change the script as the rule's page says, as long as nobody has applied it.
//! - If it is meant, say why, in either script of the migration: `-- migrate: allow required_field:
//!   REASON`. The line does not count in the checksum.
//! - Set the rules for all migrations at the macro's call:
//!
//! ```text
//! embed_migrations!("migrations", deny = "all")                       // each is an error
//! embed_migrations!("migrations", deny = ["required_field"])
//! embed_migrations!("migrations", allow = ["table_removed"])
//! embed_migrations!("migrations", lint_from = 24)                     // leaves those before alone
//! ```
//!
//! What a file allows is allowed whatever is denied, and `allow` comes before `deny`.
//! `unique_with_none`, `values_moved` and `whole_table_write` are off unless they are denied, since what
//! they are about is often meant.
//!
//! What a text leaves open is not warned about: what a function does, what is written by way of
//! a variable.

#[doc = include_str!("lints/analyzer_beside_index.md")]
pub mod analyzer_beside_index {}

#[doc = include_str!("lints/clause_dropped.md")]
pub mod clause_dropped {}

#[doc = include_str!("lints/computed_in_view.md")]
pub mod computed_in_view {}

#[doc = include_str!("lints/definition_kept.md")]
pub mod definition_kept {}

#[doc = include_str!("lints/edges_left.md")]
pub mod edges_left {}

#[doc = include_str!("lints/events_fired.md")]
pub mod events_fired {}

#[doc = include_str!("lints/ignored_write.md")]
pub mod ignored_write {}

#[doc = include_str!("lints/index_in_foreground.md")]
pub mod index_in_foreground {}

#[doc = include_str!("lints/made_computed.md")]
pub mod made_computed {}

#[doc = include_str!("lints/missing_name.md")]
pub mod missing_name {}

#[doc = include_str!("lints/misspelt_table.md")]
pub mod misspelt_table {}

#[doc = include_str!("lints/narrowed_type.md")]
pub mod narrowed_type {}

#[doc = include_str!("lints/never_null.md")]
pub mod never_null {}

#[doc = include_str!("lints/permissions_dropped.md")]
pub mod permissions_dropped {}

#[doc = include_str!("lints/readonly_unfilled.md")]
pub mod readonly_unfilled {}

#[doc = include_str!("lints/records_not_restored.md")]
pub mod records_not_restored {}

#[doc = include_str!("lints/reference_unfilled.md")]
pub mod reference_unfilled {}

#[doc = include_str!("lints/required_field.md")]
pub mod required_field {}

#[doc = include_str!("lints/stale_index.md")]
pub mod stale_index {}

#[doc = include_str!("lints/table_removed.md")]
pub mod table_removed {}

#[doc = include_str!("lints/unique_index_removed.md")]
pub mod unique_index_removed {}

#[doc = include_str!("lints/unique_with_none.md")]
pub mod unique_with_none {}

#[doc = include_str!("lints/unknown_field.md")]
pub mod unknown_field {}

#[doc = include_str!("lints/unset_required.md")]
pub mod unset_required {}

#[doc = include_str!("lints/values_left.md")]
pub mod values_left {}

#[doc = include_str!("lints/values_moved.md")]
pub mod values_moved {}

#[doc = include_str!("lints/view_replaced.md")]
pub mod view_replaced {}

#[doc = include_str!("lints/whole_table_write.md")]
pub mod whole_table_write {}

#[doc = include_str!("lints/wrong_default.md")]
pub mod wrong_default {}
