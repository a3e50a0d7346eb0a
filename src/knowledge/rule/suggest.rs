//! What somebody may have meant.

/// The known name that is nearest to a written one, if one is near.
pub(in crate::knowledge) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    let closeness = |name: &str| strsim::jaro_winkler(&written, &name.to_lowercase());
    let scored = known.into_iter().map(|name| (closeness(name), name));
    let (score, name) = scored.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (score >= 0.8).then_some(name)
}
