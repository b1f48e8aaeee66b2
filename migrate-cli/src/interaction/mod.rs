//! What a command does with whoever sits at the terminal, apart from printing its answer: asking
//! before something is lost, showing progress, ending early.

mod confirm;
mod interrupt;
mod loss;
mod progress;

pub use confirm::confirm;
pub use interrupt::Interrupt;
pub use loss::down;
#[cfg(feature = "schema")]
pub use loss::up;
pub use progress::Progress;
