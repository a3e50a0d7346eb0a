//! The shapes in which Graph keeps things, and the verbs of each, from the table alone.
//!
//! | shape | what it is | what a destroy does |
//! |---|---|---|
//! | [`collection`] | objects that are made and deleted | deletes the object |
//! | [`singleton`] | an object that every tenant has | puts back what it replaced |
//! | [`order`] | in which order the objects of a collection stand | leaves the order as it is |
//! | [`rows`] | many small objects as the rows of one map | deletes the rows that were made |
//!
//! Each verb works with [`Cx::spec`], the table. A resource that writes a verb of its own calls these functions for the rest.

pub mod collection;
mod find;
mod made;
mod object;
pub mod order;
pub mod rows;
mod seen;
pub mod singleton;
pub mod table;
mod unfinished;

use super::{Change, Cx, Listing, Private, Result, Spec, Things};
use crate::value::Value;

pub use made::Post;
pub(crate) use object::is_of_kind;
pub use table::{Adding, Many, Order, Rows, Shape, Single};

/// The things of an object that may move to another resource.
pub fn things(spec: &Spec, object: &Value, private: &Private) -> Option<Things> {
    match &spec.shape {
        Shape::Singleton => Some(singleton::things(private)),
        Shape::Rows(rows) => rows::things(rows, object),
        Shape::Collection | Shape::Order(_) => None,
    }
}

/// What the plan has to say beyond the attributes.
pub fn plan(cx: &Cx, change: &mut Change) {
    if let Shape::Rows(rows) = &cx.spec().shape {
        rows::plan(rows, &cx.private, change);
    }
}

/// Makes it.
pub async fn create(cx: &mut Cx, planned: &Value) -> Result<Value> {
    match &cx.spec().shape {
        Shape::Collection => collection::create(cx, planned).await,
        Shape::Singleton => singleton::create(cx, planned).await,
        Shape::Order(order) => order::write(order, cx, planned).await,
        Shape::Rows(rows) => rows::create(rows, cx, planned).await,
    }
}

/// Its state now; `None` where it is gone.
pub async fn read(cx: &mut Cx, state: &Value) -> Result<Option<Value>> {
    match &cx.spec().shape {
        Shape::Collection | Shape::Singleton => collection::read(cx, state).await,
        Shape::Order(order) => order::read(order, cx, state).await.map(Some),
        Shape::Rows(rows) => rows::read(rows, cx, state).await.map(Some),
    }
}

/// Changes it in place.
pub async fn update(cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
    match &cx.spec().shape {
        Shape::Collection | Shape::Singleton => collection::update(cx, prior, planned).await,
        Shape::Order(order) => order::write(order, cx, planned).await,
        Shape::Rows(rows) => rows::update(rows, cx, prior, planned).await,
    }
}

/// Removes it, or what it did.
pub async fn delete(cx: &mut Cx, state: &Value) -> Result<()> {
    match &cx.spec().shape {
        Shape::Collection => collection::delete(cx, state).await,
        Shape::Singleton => singleton::delete(cx, state).await,
        Shape::Order(_) => Ok(()),
        Shape::Rows(rows) => rows::delete(rows, cx, state).await,
    }
}

/// The whole state of what an import id names.
pub async fn import(cx: &mut Cx, id: &str) -> Result<Value> {
    match &cx.spec().shape {
        Shape::Collection => collection::import(cx, id).await,
        Shape::Singleton => singleton::import(cx, id).await,
        Shape::Order(order) => order::import(order, cx, id).await,
        Shape::Rows(rows) => rows::import(rows, cx, id).await,
    }
}

/// Tells those that there are.
pub async fn list(cx: &mut Cx, listing: &mut Listing) -> Result<()> {
    match &cx.spec().shape {
        Shape::Collection => collection::list(cx, listing).await,
        Shape::Singleton => {
            let state = singleton::there(cx).await?;
            let _ = listing.tell(&cx.spec().title(), state).await;
            Ok(())
        }
        Shape::Order(order) => {
            let state = order::there(order, cx).await?;
            // An order of nothing is none.
            if !state.get(order.attribute).elements().is_empty() {
                let _ = listing.tell(&cx.spec().title(), state).await;
            }
            Ok(())
        }
        Shape::Rows(rows) => rows::list(rows, cx, listing).await,
    }
}
