import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exportIncident } from '@cordon/drill';
import { exportPaths, keepingLedger, keyFingerprint } from '@cordon/evidence';
import type { KeptReport } from '@cordon/incident/kept';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { report, type ReportOptions } from '../../apps/cli/src/report/report.ts';
import { broken, drill, inProcess } from './run.ts';

let root = '';
let incident = '';
let fingerprint = '';
let recording = '';
let failures: readonly string[] = [];

const writeFolder = async (ledgerId: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> => {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(root, ledgerId, path)), { recursive: true });
    await writeFile(join(root, ledgerId, path), bytes);
  }
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-kept-'));
  const { result, record, close } = await drill({
    scenario: 'recorded-session',
    ...inProcess('recorded-session'),
  });
  failures = broken(result);
  incident = result.incidents[0]?.incidentId ?? '';
  const sealed = exportIncident(record, incident);
  fingerprint = keyFingerprint(sealed.get(exportPaths.publicKey) ?? new Uint8Array());
  // As an export out of the vault has it: the ledger of keeping in a folder of the incident's own.
  const keeping = [...exportIncident(record, keepingLedger(incident))].flatMap(([path, bytes]) => {
    const [, place] = /^custody\/(\d{6}\.json)$/.exec(path) ?? [];
    return place === undefined ? [] : [[`keeping/${place}`, bytes] as const];
  });
  await writeFolder(incident, new Map([...sealed, ...keeping]));
  const options = { kept: true, json: true } as const;
  const { sessions } = JSON.parse((await cordonReport(options)).out) as KeptReport;
  for (const { recording: of } of sessions)
    if (of.status === 'recorded') {
      recording = of.ledgerId;
      await writeFolder(of.ledgerId, exportIncident(record, of.ledgerId));
    }
  await close();
}, 240_000);
afterAll(() => rm(root, { recursive: true }));

const cordonReport = async (options: ReportOptions, dir = join(root, incident)) => {
  const said = { out: '', err: '' };
  const exit = await report(dir, options, {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
  });
  return { exit, ...said };
};

const keptOf = async () => {
  const { exit, out } = await cordonReport({ kept: true, json: true, keyFingerprint: fingerprint });
  return { exit, ...(JSON.parse(out) as KeptReport) };
};

describe('cordon report --kept', () => {
  it('says who worked on the machine, whose recording is in custody, and whose is missing', async () => {
    expect(failures).toEqual([]);
    const { exit, signer, sessions } = await keptOf();
    expect({ exit, signer }).toEqual({ exit: 0, signer: 'known' });
    const told = sessions.map(({ owner, recording: of }) => [owner.split('/').at(-1), of.status]);
    expect(told).toEqual([
      ['ada@example.org', 'recorded'],
      ['eve@example.org', 'missing'],
    ]);
    expect(sessions[0]?.recording).toMatchObject({ found: { status: 'verified' }, events: 2 });
    const { out } = await cordonReport({ kept: true, keyFingerprint: fingerprint });
    for (const words of ['1 without a recording', 'ada@example.org', 'eve@example.org', recording])
      expect(out).toContain(words);
    // What was typed is an attacker's to choose, and is in no page.
    expect(out).not.toMatch(/reboot|<script/);
  });

  it('does not take the folder at its word for the key', async () => {
    expect((await cordonReport({ kept: true })).exit).toBe(3);
  });

  it('sees that a recording beside it is not whole, or is away', async () => {
    const part = (await keptOf()).sessions.flatMap(({ recording: of }) =>
      of.status === 'recorded' ? of.parts.map(({ label }) => label) : [],
    )[0];
    await appendFile(join(root, recording, 'objects', part ?? ''), 'x');
    expect((await keptOf()).sessions[0]?.recording).toMatchObject({ found: { status: 'broken' } });
    await rm(join(root, recording), { recursive: true });
    expect((await keptOf()).sessions[0]?.recording).toMatchObject({ found: { status: 'not-here' } });
  });

  it('makes no page of a folder that was changed, nor of one without a ledger of keeping', async () => {
    await expect(cordonReport({ kept: true }, join(root, 'none'))).rejects.toMatchObject({
      code: 'no-such-folder',
    });
    await rm(join(root, incident, 'keeping/000002.json'));
    expect(await cordonReport({ kept: true })).toMatchObject({ exit: 1, out: '' });
    await rm(join(root, incident, 'keeping'), { recursive: true });
    await expect(cordonReport({ kept: true })).rejects.toMatchObject({ code: 'no-keeping' });
  });
});
