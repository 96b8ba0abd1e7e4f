//! From the text of a rule file to its tree, and from the tree back to the one layout.
//!
//! Parsing never fails: it gives a tree and a list of problems. Only this folder names nom.

pub mod ast;
