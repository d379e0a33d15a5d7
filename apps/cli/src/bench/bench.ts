import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { authorizationFigure } from './authorization-figure.ts';
import { blockTreeFigures } from './block-tree-figure.ts';
import { bundleFigures } from './bundle-figures.ts';
import { copyQueueFigures } from './copy-queue-figure.ts';
import { drillFigures, type Explained } from './drill-figures.ts';
import { planFigure } from './plan-figure.ts';
import { policyFigure } from './policy-figure.ts';
import { wireFigure } from './wire-figure.ts';

/** Options of `cordon bench` as commander gives them. */
export interface BenchArguments {
  readonly runs: number;
  readonly json?: true;
}

/** Processor time of this process so far: what else the machine does is not in it. */
const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** Measures one thing after the other, for two cores would disturb each other, and prints the figures. */
export const bench = async ({ runs, json }: BenchArguments, output: Output): Promise<ExitCode> => {
  const measured: Explained[] = [];
  const show = (some: readonly Explained[]): void => {
    measured.push(...some);
    if (!json) output.out(some.flatMap(figureLines).join(''));
  };
  show(await drillFigures(runs));
  show([await authorizationFigure(runs)]);
  show([planFigure(runs, processorMs)]);
  show(blockTreeFigures(runs, { processorMs, residentBytes: () => process.memoryUsage.rss() }));
  show(copyQueueFigures());
  show([await policyFigure(runs)]);
  show([await wireFigure(runs)]);
  show(await bundleFigures(runs));
  if (json)
    output.out(
      `${JSON.stringify(
        measured.map((one) => one.figure),
        null,
        2,
      )}\n`,
    );
  return measured.every((one) => one.figure.met) ? EXIT.ok : EXIT.broken;
};

const figureLines = ({ figure: { name, value, unit, goal, met }, lines }: Explained): readonly string[] => [
  `${met ? 'met   ' : 'MISSED'}  ${name.padEnd(42)} ${String(value).padStart(9)} ${unit.padEnd(7)}  goal ${goal}\n`,
  ...lines.map((line) => `          ${line}\n`),
];
