import type { ParsedFindings, ParsedOne, RefusalCode } from './finding.ts';
import { parseFinding } from './parse-finding.ts';

const LONGEST_TEXT = 8 * 1024 * 1024;
const MOST_FINDINGS = 1000;

interface Piece {
  readonly value: unknown;
  /** The text that held this value and nothing else, if there was such a text. */
  readonly raw?: string;
}

/**
 * Reads every finding in a text: one JSON value, a JSON list, an object with a `findings` or `Findings` list, or one such value
 * per line. Each may be an EventBridge event or a bare finding. Gives one result per thing found, in order, and at least
 * one unless the text is an empty list: what is not understood is set aside, never dropped. At most 8 Mi characters and
 * 1,000 things; never throws.
 */
export function parseFindings(text: string): ParsedFindings {
  if (text.length > LONGEST_TEXT) {
    const message = `the text has ${text.length} characters, want at most ${LONGEST_TEXT}`;
    return one(setAside('too-large', message, text.slice(0, 1000)));
  }
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (trimmed === '') return one(setAside('empty', 'the text is empty, want JSON', text));
  const whole = readJson(trimmed);
  if (whole.status === 'json') return together(piecesOf(whole.value, trimmed), trimmed);
  const lines = trimmed.split(/\r?\n/).filter((line) => line.trim() !== '');
  const read = lines.map((line) => ({ line, ...readJson(line) }));
  const structured = read.some((line) => line.status === 'json' && typeof line.value === 'object');
  if (!structured) return one(setAside('not-json', 'neither the text nor any line of it is JSON', trimmed));
  const pieces = read.flatMap<Piece | string>((line) =>
    line.status === 'json' ? piecesOf(line.value, line.line) : line.line,
  );
  return together(pieces, trimmed);
}

function together(pieces: readonly (Piece | string)[], text: string): ParsedFindings {
  if (pieces.length > MOST_FINDINGS) {
    const message = `the text holds ${pieces.length} things, want at most ${MOST_FINDINGS}: split it`;
    return one(setAside('too-many', message, text));
  }
  const results = pieces.map((piece) => {
    if (typeof piece === 'string') return setAside('not-json', 'the line is not JSON', piece);
    const parsed = parseFinding(piece.value, piece.raw);
    // Only JSON too deep to be written again has no text of its own; then the whole text stands for it.
    return parsed.raw === '' ? { ...parsed, raw: text } : parsed;
  });
  return { findings: results };
}

function piecesOf(value: unknown, raw: string): readonly Piece[] {
  const inner = Array.isArray(value) ? value : findingsList(value);
  return inner === undefined ? [{ value, raw }] : inner.map((item: unknown) => ({ value: item }));
}

function findingsList(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null || 'detail' in value) return undefined;
  if ('findings' in value && Array.isArray(value.findings)) return value.findings;
  return 'Findings' in value && Array.isArray(value.Findings) ? value.Findings : undefined;
}

type Read = { readonly status: 'json'; readonly value: unknown } | { readonly status: 'not-json' };

function readJson(text: string): Read {
  try {
    return { status: 'json', value: JSON.parse(text) };
  } catch {
    return { status: 'not-json' };
  }
}

function one(result: ParsedOne): ParsedFindings {
  return { findings: [result] };
}

function setAside(code: RefusalCode, message: string, raw: string): ParsedOne {
  const hint = 'kept aside with its text: have a person see what sent it';
  return { status: 'set-aside', because: { code, message, hint }, raw };
}
