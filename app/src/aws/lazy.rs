use std::sync::{Arc, LazyLock};

/// A value that is made when it is first needed.
///
/// Making a client of AWS reads the certificates of all authorities, which takes longer than the
/// rest of the start.
pub(crate) type Lazily<T> = Arc<LazyLock<T, Box<dyn FnOnce() -> T + Send>>>;

pub(crate) fn lazily<T>(make: impl FnOnce() -> T + Send + 'static) -> Lazily<T> {
    Arc::new(LazyLock::new(Box::new(make)))
}
