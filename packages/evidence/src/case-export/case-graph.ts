import { createHash } from 'node:crypto';
import { digestOf } from '../custody-entry.ts';
import type { CustodyEntry } from '../custody-entry.ts';
import type { EvidenceItem, Manifest } from '../manifest.ts';
import type { SignedEntry } from '../signed-entry.ts';

/** One sealed ledger, in order. */
export type CaseLedger = { readonly manifest: Manifest; readonly entries: readonly SignedEntry[] };

type Node = {
  readonly '@id': string;
  readonly '@type': string | readonly string[];
  readonly [property: string]: unknown;
};
type Ref = { readonly '@id': string };

/** Ontologies of CASE 1.4 and UCO 1.4: https://caseontology.org/releases/1.4.0/ and https://unifiedcyberontology.org/releases/1.4.0/ */
const CONTEXT = {
  kb: 'urn:cordon:',
  'case-investigation': 'https://ontology.caseontology.org/case/investigation/',
  'uco-action': 'https://ontology.unifiedcyberontology.org/uco/action/',
  'uco-core': 'https://ontology.unifiedcyberontology.org/uco/core/',
  'uco-identity': 'https://ontology.unifiedcyberontology.org/uco/identity/',
  'uco-observable': 'https://ontology.unifiedcyberontology.org/uco/observable/',
  'uco-tool': 'https://ontology.unifiedcyberontology.org/uco/tool/',
  'uco-types': 'https://ontology.unifiedcyberontology.org/uco/types/',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const;

/**
 * An incident in the terms of CASE and UCO, as JSON-LD: the investigation, an action for each custody entry with who performed it and by
 * which tool, and a provenance record for each item of evidence with what it is and its digest. Pure: the same ledgers give the same
 * bytes, for every name is derived from them. It restates the ledger and proves nothing by itself: each action names its entry's digest.
 */
export const caseGraph = (ledgers: readonly CaseLedger[]): object => {
  const made = new Map<string, Node>();
  const add = (node: Node): Ref => {
    made.set(node['@id'], node);
    return { '@id': node['@id'] };
  };
  const [first] = ledgers;
  if (first === undefined) throw new Error('no ledger was given; give one at least');
  for (const ledger of ledgers) addLedger(ledger, add);
  const { incidentId, account, region, instanceId } = first.manifest;
  add({
    '@id': iri('investigation', incidentId),
    '@type': 'case-investigation:Investigation',
    'uco-core:name': `incident ${incidentId}`,
    'uco-core:description': `EC2 instance ${instanceId} of account ${account} in ${region}, contained and secured by Cordon`,
    'case-investigation:investigationStatus': 'Closed',
    'uco-core:object': [...made.keys()].map((id) => ({ '@id': id })),
  });
  return { '@context': CONTEXT, '@graph': [...made.values()] };
};

/** The namespace of names that are URIs. https://www.rfc-editor.org/rfc/rfc9562#name-namespace-id-usage-and-alloc */
const URI_NAMESPACE = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/** A name that ends in a UUID, as UCO advises: of version 5, made of what it names. https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-5 */
const iri = (kind: string, of: string): string => {
  const digest = createHash('sha1').update(URI_NAMESPACE).update(`urn:cordon:${kind}:${of}`).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)];
  return `kb:${kind}-${parts.join('-')}`;
};

const moment = (at: string): object => ({ '@type': 'xsd:dateTime', '@value': at });
const count = (value: number): object => ({ '@type': 'xsd:integer', '@value': String(value) });

const addLedger = ({ manifest, entries }: CaseLedger, add: (node: Node) => Ref): void => {
  const items = new Map(manifest.items.map((item) => [nameOf(item), item]));
  for (const { entry } of entries) {
    const item = items.get(subjectOf(entry) ?? '');
    const evidence = item === undefined ? [] : addItem(item, manifest.incidentId, add);
    add({
      '@id': iri('investigative-action', `${entry.incidentId} ${entry.sequence}`),
      '@type': 'case-investigation:InvestigativeAction',
      'uco-core:name': entry.event.kind,
      'uco-core:description': describe(entry),
      'uco-action:startTime': moment(entry.at),
      'uco-action:endTime': moment(entry.at),
      'uco-action:performer': add(performer(entry)),
      'uco-action:instrument': add(tool(entry)),
      ...(evidence.length === 0 ? {} : { 'uco-action:result': evidence }),
    });
  }
};

/** The item of the manifest that an entry is about, by `nameOf`. */
const subjectOf = ({ event }: CustodyEntry): string | undefined => {
  if (event.kind === 'object-deposited') return event.label;
  if (event.kind === 'snapshot-secured') return event.snapshotId;
  return undefined;
};
const nameOf = (item: EvidenceItem): string => (item.kind === 'object' ? item.label : item.snapshotId);

const describe = (entry: CustodyEntry): string => {
  const calls =
    entry.schemaVersion === 1
      ? 'calls: not recorded in entries of version 1'
      : entry.calls.status === 'known'
        ? `calls: ${entry.calls.calls.map(({ source, name, requestId, at }) => `${source} ${name} ${requestId} ${at}`).join(', ')}${entry.calls.leftOut === undefined ? '' : `, and ${entry.calls.leftOut} more`}`
        : `calls: ${entry.calls.status}: ${entry.calls.because}`;
  return [
    `custody entry ${entry.sequence} of ledger ${entry.incidentId}, digest SHA-256 ${digestOf(entry)}`,
    `basis: ${entry.basis}`,
    calls,
    `event: ${JSON.stringify(entry.event)}`,
  ].join('\n');
};

/** Whom the event names; else whoever wrote the entry. */
const performer = ({ event, actor }: CustodyEntry): Node => {
  const arn =
    'by' in event
      ? event.by.arn
      : event.kind === 'evidence-read'
        ? event.caller
        : 'owner' in event
          ? event.owner
          : actor;
  return { '@id': iri('identity', arn), '@type': 'uco-identity:Identity', 'uco-core:name': arn };
};

const tool = (entry: CustodyEntry): Node => {
  const { name, version } =
    entry.schemaVersion === 1 ? { name: 'cordon-recorder', version: undefined } : entry.tool;
  return {
    '@id': iri('tool', `${name} ${version ?? 'of an unknown release'}`),
    '@type': 'uco-tool:Tool',
    'uco-core:name': name,
    ...(version === undefined ? {} : { 'uco-tool:version': version }),
  };
};

const addItem = (item: EvidenceItem, incidentId: string, add: (node: Node) => Ref): readonly Ref[] => {
  const of = `${incidentId} ${nameOf(item)}`;
  const observable = add({
    '@id': iri('observable', of),
    '@type': item.kind === 'object' ? 'uco-observable:File' : 'uco-observable:ObservableObject',
    'uco-core:name': nameOf(item),
    'uco-core:hasFacet': item.kind === 'object' ? fileFacets(item, of) : volumeFacets(item, of),
  });
  const record = add({
    '@id': iri('provenance-record', of),
    '@type': 'case-investigation:ProvenanceRecord',
    'uco-core:description': `locked (${item.lock.mode.toLowerCase()}) until ${item.lock.until}`,
    'case-investigation:exhibitNumber': nameOf(item),
    'uco-core:object': [observable],
  });
  return [observable, record];
};

const fileFacets = (item: Extract<EvidenceItem, { kind: 'object' }>, of: string): readonly Node[] => [
  {
    '@id': iri('file-facet', of),
    '@type': 'uco-observable:FileFacet',
    'uco-observable:fileName': item.label.split('/').at(-1),
    'uco-observable:filePath': item.key,
    'uco-observable:sizeInBytes': count(item.sizeBytes),
  },
  {
    '@id': iri('content-data-facet', of),
    '@type': 'uco-observable:ContentDataFacet',
    'uco-observable:sizeInBytes': count(item.sizeBytes),
    'uco-observable:hash': [
      {
        '@id': iri('hash', of),
        '@type': 'uco-types:Hash',
        'uco-types:hashMethod': 'SHA256',
        'uco-types:hashValue': { '@type': 'xsd:hexBinary', '@value': item.sha256.toUpperCase() },
      },
    ],
  },
];

/** A snapshot has no digest of its own here: what it is, and of which volume. */
const volumeFacets = (item: Extract<EvidenceItem, { kind: 'snapshot' }>, of: string): readonly Node[] => [
  {
    '@id': iri('volume-facet', of),
    '@type': 'uco-observable:VolumeFacet',
    'uco-observable:volumeID': `${item.volumeId}, as ${item.snapshotId} of account ${item.account} in ${item.region} (${item.sizeGiB} GiB)`,
  },
];
