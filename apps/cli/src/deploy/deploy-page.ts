import type { Planned, Removal } from '@cordon/incident/deployment';

/** A line of a plan with what it costs while nothing happens. */
export type CostedLine = Planned & { readonly monthlyUsd: number };

const usd = (amount: number): string => `$${amount.toFixed(2)}`;

/** The plan of a deployment for a person. */
export const deployLines = (lines: readonly CostedLine[]): readonly string[] => [
  ...lines.map(
    ({ stage, act, monthlyUsd }, index) =>
      `${String(index + 1).padStart(2)}  ${act.padEnd(7)}  ${stage.stack.padEnd(22)} ${`${stage.account.name} ${stage.account.id}`.padEnd(24)} ${stage.region.padEnd(15)} ${usd(monthlyUsd).padStart(8)} a month`,
  ),
  '',
  `all of it stands at ${usd(lines.reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0))} a month, by list prices of us-east-1; what is charged by use comes on top (docs/deployment.md)`,
  '',
  'needed beforehand:',
  ...new Set(lines.flatMap(({ stage }) => stage.needs.map((need) => `  ${stage.account.name}: ${need}`))),
];

/** The same as data. */
export const deployDocument = (lines: readonly CostedLine[]) =>
  lines.map(({ stage, act, digest, monthlyUsd }) => ({
    stage: stage.id,
    act,
    stack: stage.stack,
    account: stage.account,
    region: stage.region,
    after: stage.after,
    needs: stage.needs,
    digest,
    monthlyUsd,
  }));

/** The plan of a removal for a person. */
export const removalLines = (lines: readonly Removal[]): readonly string[] =>
  lines.map(
    ({ stage, does, why }) =>
      `${does.padEnd(12)}  ${stage.stack.padEnd(22)} ${`${stage.account.name} ${stage.account.id}`.padEnd(24)} ${stage.region.padEnd(15)} ${why}`,
  );
