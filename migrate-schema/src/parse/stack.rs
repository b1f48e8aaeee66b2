//! Room for the parser, which calls itself once for each comment and once for the blanks behind it.

use std::thread;

/// As many comments as fit on any thread's stack.
const FEW: usize = 1_000;

/// What a comment and the blanks behind it take on the stack, in bytes, rounded up: in a build without
/// optimisation it was seen to be 1,100.
const EACH: usize = 4 * 1024;

/// What parsing takes apart from comments, in bytes.
const REST: usize = 8 * 1024 * 1024;

/// Calls the function where the stack has room for parsing the text.
pub fn with_room_for<T: Send>(text: &str, parse: impl Fn() -> T + Send + Sync) -> T {
    let comments = most_comments(text);
    if comments <= FEW {
        return parse();
    }
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(REST + comments * EACH);
        let parsed = builder
            .spawn_scoped(scope, &parse)
            .map(thread::ScopedJoinHandle::join);
        match parsed {
            Ok(Ok(parsed)) => parsed,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // No memory for another thread: this one may have enough.
            Err(_) => parse(),
        }
    })
}

/// How many comments there are at most: some of these are operators, or stand in a string.
fn most_comments(text: &str) -> usize {
    let openings = ["--", "//", "/*", "#"].into_iter();
    openings.map(|opening| text.matches(opening).count()).sum()
}
