//! What a create sends, and how what it made is known again.

use serde_json::Value as Json;

use crate::{
    resource::{Spec, body},
    value::Value,
};

/// What a create sends.
pub struct Post {
    /// The body.
    pub(super) body: Json,
    /// The object as reads show it once that is done.
    pub(super) shown: Value,
    /// A filter that only what this body made can match.
    pub(super) mark: Option<String>,
    /// A filter that narrows the collection.
    pub(super) narrowed: Option<String>,
    /// What is sent next, as a change.
    then: Option<Json>,
}

impl Post {
    /// Of this object, as the table says.
    pub fn of(spec: &Spec, planned: &Value) -> Post {
        let (body, shown) = (body::create(spec, planned), planned.clone());
        Post { body, shown, mark: None, narrowed: None, then: None }
    }

    /// The body, for what a table has no word for.
    pub fn body(&mut self) -> &mut Json {
        &mut self.body
    }

    /// Only what this very body made can match this filter.
    #[must_use]
    pub fn marked(self, filter: String) -> Post {
        Post { mark: Some(filter), ..self }
    }

    /// What it made is among those that match this filter.
    #[must_use]
    pub fn narrowed(self, filter: String) -> Post {
        Post { narrowed: Some(filter), ..self }
    }

    /// Graph takes part of it by a change only, sent next.
    #[must_use]
    pub fn then(self, change: Json) -> Post {
        Post { then: Some(change), ..self }
    }

    /// What is sent next, as a change.
    pub(in crate::resource::shape) fn next(&self) -> Option<&Json> {
        self.then.as_ref()
    }

    /// What reads have to show before it is done.
    pub(in crate::resource::shape) fn written(&self) -> &Json {
        &self.body
    }
}
