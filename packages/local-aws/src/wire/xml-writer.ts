import type { NormalizedSchema } from '@smithy/core/schema';
import { isObject, memberOf } from './json-values.ts';
import { formatText, wrongOutput } from './text-values.ts';

/**
 * Writes `<tag>...</tag>` for an SDK-typed value, following the XML binding traits of its schema
 * (https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings). Throws a plain Error when the value does not fit the schema.
 */
export function writeElement(
  schema: NormalizedSchema,
  value: unknown,
  at: { tag: string; path: string },
): string {
  if (schema.isStructSchema()) {
    if (!isObject(value)) throw wrongOutput(at.path, schema, value);
    return `<${at.tag}${attributes(schema, value)}>${writeMembers(schema, value, at.path)}</${at.tag}>`;
  }
  if (schema.isListSchema()) return writeList(schema, value, at);
  if (schema.isMapSchema()) return writeMap(schema, value, at);
  return `<${at.tag}>${escapeXml(formatText(schema, value, { path: at.path, format: 'date-time' }))}</${at.tag}>`;
}

/** Writes the child elements of a structure, without a tag of its own. */
export function writeMembers(
  struct: NormalizedSchema,
  value: Readonly<Record<string, unknown>>,
  path: string,
): string {
  let xml = '';
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined || item === null) continue;
    const inner = path === '' ? name : `${path}.${name}`;
    const member = memberOf(struct, name, inner);
    if (member.getMergedTraits().xmlAttribute !== undefined) continue;
    xml += writeElement(member, item, { tag: member.getMemberTraits().xmlName ?? name, path: inner });
  }
  return xml;
}

/** Text made safe for an element or attribute. A carriage return is escaped, since a parser would turn it into a line feed. */
export function escapeXml(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these characters cannot be written in XML 1.0 at all
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text)) {
    throw new Error(`an XML answer cannot carry control characters: ${JSON.stringify(text.slice(0, 80))}`);
  }
  return text.replace(/[&<>"\r\n]/g, (character) => ESCAPES[character] ?? character);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#xA;',
};

function attributes(struct: NormalizedSchema, value: Readonly<Record<string, unknown>>): string {
  const [prefix, uri] = struct.getMergedTraits().xmlNamespace ?? [];
  let text = '';
  if (uri !== undefined)
    text += ` xmlns${prefix === undefined || prefix === '' ? '' : `:${prefix}`}="${escapeXml(uri)}"`;
  for (const [name, member] of struct.structIterator()) {
    const traits = member.getMergedTraits();
    if (traits.xmlAttribute === undefined || value[name] === undefined) continue;
    const content = formatText(member, value[name], { path: name, format: 'date-time' });
    text += ` ${traits.xmlName ?? name}="${escapeXml(content)}"`;
  }
  return text;
}

function writeList(schema: NormalizedSchema, value: unknown, at: { tag: string; path: string }): string {
  if (!Array.isArray(value)) throw wrongOutput(at.path, schema, value);
  const item = schema.getValueSchema();
  const flat = schema.getMergedTraits().xmlFlattened !== undefined;
  const tag = flat ? at.tag : (item.getMergedTraits().xmlName ?? 'member');
  const items = value
    .map((each: unknown, i) => writeElement(item, each, { tag, path: `${at.path}.${i}` }))
    .join('');
  return flat ? items : `<${at.tag}>${items}</${at.tag}>`;
}

function writeMap(schema: NormalizedSchema, value: unknown, at: { tag: string; path: string }): string {
  if (!isObject(value)) throw wrongOutput(at.path, schema, value);
  const keyTag = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const item = schema.getValueSchema();
  const valueTag = item.getMergedTraits().xmlName ?? 'value';
  const flat = schema.getMergedTraits().xmlFlattened !== undefined;
  const entryTag = flat ? at.tag : 'entry';
  const entries = Object.entries(value).map(([key, each]) => {
    const element = writeElement(item, each, { tag: valueTag, path: `${at.path}.${key}` });
    return `<${entryTag}><${keyTag}>${escapeXml(key)}</${keyTag}>${element}</${entryTag}>`;
  });
  return flat ? entries.join('') : `<${at.tag}>${entries.join('')}</${at.tag}>`;
}
