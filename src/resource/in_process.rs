//! What this process keeps of a tenant, or of a collection of it, for as long as it lives. Terraform starts a process for
//! each alias of the provider, and one more for the apply after the plan.

use std::sync::{Arc, Mutex, PoisonError};

use crate::graph::Client;

/// One of these for each tenant and each thing of it. Made when it is first asked for.
pub(crate) struct InProcess<T>(Mutex<Vec<(Client, String, Arc<T>)>>);

impl<T: Default> InProcess<T> {
    pub(crate) const fn new() -> InProcess<T> {
        InProcess(Mutex::new(Vec::new()))
    }

    /// That of a collection, or by "" that of the whole tenant.
    pub(crate) fn of(&self, graph: &Client, collection: &str) -> Arc<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((.., found)) = all.iter().find(|(other, path, _)| path == collection && other.is_same(graph)) {
            return Arc::clone(found);
        }
        let made = Arc::<T>::default();
        all.push((graph.clone(), collection.to_owned(), Arc::clone(&made)));
        made
    }
}
