//! The msgpack and JSON forms of a value.
