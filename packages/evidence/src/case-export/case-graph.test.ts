import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { Manifest } from '../manifest.ts';
import { decodeSigned } from '../read-signed.ts';
import { sealedExport, testSigner } from '../verify/sealed-export.fixture.ts';
import { caseGraph, type CaseLedger } from './case-graph.ts';

const ledgerOf = (version2From: number): CaseLedger => {
  const files = sealedExport(testSigner(), { version2From });
  return {
    manifest: Manifest.parse(JSON.parse(Buffer.from(files.get('manifest.json') ?? []).toString('utf8'))),
    entries: [...files]
      .filter(([path]) => path.startsWith('custody/'))
      .map(([path, bytes]) => decodeSigned(path, bytes)),
  };
};
const ref = z.object({ '@id': z.string() });
const node = z.looseObject({ '@id': z.string(), '@type': z.string() });
const graphOf = (ledgers: readonly CaseLedger[]) =>
  z.object({ '@graph': z.array(node) }).parse(caseGraph(ledgers))['@graph'];

describe('caseGraph', () => {
  const ledger = ledgerOf(1);
  const graph = graphOf([ledger]);
  const of = (type: string) => graph.filter((one) => one['@type'] === type);

  it('has an action for each entry, each with who did it, by which tool, when, and its digest', () => {
    const actions = of('case-investigation:InvestigativeAction');
    expect(actions).toHaveLength(ledger.entries.length);
    const ids = new Set(graph.map((one) => one['@id']));
    for (const [index, action] of actions.entries()) {
      for (const property of ['uco-action:performer', 'uco-action:instrument'])
        expect(ids).toContain(ref.parse(action[property])['@id']);
      expect(action['uco-core:description']).toContain(ledger.entries[index]?.digest);
      expect(action['uco-core:description']).toContain('s3.amazonaws.com HeadObject 4442587FB7D0A2F9');
    }
    expect(of('uco-tool:Tool')).toMatchObject([
      { 'uco-core:name': 'cordon-recorder', 'uco-tool:version': '0.1.0' },
    ]);
  });

  it('has a provenance record for each item, and the digest of each object', () => {
    expect(
      of('case-investigation:ProvenanceRecord').map((one) => one['case-investigation:exhibitNumber']),
    ).toEqual(ledger.manifest.items.map((item) => (item.kind === 'object' ? item.label : item.snapshotId)));
    const text = JSON.stringify(of('uco-observable:File'));
    const digests = ledger.manifest.items.flatMap((item) => (item.kind === 'object' ? [item.sha256] : []));
    expect(digests).toHaveLength(2);
    for (const digest of digests) expect(text).toContain(digest.toUpperCase());
  });

  it('names all of it in one investigation, by names that follow from the ledger', () => {
    const [investigation] = of('case-investigation:Investigation');
    expect(investigation?.['uco-core:object']).toHaveLength(graph.length - 1);
    expect(new Set(graph.map((one) => one['@id'])).size).toBe(graph.length);
    for (const one of graph)
      expect(one['@id']).toMatch(
        /^kb:[a-z-]+-[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    expect(canonicalJson(caseGraph([ledger]))).toBe(canonicalJson(caseGraph([ledger])));
  });

  it('says of entries of version 1 what they do not say', () => {
    const text = JSON.stringify(graphOf([ledgerOf(Infinity)]));
    expect(text).toContain('not recorded in entries of version 1');
    expect(text).not.toContain('uco-tool:version');
  });

  it('refuses to make a case of nothing', () => {
    expect(() => caseGraph([])).toThrow(/no ledger was given/);
  });
});
