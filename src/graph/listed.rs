//! A page of a collection, taken apart.

use serde_json::Value as Json;

/// The items of a page and the link to the next one; `None` where it is no page.
pub(crate) fn parts(mut page: Json) -> Option<(Vec<Json>, Option<String>)> {
    let Json::Array(items) = page.get_mut("value")?.take() else { return None };
    Some((items, page["@odata.nextLink"].as_str().map(str::to_owned)))
}
