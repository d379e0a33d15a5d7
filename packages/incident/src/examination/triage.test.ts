import { describe, expect, it } from 'vitest';
import { imageSentence, readStatement, triageSentence } from './triage.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const statement = {
  schema: 'cordon-triage/1',
  status: 'whole',
  seal: A,
  scriptSha256: B,
  evidence: [{ name: 'evidence-1', source: 'vol-1', unchanged: true, sha256Before: A, sha256After: A }],
  missing: [],
  missingCount: 0,
};
const said = (more: object): ReturnType<typeof readStatement> =>
  readStatement(JSON.stringify({ ...statement, ...more }));

describe('a statement of the machine', () => {
  it('says what was carried out, and what became of the image of memory', () => {
    expect(
      said({
        memory: [{ verdict: 'equal', sha256: A, toldSha256: A }],
        carried: { volume: 'vol-2', files: 3, bytes: 9, left: 1 },
      }),
    ).toMatchObject({
      status: 'whole',
      seal: A,
      memory: { verdict: 'equal', sha256: A },
      carried: { files: 3, bytes: 9, left: 1 },
    });
    expect(said({ carried: { volume: 'vol-2', because: '`rm`' } }).notCarried).toBe("'?rm?'");
    expect(said({})).not.toHaveProperty('memory');
  });

  it('fails where the image changed or the evidence did, whatever it says of itself', () => {
    const changed = said({ memory: [{ verdict: 'changed', sha256: B, toldSha256: A }] });
    expect(changed.status).toBe('failed');
    expect(changed.because).toContain(`it has SHA-256 ${B}, the host told ${A}`);
    const both = said({
      evidence: [{ ...statement.evidence[0], unchanged: false }],
      memory: [{ verdict: 'changed' }],
    });
    expect(both.because).toMatch(/differ before and after.*; the image of memory is not the one/);
  });

  it.each([
    ['no JSON', 'done'],
    ['a verdict that is none', JSON.stringify({ ...statement, memory: [{ verdict: 'fine' }] })],
    ['a digest that is none', JSON.stringify({ ...statement, memory: [{ verdict: 'equal', sha256: 'x' }] })],
  ])('is none where it is %s', (_what, output) => {
    expect(readStatement(output)).toMatchObject({
      status: 'failed',
      because: expect.stringContaining('no statement'),
    });
  });

  it('is told in a sentence, of disks or of memory, with the reason where the image was not compared', () => {
    const memory = { verdict: 'not-compared' as const, because: "'no image'" };
    expect(imageSentence(memory)).toContain("; 'no image'");
    const state = { status: 'partly' as const, startedAt: '2026-11-21T03:00:00.000Z', memory };
    expect(triageSentence(state, 'memory')).toMatch(/^The image of memory was examined in part\. The image/);
    expect(triageSentence(undefined)).toBe('The disks were not examined by the machine.');
  });
});
