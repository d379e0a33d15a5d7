import type * as z from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { describeIssues } from '../describe-issues.ts';
import { problemIn } from './problem.ts';
import type { Problem } from './problem.ts';

/** A form as read from its file, or what keeps it from being read. */
export type ReadForm<Form> =
  | { readonly status: 'read'; readonly form: Form }
  | { readonly status: 'unreadable'; readonly problem: Problem };

/** A JSON file of an export: its path, its bytes, and the size in bytes beyond which it is not even parsed. */
export type FormFile = { readonly file: string; readonly bytes: Uint8Array; readonly maxBytes: number };

const HINT =
  'the file was changed or damaged after it was written: fetch it again from the vault, and compare';

/**
 * Reads a JSON form and insists on the exact bytes that `canonicalJson` gives for it, so that white space, key order,
 * doubled keys and escapes cannot differ unseen. Never throws on any bytes.
 */
export const readForm = <Form>(source: FormFile, schema: z.ZodType<Form>): ReadForm<Form> => {
  const { file, bytes, maxBytes } = source;
  const refuse = (problem: string): ReadForm<Form> => ({
    status: 'unreadable',
    problem: problemIn(file, problem, HINT),
  });
  if (bytes.length > maxBytes)
    return refuse(`${bytes.length} bytes is more than such a file can have (${maxBytes})`);
  const parsed = parseJson(bytes);
  if (parsed.status === 'failed') return refuse(parsed.because);
  const form = schema.safeParse(parsed.json);
  if (!form.success) return refuse(`not a valid form: ${describeIssues(form.error)}`);
  if (canonicalJson(form.data) !== parsed.text)
    return refuse(
      'its bytes are not the canonical JSON of what it says (spacing, key order, doubled keys or escapes)',
    );
  return { status: 'read', form: form.data };
};

type ParsedJson =
  | { readonly status: 'parsed'; readonly text: string; readonly json: unknown }
  | { readonly status: 'failed'; readonly because: string };

const parseJson = (bytes: Uint8Array): ParsedJson => {
  try {
    // A byte order mark is kept, so that it is refused like any other stray byte.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const json: unknown = JSON.parse(text);
    return { status: 'parsed', text, json };
  } catch (error) {
    return {
      status: 'failed',
      because: `not JSON in UTF-8: ${error instanceof Error ? error.message : 'unreadable'}`,
    };
  }
};
