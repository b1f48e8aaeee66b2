//! What became of many databases, and how far each of them is.

use std::collections::BTreeMap;
use std::fmt;

use migrate_files::Version;
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use crate::error::Error;
use crate::report::Report;
use crate::report::format::{count, name_width};

/// What a call did to many databases. Prints those that it changed and those that failed, and counts
/// the rest.
///
/// As JSON it has the fields below, `message` (its last line) and `rendered` (all of it); a tenant has
/// `name`, and either `report` or `error`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TenantsReport {
    /// Each database that was begun, in the order in which they ended.
    pub tenants: Vec<TenantReport>,
    /// Whether the call ended before it had begun all of them.
    pub is_stopped: bool,
}

/// What a call did to one of many databases.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TenantReport {
    /// `namespace/database`, or the name that was given to a connection.
    pub name: String,
    /// What was done, or why not.
    pub result: Result<Report, Error>,
}

/// Some of many databases have failed. Prints what the [`TenantsReport`] prints, with each error in
/// full.
#[derive(Clone)]
pub struct FailedTenants(Box<TenantsReport>);

impl FailedTenants {
    /// What became of all databases, those included that did not fail.
    #[must_use]
    pub fn report(&self) -> &TenantsReport {
        &self.0
    }
}

impl TenantsReport {
    pub(crate) fn checked(self) -> Result<Self, FailedTenants> {
        let is_well = self.failed().next().is_none();
        match is_well {
            true => Ok(self),
            false => Err(FailedTenants(Box::new(self))),
        }
    }

    /// The databases that failed, with why.
    pub fn failed(&self) -> impl Iterator<Item = (&str, &Error)> {
        let tenants = self.tenants.iter();
        tenants.filter_map(|tenant| Some((&*tenant.name, tenant.result.as_ref().err()?)))
    }

    /// Whether there was nothing to do anywhere.
    #[must_use]
    pub fn is_up_to_date(&self) -> bool {
        let up_to_date =
            |tenant: &TenantReport| tenant.result.as_ref().is_ok_and(Report::is_up_to_date);
        self.tenants.iter().all(up_to_date)
    }

    fn message(&self) -> String {
        let failed = self.failed().count();
        let reports = self.tenants.iter();
        let reports = reports.filter_map(|tenant| tenant.result.as_ref().ok());
        let (up_to_date, changed): (Vec<_>, Vec<_>) =
            reports.partition(|report| report.is_up_to_date());
        let counts = [
            (changed.len(), "migrated"),
            (up_to_date.len(), "up to date"),
            (failed, "failed"),
        ];
        message(self.tenants.len(), counts, self.is_stopped)
    }
}

/// `5 databases: 2 migrated, 3 up to date; the rest was not begun`.
fn message<W: fmt::Display>(
    databases: usize,
    counts: impl IntoIterator<Item = (usize, W)>,
    is_stopped: bool,
) -> String {
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let databases = count(databases, "database");
    let mut message = match counts.is_empty() {
        true => databases,
        false => format!("{databases}: {}", counts.join(", ")),
    };
    if is_stopped {
        message.push_str("; the rest was not begun");
    }
    message
}

/// Databases with what there is to say of each, in the order of their names.
fn write_table<'a>(
    f: &mut fmt::Formatter<'_>,
    lines: impl Iterator<Item = (&'a str, String)>,
) -> fmt::Result {
    let mut lines: Vec<(&str, String)> = lines.collect();
    lines.sort();
    let width = name_width(lines.iter().map(|(name, _)| *name));
    for (name, what) in lines {
        writeln!(f, "{name:<width$}  {what}")?;
    }
    Ok(())
}

fn failed(error: &Error) -> String {
    format!("failed: {}", error.message())
}

impl fmt::Display for TenantsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenants = self.tenants.iter();
        let lines = tenants.filter_map(|TenantReport { name, result }| {
            let what = match result {
                Ok(report) if report.is_up_to_date() => return None,
                Ok(report) => report.message(),
                Err(error) => failed(error),
            };
            Some((&**name, what))
        });
        write_table(f, lines)?;
        f.write_str(&self.message())
    }
}

impl fmt::Display for FailedTenants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut failed: Vec<_> = self.0.failed().collect();
        failed.sort_by_key(|(name, _)| *name);
        let databases = count(self.0.tenants.len(), "database");
        writeln!(f, "{} of {databases} failed", failed.len())?;
        for (name, error) in failed {
            let mut lines = error.to_string();
            lines = lines.replace('\n', "\n    ");
            writeln!(f, "  = {name}: {lines}")?;
        }
        write!(f, "  = all in all, {}", self.0.message())?;
        f.write_str("\n  = help: once the causes are gone, the same call does what is left")
    }
}

impl fmt::Debug for FailedTenants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for FailedTenants {}

/// How far many databases are. Prints how many are at which version, and by name those that do not have
/// just this build's migrations.
///
/// As JSON it has the fields below, `by_version`, `message` (its last line) and `rendered` (all of it).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TenantsStatus {
    /// Each database that was asked, in the order in which they answered.
    pub tenants: Vec<TenantStatus>,
    /// Whether the call ended before all were asked.
    pub is_stopped: bool,
}

/// How far one of many databases is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TenantStatus {
    /// `namespace/database`, or the name that was given to a connection.
    pub name: String,
    /// How far it is, or why nobody knows.
    pub result: Result<TenantVersion, Error>,
}

/// How far a database is, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct TenantVersion {
    /// The highest version that is applied; 0 if none is.
    pub current_version: Version,
    /// How many migrations of this build are not applied.
    pub pending: usize,
    /// How many were applied with another text.
    pub changed: usize,
    /// How many are applied that this build does not have.
    pub newer: usize,
}

impl TenantVersion {
    /// Whether it has just this build's migrations.
    #[must_use]
    pub fn is_up_to_date(&self) -> bool {
        (self.pending, self.changed, self.newer) == (0, 0, 0)
    }
}

impl fmt::Display for TenantVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {}", self.current_version)?;
        for (count, what) in [
            (self.pending, "pending"),
            (self.changed, "changed"),
            (self.newer, "not in this build"),
        ] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        Ok(())
    }
}

impl TenantsStatus {
    /// How many databases are at which version.
    #[must_use]
    pub fn by_version(&self) -> BTreeMap<Version, usize> {
        let mut by_version = BTreeMap::new();
        for tenant in &self.tenants {
            if let Ok(version) = &tenant.result {
                *by_version.entry(version.current_version).or_default() += 1;
            }
        }
        by_version
    }

    /// The databases that could not be asked, with why.
    pub fn failed(&self) -> impl Iterator<Item = (&str, &Error)> {
        let tenants = self.tenants.iter();
        tenants.filter_map(|tenant| Some((&*tenant.name, tenant.result.as_ref().err()?)))
    }

    fn message(&self) -> String {
        let by_version = self.by_version().into_iter().rev();
        let words = by_version
            .map(|(version, count)| (count, format!("at version {version}")))
            .chain([(self.failed().count(), "failed".to_owned())]);
        message(self.tenants.len(), words, self.is_stopped)
    }
}

impl fmt::Display for TenantsStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenants = self.tenants.iter();
        let lines = tenants.filter_map(|TenantStatus { name, result }| {
            let what = match result {
                Ok(version) if version.is_up_to_date() => return None,
                Ok(version) => version.to_string(),
                Err(error) => failed(error),
            };
            Some((&**name, what))
        });
        write_table(f, lines)?;
        f.write_str(&self.message())
    }
}

/// A tenant in JSON: its name, and what came of it under one of two keys.
struct Named<'a, T> {
    name: &'a str,
    key: &'static str,
    result: &'a Result<T, Error>,
}

impl<T: Serialize> Serialize for Named<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Tenant", 2)?;
        fields.serialize_field("name", self.name)?;
        match self.result {
            Ok(value) => fields.serialize_field(self.key, value)?,
            Err(error) => fields.serialize_field("error", error)?,
        }
        fields.end()
    }
}

impl Serialize for TenantReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, result) = (&*self.name, &self.result);
        let key = "report";
        Named { name, key, result }.serialize(serializer)
    }
}

impl Serialize for TenantStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, result) = (&*self.name, &self.result);
        let key = "status";
        Named { name, key, result }.serialize(serializer)
    }
}

impl Serialize for TenantsReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("TenantsReport", 4)?;
        fields.serialize_field("tenants", &self.tenants)?;
        fields.serialize_field("is_stopped", &self.is_stopped)?;
        fields.serialize_field("message", &self.message())?;
        fields.serialize_field("rendered", &self.to_string())?;
        fields.end()
    }
}

impl Serialize for TenantsStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("TenantsStatus", 5)?;
        fields.serialize_field("tenants", &self.tenants)?;
        fields.serialize_field("by_version", &self.by_version())?;
        fields.serialize_field("is_stopped", &self.is_stopped)?;
        fields.serialize_field("message", &self.message())?;
        fields.serialize_field("rendered", &self.to_string())?;
        fields.end()
    }
}
