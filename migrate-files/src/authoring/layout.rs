//! How statements are laid out in a file.

use migrate_schema::transition::Step;

/// The longest line of a comment.
const WIDTH: usize = 100;

/// The statements as the text of a script: what belongs together stands together, and why a statement
/// is there is said once.
pub fn lay_out(steps: &[Step]) -> String {
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut said = Vec::new();
    for part in steps.chunk_by(|a, b| a.part == b.part) {
        for step in part {
            let comment = step.comment.as_ref().filter(|it| !said.contains(it));
            said.extend(comment);
            let text = match comment {
                Some(comment) => comment_lines(comment.text()) + &line(step),
                None => line(step),
            };
            let is_alone = text.lines().count() > 1;
            let is_short = part.len() == 1 && !is_alone;
            match paragraphs.last_mut() {
                Some(last) if last.takes(is_alone, is_short, step == &part[0]) => {
                    last.text += &text;
                }
                _ => paragraphs.push(Paragraph {
                    text,
                    is_alone,
                    is_short,
                }),
            }
        }
    }
    let texts = paragraphs.into_iter().map(|it| it.text);
    texts.collect::<Vec<_>>().join("\n")
}

/// Statements without a blank line between them.
struct Paragraph {
    text: String,
    /// It is one statement of several lines, or with a comment.
    is_alone: bool,
    /// Each statement is all that there is about something.
    is_short: bool,
}

impl Paragraph {
    /// Whether a statement may stand below, in no other paragraph.
    const fn takes(&self, is_alone: bool, is_short: bool, is_about_other: bool) -> bool {
        let is_same = !is_about_other || self.is_short && is_short;
        !self.is_alone && !is_alone && is_same
    }
}

fn line(step: &Step) -> String {
    format!("{};\n", step.statement)
}

/// A comment, over as many lines as it takes.
pub fn comment_lines(comment: &str) -> String {
    let mut lines = String::new();
    let mut line = "--".to_owned();
    for word in comment.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            "--".clone_into(&mut line);
        }
        line.push(' ');
        line.push_str(word);
    }
    lines.push_str(&line);
    lines.push('\n');
    lines
}
