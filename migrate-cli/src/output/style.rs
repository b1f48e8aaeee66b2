//! Colours. Whether they are seen is decided where a text is written.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

/// The label of what is wrong.
pub const ERROR: Label = Label("error", AnsiColor::Red);

/// The label of what is likely to hurt.
pub const WARNING: Label = Label("warning", AnsiColor::Yellow);

/// What is as it should be.
pub const GOOD: Style = AnsiColor::Green.on_default();

/// What is still to be done.
pub const OPEN: Style = AnsiColor::Yellow.on_default();

/// What somebody has to look at.
pub const BAD: Style = AnsiColor::Red.on_default().bold();

/// What only helps to read the rest.
pub const DIM: Style = Style::new().dimmed();

const BOLD: Style = Style::new().bold();
const GUTTER: Style = AnsiColor::Blue.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();

/// What a message begins with.
#[derive(Debug, Clone, Copy)]
pub struct Label(&'static str, AnsiColor);

impl Label {
    fn style(self) -> Style {
        self.1.on_default().bold()
    }
}

/// A message with its label, in the colours that compilers use: the label and its first line, the
/// line numbers, what the carets are under, the notes.
pub fn paint(label: Label, message: &str) -> String {
    let (first, rest) = message.split_once('\n').unwrap_or((message, ""));
    let mut painted = format!("{}: {}", on(label.style(), label.0), on(BOLD, first));
    for line in rest.lines() {
        painted.push('\n');
        painted.push_str(&paint_line(label, line));
    }
    painted
}

/// A line of help behind an answer.
pub fn hint(help: &str) -> String {
    paint_line(WARNING, &format!("  = help: {help}"))
}

fn paint_line(label: Label, line: &str) -> String {
    let inner = line.trim_start();
    let indent = &line[..line.len() - inner.len()];
    if let Some(help) = inner.strip_prefix("= help: ") {
        return format!("{indent}{} {} {help}", on(GUTTER, "="), on(HELP, "help:"));
    }
    for mark in ["= ", "--> "] {
        if let Some(note) = inner.strip_prefix(mark) {
            return format!("{indent}{} {note}", on(GUTTER, mark.trim_end()));
        }
    }
    let number = inner.trim_start_matches(|c: char| c.is_ascii_digit());
    let Some(source) = number.trim_start().strip_prefix('|') else {
        return line.to_owned();
    };
    let gutter = on(GUTTER, &line[..line.len() - source.len()]);
    // A line without a number is the one with the carets and what stands behind them.
    let is_marks = number.len() == inner.len();
    match is_marks && !source.is_empty() {
        true => format!("{gutter}{}", on(label.style(), source)),
        false => format!("{gutter}{source}"),
    }
}

/// Text in a style.
pub fn on(style: Style, text: &str) -> String {
    let mut styled = String::new();
    let _ = write!(styled, "{style}{text}{style:#}");
    styled
}
