import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  TRIAGE_DOCUMENT,
  TRIAGE_SCRIPTS_FOLDER,
  TRIAGE_SCRIPTS_SHA256,
  triageParameters,
} from '@cordon/incident';

const SCRIPTS = join(import.meta.dirname, '../../apps/forensics-account/triage');

const REST = { Volumes: '', Seconds: '60', Memory: 'none', Results: 'none' };

/** What the document runs on the machine, with the scripts in another folder and its parameters filled in. */
const runDocument = (folder: string, parameters: Readonly<Record<string, string>>) => {
  const [step] = TRIAGE_DOCUMENT.mainSteps;
  const script = Object.entries(parameters).reduce(
    (text, [name, value]) => text.replaceAll(`{{ ${name} }}`, value),
    step.inputs.runCommand.join('\n').replaceAll(TRIAGE_SCRIPTS_FOLDER, folder),
  );
  return spawnSync('sh', ['-c', script], { encoding: 'utf8' });
};

describe('the document cordon-triage', () => {
  const work = mkdtempSync(join(tmpdir(), 'cordon-triage-'));
  afterAll(() => rmSync(work, { recursive: true }));

  it('pins the scripts that are in the repository', () => {
    const hash = createHash('sha256');
    const lib = readdirSync(join(SCRIPTS, 'lib')).toSorted((one, other) => (one < other ? -1 : 1));
    for (const name of ['cordon-triage', 'examine-once', ...lib.map((file) => join('lib', file))])
      hash.update(readFileSync(join(SCRIPTS, name)));
    // Where this fails after a change of the scripts: write the new digest into triage-document.ts, and make a new image.
    expect(hash.digest('hex')).toBe(TRIAGE_SCRIPTS_SHA256);
  });

  it('runs them when they are the pinned ones', () => {
    const { status, stderr } = runDocument(SCRIPTS, { Ledger: 'no-ledger', ...REST });
    expect([status, stderr.split(' LEDGER')[0]]).toEqual([2, 'usage: examine-once']);
  });

  it('runs nothing when there are none, or when one byte of them differs', () => {
    const none = runDocument(join(work, 'none'), { Ledger: 'no-ledger', ...REST });
    expect([none.status, none.stderr]).toEqual([
      3,
      `the image of this machine brings no ${join(work, 'none')}\n`,
    ]);
    const copy = join(work, 'copy');
    cpSync(SCRIPTS, copy, { recursive: true });
    appendFileSync(join(copy, 'lib/lvm.sh'), '\n');
    const other = runDocument(copy, { Ledger: 'no-ledger', ...REST });
    expect(other.status).toBe(4);
    expect(other.stderr).toMatch(/^the scripts of this image are of another version: [0-9a-f]{64}\n$/);
  });
});

describe('its parameters', () => {
  it('say what is examined and where results go, in words that its patterns take', () => {
    const id = 'vol-0123456789abcdef0';
    const given = [
      triageParameters('inc-0123456789', { volumeIds: [id, id], resultsVolumeId: id }),
      triageParameters('inc-0123456789-r2', {
        volumeIds: [],
        memory: { volumeId: id, sha256: 'a'.repeat(64) },
      }),
      triageParameters('inc-0123456789', { volumeIds: [], memory: { volumeId: id } }),
    ];
    for (const parameters of given)
      for (const [name, { allowedPattern }] of Object.entries(TRIAGE_DOCUMENT.parameters))
        expect(parameters[name as keyof typeof parameters]).toEqual([
          expect.stringMatching(new RegExp(allowedPattern)),
        ]);
    expect(given.map(({ Volumes, Memory, Results }) => [Volumes, Memory, Results].flat())).toEqual([
      [`${id},${id}`, 'none', id],
      ['none', `${id}:${'a'.repeat(64)}`, 'none'],
      ['none', `${id}:unknown`, 'none'],
    ]);
  });
});
