//! What a resource is, and the verbs most of them share.
