import { METRICS } from '@cordon/incident';
import { expect, it } from 'vitest';
import { play } from './play.ts';

it('measures an incident from its finding on: each phase that is told, the containment and the seal', async () => {
  const { logged, kinds, told, suspect } = await play({});
  const of = (name: keyof typeof METRICS): readonly Readonly<Record<string, unknown>>[] =>
    logged.filter((line): line is Readonly<Record<string, unknown>> => name in line);

  expect(of('Phases').map((line) => line['Kind'])).toEqual(kinds);
  const [contained, ...again] = of('SecondsToContained');
  expect(again).toEqual([]);
  expect(contained).toMatchObject({ Region: suspect.region });
  expect(contained?.['SecondsToContained']).toBeGreaterThan(1);
  expect(contained?.['SecondsToContained']).toBeLessThan(30);
  const [sealed] = of('SecondsToSealed');
  expect(sealed?.['SecondsToSealed']).toBeGreaterThan(Number(contained?.['SecondsToContained']));
  expect(told.length).toBeGreaterThan(0);
});
