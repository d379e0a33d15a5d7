import { describe, expect, it } from 'vitest';
import { Timeline } from './timeline.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

describe('the timeline', () => {
  it('keeps appointments in order of time, then of making', async () => {
    const timeline = new Timeline(START);
    const seen: string[] = [];
    timeline.at(START + 20, () => seen.push('second'));
    timeline.at(START + 10, () => seen.push('first'));
    timeline.at(START + 20, () => seen.push('third'));
    expect(await timeline.run()).toBe('idle');
    expect(seen).toEqual(['first', 'second', 'third']);
    expect(timeline.now()).toBe(START + 20);
  });

  it('does not move while a runner computes, and moves when it waits', async () => {
    const timeline = new Timeline(START);
    let waits = false;
    timeline.add({ name: 'the runner', blocked: () => waits });
    let happenedAt = 0;
    timeline.at(START + 1_000, () => {
      happenedAt = timeline.now();
    });
    const run = timeline.run();
    for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(timeline.now()).toBe(START);
    waits = true;
    timeline.touch();
    await run;
    expect(happenedAt).toBe(START + 1_000);
  });

  it('lets what arrived take effect in the order of its keys, before time moves', async () => {
    const timeline = new Timeline(START);
    const seen: (readonly [string, number])[] = [];
    timeline.at(START + 5, () => seen.push(['later', timeline.now()]));
    for (const key of ['b', 'a', 'c']) timeline.whenSettled(key, () => seen.push([key, timeline.now()]));
    await timeline.run();
    expect(seen).toEqual([
      ['a', START],
      ['b', START],
      ['c', START],
      ['later', START + 5],
    ]);
  });

  it('stops at the limit, with the clock on it', async () => {
    const timeline = new Timeline(START);
    timeline.at(START + 1_000, () => {});
    expect(await timeline.run(undefined, START + 400)).toBe('limit');
    expect(timeline.now()).toBe(START + 400);
  });

  it('shares its clock with workers', async () => {
    const timeline = new Timeline(START);
    const shared = new Float64Array(timeline.sharedClock);
    timeline.at(START + 7, () => {});
    await timeline.run();
    expect(shared[0]).toBe(START + 7);
  });

  it('does not wait for an appointment that was cancelled', async () => {
    const timeline = new Timeline(START);
    const cancel = timeline.at(START + 7, () => {});
    cancel();
    await timeline.run();
    expect(timeline.now()).toBe(START);
  });

  it('rejects with a bug that showed where nobody awaits it', async () => {
    const timeline = new Timeline(START);
    timeline.at(START + 1, () => timeline.fail(new Error('a bug')));
    await expect(timeline.run()).rejects.toThrow('a bug');
  });
});
