//! The command line of a person.
