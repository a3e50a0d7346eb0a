//! What a provider function is.

use crate::value::{Type, Value};

/// One parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name, for the page and for messages.
    pub name: &'static str,
    /// One sentence for the registry's page.
    pub description: &'static str,
    /// What it takes.
    pub ty: Type,
    /// Whether null is taken; else core refuses it.
    pub nullable: bool,
}

/// The table of a function.
#[derive(Clone, Debug)]
pub struct FunctionSpec {
    /// Its name, without a prefix.
    pub name: &'static str,
    /// One sentence for the registry's page.
    pub summary: &'static str,
    /// More than one sentence.
    pub description: &'static str,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// What it gives.
    pub returns: Type,
}

/// Why a function gives nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// The argument it is about, from 0.
    pub argument: Option<i64>,
    /// What is wrong, and what to do.
    pub text: String,
}

/// A pure function: the same arguments give the same result.
pub trait Function: Send + Sync {
    /// Its table.
    fn spec(&self) -> FunctionSpec;

    /// Its result. Arguments are of the declared types and known; core passes none that is unknown.
    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError>;
}
