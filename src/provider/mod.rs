//! Provider settings and the choice of a credential.
