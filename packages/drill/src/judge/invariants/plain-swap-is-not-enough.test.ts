import { describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import { goodRun, type GoodRun } from '../testing/good-run.ts';
import { REMOTE, SIBLING } from '../testing/places.ts';
import { putFlow } from '../testing/put-flow.ts';
import { found } from '../testing/tampering.ts';

const withTwin = (
  twin: { readonly cutAfterMs?: number } | undefined,
  tamper: (run: GoodRun) => void = () => {},
) => {
  const run = goodRun();
  const [suspect] = run.remains.suspects;
  if (twin !== undefined) putFlow(run.world, { remoteAddress: REMOTE, instanceId: SIBLING, ...twin });
  tamper(run);
  const remains = { ...run.remains, plainSwapTwin: { ...found(suspect), instanceId: SIBLING } };
  return judge(remains, { scenario: 'twin', listCalls: false }).invariants.find(
    ({ id }) => id === 'plain-swap-is-not-enough',
  );
};

describe('plain-swap-is-not-enough', () => {
  it("holds where the twin's channel lives and the suspect's is cut", () => {
    expect(withTwin({})).toMatchObject({
      held: true,
      detail: expect.stringMatching(/nat-gateway open; .*by network-acl/),
    });
  });

  it.each([
    [
      'the plain change cut it too',
      { cutAfterMs: 500 },
      undefined,
      /plain change of groups cut every connection/,
    ],
    ['the twin had none', undefined, undefined, /had no connection/],
    [
      "the suspect's lives on",
      {},
      (run: GoodRun) => putFlow(run.world, { remoteAddress: REMOTE }),
      /still has its connection/,
    ],
  ])('is broken when %s', (_name, twin, tamper, says) => {
    expect(withTwin(twin, tamper)).toMatchObject({ held: false, detail: expect.stringMatching(says) });
  });

  it('is not asked of a run without a twin', () => {
    const ids = judge(goodRun().remains, { scenario: 'plain', listCalls: false });
    expect([...ids.invariants, ...ids.notJudged].map(({ id }) => id)).not.toContain(
      'plain-swap-is-not-enough',
    );
  });
});
