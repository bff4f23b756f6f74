/// How many levels of maps and lists an item can have: `DynamoDB` refuses deeper ones.
///
/// A map or list that is the value of an attribute is the first level.
pub const MAX_DEPTH: usize = 32;
