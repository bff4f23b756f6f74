//! Reads and checks a template: its text, its sections, the references in it and its parameters.

mod arguments;
mod capabilities;
mod check;
mod condition_functions;
mod conditions;
mod constraints;
mod custom_resources;
mod declarations;
mod definition;
mod document;
mod dynamic;
mod error;
mod limits;
mod nulls;
mod order;
mod parameter_type;
mod parameters;
mod references;
mod rules;
mod scalar;
mod syntax;
mod tags;
mod transform;
mod unresolved;
mod yaml;

pub(super) use self::capabilities::capabilities;
pub(super) use self::check::check;
pub(super) use self::definition::Definition;
pub(super) use self::document::Template;
pub(super) use self::dynamic::{
    Piece as DynamicPiece, pieces as dynamic_pieces, secure_without_version,
};
pub(super) use self::order::{dependencies, in_order};
pub(super) use self::parameter_type::resource_type;
pub(super) use self::parameters::{Given, parameters};
pub(super) use self::references::{calls, references};
pub(super) use self::syntax::{Piece, is_function, single, sub_pieces};
pub(super) use self::transform::LANGUAGE_EXTENSIONS;
