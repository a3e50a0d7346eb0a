//! `setup_problems`: what is wrong with a setup as a whole.

mod read;

use self::read::setup;
use super::undressed::undressed;
use crate::{
    knowledge::setup::{Finding, problems},
    resource::{Function, FunctionError, FunctionSpec, Parameter},
    value::{Type, Value},
};

/// The function.
pub(super) struct SetupProblems;

impl Function for SetupProblems {
    fn spec(&self) -> FunctionSpec {
        let finding = ["severity", "subject", "problem", "remedy"].map(|name| (name.into(), Type::String));
        FunctionSpec {
            name: "setup_problems",
            summary: "Tells what is wrong with devices, groups, profiles and policies together.",
            description: "Judges devices, groups, profiles, pages, policies and apps together, where each alone is right: a \
                          device that no profile reaches, or two do; pre-provisioning without an enrollment status page for \
                          the device; a hybrid profile without a domain join profile; an app that is waited for and not \
                          assigned; a group tag that no rule asks for; names that two devices share; and more. Each finding \
                          has a `severity` (`error`: a deployment fails, or a device does not get what is meant for it; \
                          `warning`: it may not do what is meant), a `subject`, a `problem` and a `remedy`. The worst come \
                          first. Call it in a `check` or a `precondition`.\n\n\
                          The setup is an object of any of `devices`, `groups`, `profiles`, `enrollment_status_pages`, \
                          `preparation_policies`, `apps`, `scripts`, `domain_join_profiles` and `corporate_identifiers`: each \
                          a list or a map of what the resources of that kind give. `devices` takes the rows of an import too, \
                          and `enrollment_status_pages` the default page. A part that is given is taken for all there is of its \
                          kind, one that is left out is not judged, and `assignments` that are not managed may reach anybody. \
                          A device whose `group_tag` is null counts as one without.\n\n\
                          What is not known yet is passed over. Where nothing is found and something is unknown, the answer is \
                          unknown, never an empty list: so a `check` says nothing before it can.",
            parameters: vec![
                Parameter::new("setup", "The parts of the setup, as an object.", Type::Dynamic).takes_unknown(),
            ],
            variadic: None,
            returns: Type::List(Box::new(Type::Object(finding.into_iter().collect()))),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let given = undressed(arguments.first().unwrap_or(&Value::Null));
        if given.is_unknown() {
            return Ok(Value::Unknown);
        }
        let setup = setup(given).map_err(|text| FunctionError { argument: Some(0), text })?;
        let found: Vec<_> = problems(&setup).into_iter().map(value).collect();
        Ok(if found.is_empty() && !given.is_wholly_known() { Value::Unknown } else { Value::List(found) })
    }
}

fn value(finding: Finding) -> Value {
    Value::object([
        ("severity", finding.severity.word().into()),
        ("subject", finding.subject.into()),
        ("problem", finding.problem.into()),
        ("remedy", finding.remedy.into()),
    ])
}

#[cfg(test)]
mod tests;
