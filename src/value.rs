//! Values: null, unknown, exact numbers.
