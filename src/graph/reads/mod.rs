//! Single reads in few requests.
//!
//! Terraform asks for objects one by one, some at a time. What arrives together goes out together: in `$batch`, and where a
//! collection can, by `id in (...)` inside of it. Once as many requests were spent on a collection as its list costs, the
//! list is read and answers the rest, so it is never more than twice the better way. What neither a filter nor a list shows
//! is asked for by its id before anybody is told that it is not there.
//!
//! [`queue`] decides, and waits for nothing; [`list`] is what is known of one collection, [`flight`] what goes into a
//! request, [`answered`] what comes of it; [`send`] is their way to Graph and back.

mod answered;
mod flight;
mod list;
pub(super) mod queue;
mod read;
mod send;

pub(crate) use list::ANSWERS_FOR;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
