//! What is made when it is first asked for.

use std::{ops::Deref, sync::OnceLock};

/// Something that has a name in configurations and is made when it is first asked for: a process that manages groups needs
/// no other tables.
pub struct Late<T> {
    /// The name in a configuration, prefix included.
    pub type_name: String,
    make: Box<dyn Fn(&str) -> T + Send + Sync>,
    made: OnceLock<T>,
}

impl<T> Late<T> {
    /// Of this name, made of it so.
    pub(super) fn new(type_name: String, make: impl Fn(&str) -> T + Send + Sync + 'static) -> Late<T> {
        Late { type_name, make: Box::new(make), made: OnceLock::new() }
    }

    /// What is seen by a look at it, which does not keep it.
    pub fn look<R>(&self, see: impl FnOnce(&T) -> R) -> R {
        match self.made.get() {
            Some(made) => see(made),
            None => see(&(self.make)(&self.type_name)),
        }
    }
}

impl<T> Deref for Late<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.made.get_or_init(|| (self.make)(&self.type_name))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    #[test]
    fn it_is_made_once_where_it_is_asked_for_and_for_each_look_before() {
        let made = Arc::new(AtomicUsize::new(0));
        let counted = made.clone();
        let late = Late::new("test_thing".to_owned(), move |name| {
            counted.fetch_add(1, Ordering::Relaxed);
            name.len()
        });
        let times = || made.load(Ordering::Relaxed);
        assert_eq!(times(), 0, "nobody has asked");
        assert_eq!((late.look(|length| *length), late.look(|length| *length), times()), (10, 10, 2));
        assert_eq!((*late, *late, late.look(|length| *length), times()), (10, 10, 10, 3));
    }
}
