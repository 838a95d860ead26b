//! What an e-invoice states: the values of its XML, told with the place on the page where they also stand.

mod index;
mod syntax;
mod told;
mod wants;

#[cfg(test)]
mod tests;

pub(crate) use self::index::Xml;
pub(crate) use self::told::{rows, single};
