//! What each word of a file is.

use std::sync::Arc;

use lsp_types::{SemanticToken, SemanticTokens, SemanticTokensResult};

use crate::ide;
use crate::source::SourceFile;

use super::super::capabilities::number_of;
use super::super::convert::Lines;
use super::super::session::Session;
use super::{Given, place};

pub(super) fn tokens(
    session: &Session<'_>,
    params: &lsp_types::SemanticTokensParams,
) -> Given<Option<SemanticTokensResult>> {
    let found = place(session, &params.text_document.uri).and_then(|place| {
        if let Some(toml) = place.toml() {
            let words = ide::records::colours::colours(&place.state.reading, place.file, &toml);
            return Some(SemanticTokensResult::Tokens(SemanticTokens {
                result_id: None,
                data: encoded(place.file, &place.lines, &words),
            }));
        }
        let parse = place.rules()?;
        let agreements = &place.state.reading.understood.agreements;
        let own = agreements
            .iter()
            .find(|agreement| agreement.source == place.file.id());
        let words = ide::tokens::tokens(
            place.file,
            parse,
            own.or(agreements.first()).map(Arc::as_ref),
        );
        Some(SemanticTokensResult::Tokens(SemanticTokens {
            result_id: None,
            data: encoded(place.file, &place.lines, &words),
        }))
    });
    Given::Value(found)
}

/// Writes words as the protocol has them: each by its distance from the one before, a word over several lines as one for each line.
fn encoded(
    file: &SourceFile,
    lines: &Lines<'_>,
    words: &[ide::tokens::Coloured],
) -> Vec<SemanticToken> {
    let mut data = Vec::new();
    let (mut line, mut column) = (0, 0);
    for word in words {
        let mut start = word.span.start as usize;
        for piece in file.slice(word.span).split_inclusive('\n') {
            let shown = piece.trim_end_matches(['\n', '\r']);
            let from = lines.position(start);
            let to = lines.position(start + shown.len());
            start += piece.len();
            if to.character <= from.character {
                continue;
            }
            let modifiers = u32::from(word.declares)
                | u32::from(word.kind == ide::tokens::WordKind::Documentation) << 1;
            data.push(SemanticToken {
                delta_line: from.line - line,
                delta_start: if from.line == line {
                    from.character - column
                } else {
                    from.character
                },
                length: to.character - from.character,
                token_type: number_of(word.kind),
                token_modifiers_bitset: modifiers,
            });
            (line, column) = (from.line, from.character);
        }
    }
    data
}
