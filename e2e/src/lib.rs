//! Tests of the whole: the deployers and the app against the local AWS.
