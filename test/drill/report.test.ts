import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exportIncident, ledgersOf, type DrillResult } from '@cordon/drill';
import { keyFingerprint, verifyExport } from '@cordon/evidence';
import { readReport, reportPage, type ReportDocument } from '@cordon/incident';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cost } from '../../apps/cli/src/cost/cost.ts';
import { report } from '../../apps/cli/src/report/report.ts';
import { broken, drill, inProcess } from './run.ts';

interface Ended {
  readonly result: DrillResult;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly page: string;
  readonly report: ReportDocument;
}

/** Runs a scenario to its seal and gives its first incident's evidence as it would be exported. */
const ended = async (scenario: string): Promise<Ended> => {
  const { result, record, close } = await drill({ scenario, ...inProcess(scenario) });
  const [ledgerId = ''] = ledgersOf(record, result.incidents[0]?.incidentId ?? '');
  const files = exportIncident(record, ledgerId);
  await close();
  const text = (path: string): string => Buffer.from(files.get(path) ?? []).toString('utf8');
  const read = readReport(text('objects/report.json'));
  if (read.status === 'unreadable') throw new Error(read.because);
  return { result, files, page: text('objects/report.html'), report: read.report };
};

let root = '';
let full: Ended;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-report-'));
  full = await ended('full-investigation');
}, 120_000);
afterAll(() => rm(root, { recursive: true }));

/** Writes evidence into a folder, with some files changed. */
const folderOf = async (name: string, changes: Readonly<Record<string, string>> = {}): Promise<string> => {
  const dir = join(root, name);
  for (const [path, bytes] of [...full.files, ...Object.entries(changes)]) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), bytes);
  }
  return dir;
};

const cordonReport = async (dir: string, options: Parameters<typeof report>[1] = {}) => {
  const said = { out: '', err: '' };
  const exit = await report(dir, options, {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
  });
  return { exit, ...said };
};

describe('the report of a full investigation', () => {
  it('is sealed with the evidence, and verifies with it', () => {
    expect(broken(full.result)).toEqual([]);
    const fingerprint = keyFingerprint(full.files.get('public-key.der') ?? new Uint8Array());
    expect(verifyExport(full.files, { keyFingerprint: fingerprint })).toMatchObject({
      status: 'verified',
      problems: [],
    });
    const changed = new Map(full.files).set(
      'objects/report.html',
      Buffer.from(full.page.replace('Contained', 'Lost')),
    );
    expect(verifyExport(changed, { keyFingerprint: fingerprint }).problems).toMatchObject([
      { file: 'objects/report.html' },
    ]);
  });

  it('tells who decided, what was climbed to, what was seen to pass, and what is in custody', () => {
    for (const words of [
      'Contained since 2026-11-21',
      'alice@example.org',
      'the shop runs elsewhere',
      'Cut the whole subnet off at its border',
      'Flow logs show packets that passed',
      'Read back: contained',
      '3 of 3 disk(s)',
      '9 disk copies are complete',
      'Crash the machine',
    ])
      expect(full.page).toContain(words);
    const copies = (full.result.incidents[0]?.evidence ?? []).flatMap(({ snapshotId }) => snapshotId ?? []);
    expect(copies.filter((id) => full.page.includes(id))).toEqual(copies);
  });

  it('says the same as its data, and shows what an attacker wrote as text', () => {
    expect(reportPage(full.report)).toBe(full.page);
    expect(full.page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
    expect(full.page).not.toMatch(/<script|<img/);
  });
});

describe('cordon report', () => {
  it('makes the sealed page again, byte for byte, and says so', async () => {
    const dir = await folderOf('good');
    const out = join(root, 'page.html');
    expect(await cordonReport(dir, { out })).toMatchObject({
      exit: 0,
      out: '',
      err: expect.stringContaining('byte for byte'),
    });
    expect(await readFile(out, 'utf8')).toBe(full.page);
    await expect(cordonReport(dir, { out })).rejects.toMatchObject({ code: 'bad-file' });
  });

  it('gives the data, and OCSF', async () => {
    const dir = await folderOf('forms');
    expect(JSON.parse((await cordonReport(dir, { json: true })).out)).toEqual(full.report);
    expect(JSON.parse((await cordonReport(dir, { ocsf: true })).out)).toMatchObject({ class_uid: 2005 });
  });

  it('sees that data or page were changed after the seal', async () => {
    const lie = JSON.stringify({ ...full.report, status: 'nothing-to-contain' });
    expect(await cordonReport(await folderOf('lie', { 'objects/report.json': lie }))).toMatchObject({
      exit: 1,
      err: expect.stringContaining('report.json is not what the manifest lists'),
    });
    expect(await cordonReport(await folderOf('page', { 'objects/report.html': 'x' }))).toMatchObject({
      exit: 1,
    });
  });

  it('refuses a folder without a report, and data that are none', async () => {
    await expect(cordonReport(tmpdir())).rejects.toMatchObject({ code: 'no-report' });
    const dir = await folderOf('none', { 'objects/report.json': '{}' });
    await expect(cordonReport(dir)).rejects.toMatchObject({ code: 'bad-report' });
  });
});

describe('cordon cost', () => {
  const cordonCost = async (dir: string, options: Parameters<typeof cost>[1] = {}) => {
    let out = '';
    const exit = await cost(dir, options, { out: (text) => void (out += text), err: () => undefined });
    return { exit, out };
  };

  it('tells what the incident costs, by the same lines as its page', async () => {
    const dir = await folderOf('priced');
    const { exit, out } = await cordonCost(dir);
    expect(exit).toBe(0);
    expect(out).toMatch(/^inc-\S+: at most USD \d+\.\d\d once, and USD \d+\.\d\d a month/);
    const { cost: told } = JSON.parse((await cordonCost(dir, { json: true })).out) as {
      readonly cost: { readonly lines: readonly { readonly kind: string; readonly monthlyUsd?: number }[] };
    };
    for (const { kind } of told.lines) {
      expect(out).toContain(kind);
      expect(full.page).toContain(kind);
    }
    expect(told.lines.find(({ kind }) => kind === 'Disk copies, locked')?.monthlyUsd).toBeGreaterThan(0);
  });

  it('refuses a folder without a report', async () => {
    await expect(cordonCost(tmpdir())).rejects.toMatchObject({ code: 'no-report' });
  });
});
