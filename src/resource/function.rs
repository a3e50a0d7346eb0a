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
    /// Whether what is unknown is taken; else core makes the result unknown without a call.
    pub takes_unknown: bool,
}

impl Parameter {
    /// One that takes neither null nor what is unknown.
    pub fn new(name: &'static str, description: &'static str, ty: Type) -> Parameter {
        Parameter { name, description, ty, nullable: false, takes_unknown: false }
    }

    /// Null is taken.
    #[must_use]
    pub fn nullable(mut self) -> Parameter {
        self.nullable = true;
        self
    }

    /// What is unknown is taken.
    #[must_use]
    pub fn takes_unknown(mut self) -> Parameter {
        self.takes_unknown = true;
        self
    }
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
    /// What any number of further arguments are.
    pub variadic: Option<Parameter>,
    /// What it gives.
    pub returns: Type,
}

impl FunctionSpec {
    /// The parameter of each of so many arguments. There may be fewer parameters than arguments, or more.
    pub fn parameters_of(&self, arguments: usize) -> Vec<&Parameter> {
        let further = arguments.saturating_sub(self.parameters.len());
        let variadic = self.variadic.iter().cycle().take(if self.variadic.is_some() { further } else { 0 });
        self.parameters.iter().chain(variadic).collect()
    }
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

    /// Its result. Arguments are of the declared types; null or unknown only where their parameters take that.
    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError>;
}
