//! Attributes and validators: data only.
