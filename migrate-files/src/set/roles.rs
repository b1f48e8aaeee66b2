//! Which of a version's files are up scripts, and which are down scripts.

use super::source::Source;
use crate::listing::Suffix;

/// The files of one version by what they are, each kind in the order of the names.
pub struct Roles {
    pub ups: Vec<Source>,
    pub downs: Vec<Source>,
}

impl Roles {
    /// A plain name that ends in `_down` is a down script where the up script that it would belong
    /// to is there, and otherwise an up script with such a name. Where there is another up script
    /// and no down script it counts as a down script as well: of the two mistakes that this could
    /// be, a name that differs is the likelier one.
    pub fn of(mut files: Vec<Source>) -> Self {
        // Shorter names first, so that the up script of a `_down` is found by then.
        files.sort_by_key(|file| (file.name.name_before_down().is_some(), file.name.name.len()));
        let mut roles = Self {
            ups: Vec::new(),
            downs: Vec::new(),
        };
        let (plain, suffixed): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|file| file.name.suffix == Suffix::None);
        for file in suffixed {
            match file.name.suffix {
                Suffix::Down => roles.downs.push(file),
                Suffix::Up | Suffix::None => roles.ups.push(file),
            }
        }
        for file in plain {
            match roles.has_up_for(&file) || roles.lacks_only(&file) {
                true => roles.downs.push(file),
                false => roles.ups.push(file),
            }
        }
        roles.ups.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        roles.downs.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        roles
    }

    fn has_up_for(&self, plain: &Source) -> bool {
        let shorter = plain.name.name_before_down();
        shorter.is_some_and(|name| self.ups.iter().any(|up| up.name.name == name))
    }

    /// Whether a down script is all that is missing, and this could be one but for its name.
    fn lacks_only(&self, plain: &Source) -> bool {
        plain.name.name_before_down().is_some() && !self.ups.is_empty() && self.downs.is_empty()
    }
}
