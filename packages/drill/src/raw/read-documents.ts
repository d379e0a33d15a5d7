import { BadInput } from './bad-input.ts';
import { member, type Json } from './raw-json.ts';

const parse = (text: string): Json | undefined => {
  try {
    // JSON.parse gives JSON by definition.
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/**
 * Reads a file of events: one JSON value, a list, an object with a `findings` list, or one JSON value a line. This is the
 * world builder's own reading; it shares nothing with the parser that is on trial. Throws BadInput when there is no event.
 */
export const readDocuments = (text: string, name: string): readonly Json[] => {
  if (text.trim() === '')
    throw new BadInput(
      'empty',
      `${name} is empty`,
      'give a file that holds a GuardDuty event or finding as JSON',
    );
  const documents = documentsIn(text, name);
  if (documents.length === 0)
    throw new BadInput(
      'empty',
      `${name} holds an empty list`,
      'give a file that holds at least one GuardDuty event or finding',
    );
  return documents;
};

const documentsIn = (text: string, name: string): readonly Json[] => {
  const whole = parse(text);
  if (whole !== undefined) return unfold(whole);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const parsed = lines.map(parse);
  const bad = parsed.indexOf(undefined);
  if (lines.length < 2 || bad >= 0) {
    throw new BadInput(
      'not-json',
      `${name} is not JSON${lines.length > 1 ? `: line ${bad + 1} cannot be read` : ''}`,
      'give one event as JSON, a list of events, or one event a line',
    );
  }
  return parsed.flatMap((document) => (document === undefined ? [] : unfold(document)));
};

const unfold = (document: Json): readonly Json[] => {
  if (Array.isArray(document)) return document;
  const inner = member(document, 'findings');
  // An event's own detail comes before whatever stands beside it.
  return Array.isArray(inner) && member(document, 'detail') === undefined ? inner : [document];
};
