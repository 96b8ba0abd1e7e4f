//! From the text of a rule file to its tree, and from the tree back to the one layout.
//!
//! Parsing never fails: it gives a tree and a list of problems. Only this folder names nom.

pub mod ast;
pub mod token;

mod lexer;
mod parser;

mod format;

use crate::diagnostic::{self, Diagnostic};
use crate::source::SourceFile;

pub use format::format;
pub use token::keywords;

use ast::Tree;
use token::{Comment, Token};

/// What a rule file says, as far as it can be understood.
#[derive(Clone, Debug)]
pub struct Parse {
    /// The tree; what could not be understood is an `Error` node in it.
    pub tree: Tree,
    /// What is wrong with the text, in order of the places; none of it is said twice.
    pub diagnostics: Vec<Diagnostic>,
    /// All tokens, the end of the file last.
    pub tokens: Vec<Token>,
    /// All comments, in order.
    pub comments: Vec<Comment>,
}

/// Reads a rule file.
#[must_use]
pub fn parse(file: &SourceFile) -> Parse {
    let lexer::Lexed {
        tokens,
        comments,
        mut diagnostics,
    } = lexer::lex(file);
    let tree = parser::file(file, &tokens, &comments, &mut diagnostics);
    diagnostic::sort(&mut diagnostics);
    Parse {
        tree,
        diagnostics,
        tokens,
        comments,
    }
}
