//! Cuts a text at its semicolons. It works on tokens, so semicolons in strings, dollar quotes, quoted names and
//! comments are no cuts.

use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

/// One statement's part of the text.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    /// The text, without white space and comments around it.
    pub(super) text: &'a str,
    /// Its tokens, without white space around them.
    pub(super) tokens: &'a [TokenWithSpan],
}

/// The pieces between semicolons that hold more than white space and comments.
pub(super) fn pieces<'a>(text: &'a str, tokens: &'a [TokenWithSpan]) -> Vec<Piece<'a>> {
    let mut cursor = Cursor::new(text);
    let mut pieces = Vec::new();
    for part in tokens.split(|token| token.token == Token::SemiColon) {
        let part = trimmed(part);
        let (Some(first), Some(last)) = (part.first(), part.last()) else { continue };
        let start = cursor.advance(first.span.start);
        let end = cursor.advance(last.span.end);
        if let Some(text) = text.get(start..end) {
            pieces.push(Piece { text, tokens: part });
        }
    }
    pieces
}

fn trimmed(mut part: &[TokenWithSpan]) -> &[TokenWithSpan] {
    let blank = |token: &TokenWithSpan| matches!(token.token, Token::Whitespace(_) | Token::EOF);
    while let [first, rest @ ..] = part
        && blank(first)
    {
        part = rest;
    }
    while let [rest @ .., last] = part
        && blank(last)
    {
        part = rest;
    }
    part
}

/// Turns the tokenizer's lines and columns, which count characters, into offsets in bytes; it only moves forward.
#[derive(Debug)]
struct Cursor<'a> {
    rest: std::str::Chars<'a>,
    line: u64,
    column: u64,
    offset: usize,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text.chars(), line: 1, column: 1, offset: 0 }
    }

    fn advance(&mut self, to: Location) -> usize {
        while (self.line, self.column) < (to.line, to.column) {
            let Some(character) = self.rest.next() else { break };
            self.offset += character.len_utf8();
            if character == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.offset
    }
}
