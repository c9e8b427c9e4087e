//! Pieces of text as PostgreSQL's documentation, chapter 4.1, cuts them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lex, tokenBefore } from "./lexer.ts";

const pieces = (text: string) => lex(text).map(({ kind, from, to }) => [kind, text.slice(from, to)]);

test("keywords, types, names, numbers and symbols are told apart, whatever their case", () => {
  assert.deepEqual(pieces("Select count(*)::BIGINT, 1.5e-3 FROM invoices i"), [
    ["keyword", "Select"], ["name", "count"], ["symbol", "("], ["symbol", "*"], ["symbol", ")"], ["symbol", ":"], ["symbol", ":"], ["type", "BIGINT"],
    ["symbol", ","], ["number", "1.5e-3"], ["keyword", "FROM"], ["name", "invoices"], ["name", "i"],
  ]);
});

test("a quote is doubled within its own kind, a backslash escapes in E'' alone", () => {
  assert.deepEqual(pieces(`'it''s' "a""b" E'it\\'s' 'a\\' x`), [
    ["literal", "'it''s'"], ["name", '"a""b"'], ["literal", "E'it\\'s'"], ["literal", "'a\\'"], ["name", "x"],
  ]);
});

test("a dollar quote ends at its own tag", () => {
  assert.deepEqual(pieces("$a$ ' $b$ $a$ $$;$$ 1"), [["literal", "$a$ ' $b$ $a$"], ["literal", "$$;$$"], ["number", "1"]]);
});

test("comments end at the line, or where as many close as were opened", () => {
  assert.deepEqual(pieces("1 -- a 'b\n/* c /* d */ e */ 2"), [
    ["number", "1"], ["comment", "-- a 'b"], ["comment", "/* c /* d */ e */"], ["number", "2"],
  ]);
});

test("what is not closed reaches to the end", () => {
  for (const open of ["'a", "E'a\\", '"a', "$x$ a", "/* a", "U&'a"]) {
    assert.deepEqual(lex(`${open}`).map(({ from, to }) => [from, to]), [[0, open.length]], open);
  }
});

test("every character but blanks belongs to a piece, whatever the text", () => {
  let state = 20_260_331;
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
  const letters = "aE'\"$-/*\n 1.;(發𠮷\\&_";
  for (let round = 0; round < 500; round += 1) {
    const text = Array.from({ length: 30 }, () => [...letters][next([...letters].length)]).join("");
    let end = 0;
    for (const { from, to } of lex(text)) {
      assert.equal(text.slice(end, from).trim(), "", text);
      assert.ok(to > from, text);
      end = to;
    }
    assert.equal(text.slice(end).trim(), "", text);
  }
});

test("the piece before a position is the one that it is typed into", () => {
  const tokens = lex("a 'b'");
  assert.equal(tokenBefore(tokens, 1)?.kind, "name");
  assert.equal(tokenBefore(tokens, 2), undefined);
  assert.equal(tokenBefore(tokens, 4)?.kind, "literal");
});
