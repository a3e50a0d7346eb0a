//! What the RPCs work on.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::resource::{Registry, Tenant, engine::Scope};

/// A registry, served. It lives for one process of core's, which configures it once.
pub struct Service {
    pub(super) registry: Arc<Registry>,
    scope: Mutex<Scope>,
}

impl Service {
    /// Serves this registry.
    pub fn new(registry: Registry) -> Service {
        let scope = Scope { tenant: Tenant::not_configured(), cancel: CancellationToken::new() };
        Service { registry: Arc::new(registry), scope: Mutex::new(scope) }
    }

    /// What a call that begins now works with.
    pub(super) fn scope(&self) -> Scope {
        self.scope.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets the tenant for the calls that begin from now on.
    pub(super) fn set_tenant(&self, tenant: Tenant) {
        self.scope.lock().unwrap_or_else(PoisonError::into_inner).tenant = tenant;
    }

    /// Cancels what is in flight; what comes afterwards is not.
    pub(super) fn stop(&self) {
        let mut scope = self.scope.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut scope.cancel).cancel();
    }
}
