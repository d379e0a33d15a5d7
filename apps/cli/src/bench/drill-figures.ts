import { resolve } from 'node:path';
import type { DrillResult } from '@cordon/drill';
import { figure, median, type Figure } from './figure.ts';
import { ISOLATING_STATE, modelledIsolation } from './isolation-model.ts';
import { deployedWorkflow, wayTo } from './isolation-path.ts';
import { runChild } from './run-child.ts';

const MAIN = resolve(import.meta.dirname, '../main.ts');

/** A figure with the lines that it was counted from. */
export interface Explained {
  readonly figure: Figure;
  readonly lines: readonly string[];
}

interface Drilled {
  readonly result: DrillResult;
  readonly wallMs: number;
}

const drilled = async (scenario: string): Promise<Drilled> => {
  const { drillResult } = await import('@cordon/drill');
  const { stdout, wallMs } = await runChild([MAIN, 'drill', '--json', '--scenario', scenario]);
  return { result: drillResult.parse(JSON.parse(stdout)), wallMs };
};

/** Whole drills: their wall time, serial calls before isolation, and the time modelled from them. */
export const drillFigures = async (runs: number): Promise<readonly Explained[]> => {
  const first: Drilled[] = [];
  for (let run = 0; run < runs; run += 1) first.push(await drilled('richest'));
  const [firstUse] = first;
  if (firstUse === undefined) throw new Error(`bench was asked for ${runs} runs, wanted at least 1`);
  const again = await drilled('second-incident');
  const calls = serialOf(firstUse.result);
  const way = wayTo(deployedWorkflow(), ISOLATING_STATE);
  if (way === undefined)
    throw new Error(`the workflow has no way to ${ISOLATING_STATE}: name the state that isolates`);
  const { states, functions, warmSeconds, coldSeconds } = modelledIsolation(calls, way);
  const counted = [
    `${calls} calls, ${states} states (${way.map(({ name }) => name).join(', ')}), ${functions} functions`,
  ];
  const seconds = (measured: number) => ({ measured, unit: 's' });
  return [
    {
      figure: figure('drill-wall-time', seconds(median(first.map(({ wallMs }) => wallMs)) / 1000), {
        below: 5,
      }),
      lines: [`median of ${runs}`],
    },
    {
      figure: figure(
        'serial-calls-before-isolation',
        { measured: serialOf(again.result), unit: 'calls' },
        { atMost: 8 },
      ),
      lines: callLines(again.result),
    },
    {
      figure: figure(
        'serial-calls-before-isolation-first-use',
        { measured: calls, unit: 'calls' },
        { atMost: 11 },
      ),
      lines: callLines(firstUse.result),
    },
    { figure: figure('modelled-isolation-warm', seconds(warmSeconds), { atMost: 1.9 }), lines: counted },
    { figure: figure('modelled-isolation-cold', seconds(coldSeconds), { atMost: 3.5 }), lines: [] },
  ];
};

const serialOf = ({ scenario, calls }: DrillResult): number => {
  if (calls.serialBeforeIsolation === undefined)
    throw new Error(`the drill of ${scenario} isolated nothing: run it and read its page`);
  return calls.serialBeforeIsolation;
};

const callLines = ({ calls }: DrillResult): readonly string[] =>
  calls.serial.map(
    ({ service, operation, caller }, index) =>
      `${String(index + 1).padStart(2)}  ${service} ${operation} by ${caller.split('/')[1] ?? caller}`,
  );
