//! Dates in the place of versions, as other tools write them: `20260419101500_x.surql`,
//! `20260419_101500_x.surql`.

use std::ops::RangeInclusive;

/// A date and a time of day, as the fourteen digits of `YYYYMMDDHHMMSS`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(String);

impl Date {
    /// Splits a date from the start of a name: the date, how it is written, and the rest. Seconds,
    /// or all of the time, may be left out.
    pub fn split_from(name: &str) -> Option<(Self, &str, &str)> {
        Self::split_with_time(name).or_else(|| {
            let (digits, rest) = split_digits(name);
            Some((Self::parse(digits)?, digits, rest))
        })
    }

    /// The time is separated from the day: `20260419_101500`.
    fn split_with_time(name: &str) -> Option<(Self, &str, &str)> {
        let (day, rest) = split_digits(name);
        let (time, rest) = split_digits(rest.strip_prefix('_')?);
        let is_whole = !rest.starts_with(char::is_alphanumeric);
        let is_time = is_whole && day.len() == 8 && matches!(time.len(), 4 | 6);
        let date = is_time.then(|| Self::parse(&format!("{day}{time}")))??;
        Some((date, &name[..day.len() + 1 + time.len()], rest))
    }

    fn parse(digits: &str) -> Option<Self> {
        const PARTS: [(RangeInclusive<usize>, RangeInclusive<u32>); 6] = [
            (0..=3, 1970..=2199),
            (4..=5, 1..=12),
            (6..=7, 1..=31),
            (8..=9, 0..=23),
            (10..=11, 0..=59),
            (12..=13, 0..=60),
        ];
        if !matches!(digits.len(), 8 | 12 | 14) {
            return None;
        }
        let date = format!("{digits:0<14}");
        let is_date = PARTS.iter().all(|(part, range)| {
            let number = date.get(part.clone()).and_then(|part| part.parse().ok());
            number.is_some_and(|number| range.contains(&number))
        });
        is_date.then_some(Self(date))
    }
}

/// The digits that a name begins with, and the rest.
pub fn split_digits(name: &str) -> (&str, &str) {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    name.split_at(name.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(name: &str) -> Option<(String, &str, &str)> {
        Date::split_from(name).map(|(date, digits, rest)| (date.0, digits, rest))
    }

    #[test]
    fn dates_are_written_in_several_ways() {
        for (name, date, digits, rest) in [
            ("20260419101500_x", "20260419101500", "20260419101500", "_x"),
            (
                "20260419_101500_x",
                "20260419101500",
                "20260419_101500",
                "_x",
            ),
            ("20260419_101500", "20260419101500", "20260419_101500", ""),
            ("202604191015_x", "20260419101500", "202604191015", "_x"),
            ("20260419_1015_x", "20260419101500", "20260419_1015", "_x"),
            ("20260419_x", "20260419000000", "20260419", "_x"),
            ("20260419", "20260419000000", "20260419", ""),
            ("20260419-x", "20260419000000", "20260419", "-x"),
            ("20260419+1_1015", "20260419000000", "20260419", "+1_1015"),
            // No times of day: the name begins with a number.
            ("20260419_2500_x", "20260419000000", "20260419", "_2500_x"),
            ("20260419_101_x", "20260419000000", "20260419", "_101_x"),
            (
                "20260419_101500-x",
                "20260419101500",
                "20260419_101500",
                "-x",
            ),
            ("20260419_1015x", "20260419000000", "20260419", "_1015x"),
            ("19991231235960_x", "19991231235960", "19991231235960", "_x"),
            (
                "21991231_000000_x",
                "21991231000000",
                "21991231_000000",
                "_x",
            ),
        ] {
            let expected = (date.to_owned(), digits, rest);
            assert_eq!(split(name), Some(expected), "{name}");
        }
    }

    #[test]
    fn other_numbers_are_no_dates() {
        for name in [
            "",
            "x",
            "001_x",
            "2026041_x",
            "202604190_x",
            "2026041910_x",
            "20260419101_x",
            "2026041910150_x",
            "202604191015000_x",
            "19691231_x",
            "22000101_x",
            "20260019_x",
            "20261319_x",
            "20260400_x",
            "20260432_x",
            "20260419240000_x",
            "20260419106000_x",
            "20260419101561_x",
            "2026-04-19_x",
            "202604_19101500_x",
        ] {
            assert_eq!(split(name), None, "{name}");
        }
    }
}
