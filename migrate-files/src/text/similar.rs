//! Which name is likely to be meant by one that is not there.

/// For how many characters of a name one may be wrong, left out or in another place, for it to be
/// taken for another one.
const CHARACTERS_PER_SLIP: usize = 3;

/// The name among some that another one is most like, if it is one that could be misspelt so.
pub fn similar<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let slips = |other: &&str| strsim::damerau_levenshtein(other, name);
    let most = names.min_by_key(slips)?;
    let length = name.chars().count();
    let is_similar = slips(&most) <= length.max(CHARACTERS_PER_SLIP) / CHARACTERS_PER_SLIP;
    // One of which every character is another one is not misspelt.
    (is_similar && slips(&most) < length).then_some(most)
}
